"""What is demanded: standards as files, with thresholds, articles, sources and overlays."""

from jiaoheng.standards.files import StandardError, load, names, parse
from jiaoheng.standards.standard import Check, Item, Pace, Standard, Threshold, fallback_id

__all__ = ["Check", "Item", "Pace", "Standard", "StandardError", "Threshold", "fallback_id", "load", "names", "parse"]
