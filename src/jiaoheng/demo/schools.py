"""A school of the county, and what all parts of the county know of schools."""

from __future__ import annotations

import msgspec

from jiaoheng.demo.geography import Geography

FIRST_YEAR, LAST_YEAR = 2018, 2025
GRADES = {
    "kindergarten": range(-3, 1),
    "primary": range(1, 7),
    "junior": range(7, 10),
    "senior": range(10, 13),
}
POINT_REACH = 2.1  # km that small children walk to a teaching point


class School(msgspec.Struct, frozen=True):
    """A school. ``place`` is the position of its village; ``role`` says what it is to the county.

    ``crowd`` is ``crowded`` (large classes), ``tight`` (a little over the limit) or empty.
    """

    id: str
    name: str
    kind: str
    role: str
    place: int
    lon: float
    lat: float
    grades: tuple[int, ...]
    setting: str
    built_year: int
    ownership: str = "public"
    crowd: str = ""
    boarding: bool = False
    counted: bool = True
    parent_id: str | None = None
    open_from: int | None = None
    open_to: int | None = None

    def open(self, year: int) -> bool:
        """Whether it teaches in this school year."""
        return (self.open_from or year) <= year <= (self.open_to or year)

    @property
    def rural(self) -> bool:
        """Whether it stands in a township or village."""
        return self.setting.startswith("2")


def hub(geography: Geography, town: int) -> int:
    """Position of the place at a town's centre."""
    return next(index for index, place in enumerate(geography.places) if place.town == town and place.hub)
