"""Jiaoheng (教衡): a county's schools, measured, planned and followed up."""

__version__ = "0.1.0"
