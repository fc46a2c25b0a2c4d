"""Quantified commitments of a plan document: what is promised, how much, until when."""

from jiaoheng.documents.targets.read import targets

__all__ = ["targets"]
