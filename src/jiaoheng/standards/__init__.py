"""What is demanded: standards as files, with thresholds, articles, sources and overlays."""

from jiaoheng.standards.files import StandardError, load, names
from jiaoheng.standards.standard import Check, Item, Standard, Threshold, fallback_id

__all__ = ["Check", "Item", "Standard", "StandardError", "Threshold", "fallback_id", "load", "names"]
