"""How it is told: marks, charts, maps and tables; values in, text of SVG or bytes of a file out.

``marks`` (strips of dots, sparks, bars) and ``map`` are quick enough to be drawn for each page. ``charts`` brings in
Altair, which takes seconds to load: it belongs in runs and caches. ``tables`` writes Excel. ``figures`` makes the
marks' values of an assessment.

All SVG keeps to presentation attributes and class names, so that it is whole under a content policy without inline
styles; a page may restyle it by these classes: ``is-meets``, ``is-floor``, ``is-fails``, ``is-unknown``,
``is-measured`` for what a figure means, and ``mark-…``, ``map-…``, ``chart`` for the parts.
"""
