"""Quantified commitments of a plan document: what is promised, how much, until when.

A small grammar over the repaired text. ``read`` goes through the paragraphs and finds the year that governs each
sentence; ``sentence`` hides names and dates and cuts clauses; ``figures`` (with ``numbers``) finds numbers with their
units and comparisons; ``filters``, ``conditions`` and ``past`` drop what promises nothing; ``items`` and ``lists``
share out the words of a clause; ``counted``, ``measured``, ``in_turn`` and ``totals`` build targets with their
subjects (``subjects``, ``completion``, ``implied``); ``tables`` (with ``cells`` and ``rows``) reads tables of
indicators, ``jobs`` the promises in tables of tasks. The words of the genre are data: ``words.toml``.
"""

from jiaoheng.documents.targets.read import targets

__all__ = ["targets"]
