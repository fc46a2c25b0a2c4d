"""Moves: what a bureau can order, as changes of the county's tables. ``apply`` gives the county after them."""

from jiaoheng.county.moves.applying import apply
from jiaoheng.county.moves.carrying import Closing, carried, closing
from jiaoheng.county.moves.errors import MoveError
from jiaoheng.county.moves.move import KINDS, Kind, Move, Reason, Site

__all__ = ["KINDS", "Closing", "Kind", "Move", "MoveError", "Reason", "Site", "apply", "carried", "closing"]
