"""How much: the county's figures, one short formula each, as SQL.

DuckDB runs them; ``demands``, ``formulas``, ``grains``, ``options`` and ``inequality`` do not import it.
"""
