"""What a forecast says: pupils by school and grade, entrants by place, seats short and spare, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiaoheng.forecast.request import ForecastRequest


class Spread(msgspec.Struct, frozen=True):
    """A forecast figure with its 80 % and 95 % intervals, in pupils; ``low`` and ``high`` are of the 80 % one."""

    value: float
    low: float
    high: float
    low95: float
    high95: float


class GradeForecast(msgspec.Struct, frozen=True):
    """Pupils of a school's grade in a school year (``grade`` by the schema's codes)."""

    school_id: str
    year: int
    grade: int
    pupils: float


class StageForecast(msgspec.Struct, frozen=True):
    """Pupils of a stage in a school year: of a school, a town, or the county (``subject`` its code).

    ``level`` is school, town or county; schools add up to towns, towns to the county (``value``). The ``subject`` of
    the town is empty for the schools of which no town is told.
    """

    level: str
    subject: str
    stage: str
    year: int
    pupils: Spread


class StageHistory(msgspec.Struct, frozen=True):
    """Pupils of a stage that the facts tell of a school year, and those of its first grade, by level as forecast."""

    level: str
    subject: str
    stage: str
    year: int
    pupils: float
    entrants: float


class EntrantForecast(msgspec.Struct, frozen=True):
    """Pupils of the first grade of a stage in a school year, by school, town and county as ``StageForecast``."""

    level: str
    subject: str
    stage: str
    year: int
    pupils: Spread


class AgeForecast(msgspec.Struct, frozen=True):
    """Children of an age in a school year, of a town or the county, told or carried forward."""

    level: str
    subject: str
    year: int
    age: int
    persons: float


class PlaceChildren(msgspec.Struct, frozen=True):
    """Children who live in a place and are of a stage's age, and those who enter it, in a school year.

    ``children`` is None where no children are told. ``entrants`` are those of ``seated`` in the first grade;
    ``seated`` are the pupils who need a seat in the county's public schools: they add up to the forecast of those
    schools.
    """

    place_id: str
    stage: str
    year: int
    children: float | None
    entrants: float
    seated: float


class Seats(msgspec.Struct, frozen=True):
    """Seats of a school's stage against its forecast, in a school year.

    ``seats`` is None where it is not known; ``source`` says where it is from: ``places`` (told), ``classes`` (the most
    classes of recent years times the size of a class). ``short`` is pupils without a seat, ``spare`` empty seats.
    ``class_mean`` is pupils a class at today's number of classes.
    """

    school_id: str
    stage: str
    year: int
    seats: float | None
    source: str
    pupils: float
    short: float | None
    spare: float | None
    class_mean: float | None


class Crossing(msgspec.Struct, frozen=True):
    """The first school year in which a grade has 56 or more a class; ``sure`` where the interval's low end has too."""

    school_id: str
    stage: str
    grade: int
    year: int
    class_mean: float
    sure: bool


class Oddity(msgspec.Struct, frozen=True):
    """A year's figures of a school that do not fit those before and after: shown; a ``mistake`` is not learned from.

    ``score`` is by how many usual deviations; ``expected`` is what the cohorts of the year before lead one to expect.
    ``why``: ``cohort`` (grades do not follow from the year before), ``dip`` and ``spike`` (of one year), ``copied``
    (as the year before), ``lasting`` (it stays so), ``span`` (grades opened or closed), ``reorganised`` (another school
    has the difference, named in ``other``).
    """

    school_id: str
    year: int
    grade: int | None
    reported: float
    expected: float
    score: float
    why: str
    other: str = ""
    stage: str = ""
    mistake: bool = True


class Tested(msgspec.Struct, frozen=True):
    """A method's back-test on the county's own history: mean absolute percentage error ``horizon`` years ahead.

    ``level`` is school, town or county; ``method`` naive, linear, mean_ratios, sum_ratios, average, or jiaoheng
    (``used`` marks what the forecast uses). ``covered80`` is the share of 80 % intervals that held, None for methods
    without any. ``cases`` is how many were compared.
    """

    level: str
    stage: str
    method: str
    horizon: int
    error: float
    cases: int
    covered80: float | None = None
    used: bool = False


class Forecast(msgspec.Struct, frozen=True):
    """The answer. ``base_year`` is the latest school year with enrolment; years go to ``until``.

    ``bases`` is the latest year of each stage, from which it is carried forward; years of a stage that are told stand
    in no record.

    ``notes`` are codes of what the facts lack and what was done instead (``no_children``, ``no_births``,
    ``short_history`` …).
    """

    county_code: str
    county: str
    snapshot: str
    base_year: int
    until: int
    variant: str
    request: ForecastRequest
    grades: tuple[GradeForecast, ...]
    stages: tuple[StageForecast, ...]
    places: tuple[PlaceChildren, ...]
    seats: tuple[Seats, ...]
    crossings: tuple[Crossing, ...]
    oddities: tuple[Oddity, ...]
    tests: tuple[Tested, ...]
    entrants: tuple[EntrantForecast, ...] = ()
    ages: tuple[AgeForecast, ...] = ()
    history: tuple[StageHistory, ...] = ()
    bases: Mapping[str, int] = {}
    notes: tuple[str, ...] = ()
