"""Any foreign table, through a mapping file: which file, sheet and column, translations, units, offsets."""

from jiaoheng.sources.mapping.loader import MappingError, load
from jiaoheng.sources.mapping.read import read_mapped

__all__ = ["MappingError", "load", "read_mapped"]
