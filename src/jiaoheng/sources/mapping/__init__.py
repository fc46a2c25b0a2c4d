"""Any foreign table, through a mapping file: which file, sheet and column, translations, units, offsets."""

from jiaoheng.sources.mapping.loader import MappingError, load
from jiaoheng.sources.mapping.read import read_mapped
from jiaoheng.sources.mapping.shipped import mapping_file, names, suggest, title

__all__ = ["MappingError", "load", "mapping_file", "names", "read_mapped", "suggest", "title"]
