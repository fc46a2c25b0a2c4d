"""Kindergarten seats for a share of public (公办) and of affordable (普惠) ones: where to add, what to turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from jiaoheng.county import County
from jiaoheng.forecast import Forecast, ForecastRequest, forecast
from jiaoheng.forecast.facts import read
from jiaoheng.forecast.request import VARIANTS, Variant
from jiaoheng.language import Refusal
from jiaoheng.plans.ground.people import public_pupils, seats, stage_year
from jiaoheng.plans.kindergartens.adding import Added, Garden, least_added

AGES = (3, 4, 5)
LONGEST = 15


class KindergartenError(Refusal):
    """Why it cannot be asked, and the remedy."""

    messages = Path(__file__).with_name("errors.toml")


class KindergartenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``public`` and ``inclusive`` are shares of all pupils of kindergartens that such seats must hold, to ``until``.

    ``rate`` is the gross enrolment rate (pupils ÷ children of 3 to 5), None for today's. ``affordable`` are the private
    kindergartens that are affordable (普惠); None where nobody says.
    """

    until: int
    public: float = 0.5
    inclusive: float = 0.85
    rate: float | None = None
    variant: str = "central"
    affordable: tuple[str, ...] | None = None


class TownYear(msgspec.Struct, frozen=True):
    """A town in a school year: children of 3 to 5, pupils at the rate, seats today by whose they are.

    ``affordable`` is None where nobody says which private kindergartens are; ``private`` are all private seats.
    """

    place_id: str
    year: int
    children: float
    pupils: float
    public: float
    affordable: float | None
    private: float


class Case(msgspec.Struct, frozen=True):
    """What must be done if ``known``: ``told``, or that ``none`` or ``all`` of the private ones are affordable today.

    ``reached`` are by year the shares of pupils that public, and public and affordable, seats of the pupils' own towns
    can hold: ``today`` without, ``then`` with what is added.
    """

    known: str
    added: Added
    today: tuple[tuple[int, float, float], ...]
    then: tuple[tuple[int, float, float], ...]


class KindergartenPlan(msgspec.Struct, frozen=True):
    """The answer; ``notes`` are codes of what was taken for granted, each with its figure or school."""

    county_code: str
    county: str
    snapshot: str
    request: KindergartenRequest
    rate: float
    rate_by: str
    towns: tuple[TownYear, ...]
    cases: tuple[Case, ...]
    notes: tuple[tuple[str, str], ...]

    @property
    def done(self) -> bool:
        """Whether today's seats do, whatever is not known."""
        return not any(case.added.seats or case.added.turned for case in self.cases)


def plan_kindergartens(county: County, request: KindergartenRequest) -> KindergartenPlan:
    """The fewest seats to add and, with these, the fewest private seats to turn into affordable ones.

    Children go to kindergarten in their own town. Each pupil has a seat there, public seats can hold ``public`` of all
    the county's pupils and public and affordable ones together ``inclusive``, in every year to ``until``. Seats are
    added to public kindergartens, first where these hold the smallest share. Raises ``KindergartenError`` where it
    cannot be asked and ``ForecastError`` where there is nothing to forecast from.
    """
    _refuse_nonsense(county, request)
    years = tuple(range(max(county.years) + 1, request.until + 1))
    ahead = forecast(county, ForecastRequest(years=request.until - max(county.years)), _variant(request.variant))
    children = _children(ahead, years)
    rate, by = _rate(county, request)
    gardens, notes = _gardens(county, years, ahead, set(children))
    if request.affordable is not None:
        _refuse_unknown(gardens, request.affordable)
    pupils = {town: tuple(rate * each for each in told) for town, told in children.items()}
    private = {each.school_id for each in gardens if not each.public}
    known = {"none": set(), "all": private} if request.affordable is None else {"told": set(request.affordable)}
    if not private:
        known = {"told": set()}
    cases = tuple(_case(code, pupils, years, gardens, own, request) for code, own in known.items())
    return KindergartenPlan(
        county_code=county.code,
        county=county.name,
        snapshot=county.snapshot,
        request=request,
        rate=rate,
        rate_by=by,
        towns=_towns(years, children, rate, gardens, known.get("told")),
        cases=cases,
        notes=tuple(notes),
    )


def _case(
    code: str, pupils: Mapping[str, Sequence[float]], years: Sequence[int], gardens: Sequence[Garden], own: set[str],
    request: KindergartenRequest,
) -> Case:  # fmt: skip
    added = least_added(pupils, gardens, own, request.public, request.inclusive)
    more, turned = dict(added.seats), {school for school, _, _ in added.turned}
    return Case(
        code, added, _reached(pupils, years, gardens, own, {}), _reached(pupils, years, gardens, own | turned, more)
    )


def _reached(
    pupils: Mapping[str, Sequence[float]], years: Sequence[int], gardens: Sequence[Garden], own: set[str],
    more: Mapping[str, int],
) -> tuple[tuple[int, float, float], ...]:  # fmt: skip
    found = []
    for at, year in enumerate(years):
        total = sum(each[at] for each in pupils.values())
        held = [0.0, 0.0]
        for town, told in pupils.items():
            public = more.get(town, 0) + sum(e.seats for e in gardens if e.town == town and e.public)
            also = public + sum(e.seats for e in gardens if e.town == town and e.school_id in own)
            held[0] += min(told[at], public)
            held[1] += min(told[at], also)
        found.append((year, held[0] / total if total else 1.0, held[1] / total if total else 1.0))
    return tuple(found)


def _children(ahead: Forecast, years: Sequence[int]) -> dict[str, tuple[float, ...]]:
    """Children of 3 to 5 by town; those of the county alone where no town is told of."""
    found: defaultdict[tuple[str, int], float] = defaultdict(float)
    levels = {each.level for each in ahead.ages}
    level = "town" if any(each.level == "town" and each.subject for each in ahead.ages) else "county"
    if level not in levels:
        raise KindergartenError("no_children")
    for each in ahead.ages:
        if each.level == level and each.age in AGES and each.year in years:
            found["" if level == "county" else each.subject, each.year] += each.persons
    towns = sorted({town for town, _ in found})
    if not any(found.values()):
        raise KindergartenError("no_children")
    return {town: tuple(found[town, year] for year in years) for town in towns}


def _rate(county: County, request: KindergartenRequest) -> tuple[float, str]:
    """The gross enrolment rate: the request's; today's where pupils and children are told; else every child."""
    if request.rate is not None:
        return request.rate, "request"
    latest = stage_year(county, "kindergarten")
    pupils = sum(public_pupils(county, "kindergarten", latest, private=True).values())
    rows = county["children"].to_pylist()
    here = sum(row["persons"] or 0.0 for row in rows if row["year"] == latest and row["age"] in AGES)
    if not pupils or not here:
        return 1.0, "everyone"
    return pupils / here, "today"


def _gardens(
    county: County, years: Sequence[int], ahead: Forecast, towns: set[str]
) -> tuple[list[Garden], list[tuple[str, str]]]:
    """Every kindergarten that is open in all the years, with its seats; notes on those that lack something."""
    rows = {row["school_id"]: row for row in county["schools"].to_pylist()}
    told = seats(county, "kindergarten", years, ahead, {})
    with_pupils = set(public_pupils(county, "kindergarten", stage_year(county, "kindergarten"), private=True))
    found, notes = [], []
    for school in sorted(read(county).schools, key=lambda each: each.school_id):
        amount, source = told.get((school.school_id, years[0]), (None, "unknown"))
        if not (school.kind.startswith("11") or school.school_id in with_pupils):
            continue
        if not all(school.open_in(year) for year in years):
            notes.append(("closing", school.school_id))
            continue
        if amount is None:
            notes.append(("seats_unknown", school.school_id))
            continue
        if source == "pupils":
            notes.append(("seats_from_pupils", school.school_id))
        town = "" if towns == {""} else school.town
        if town not in towns:
            notes.append(("no_town", school.school_id))
            continue
        public = (rows[school.school_id]["ownership"] or "public") == "public"
        found.append(Garden(school.school_id, town, int(amount), public))
    return found, notes


def _towns(
    years: Sequence[int], children: Mapping[str, Sequence[float]], rate: float, gardens: Sequence[Garden],
    affordable: set[str] | None,
) -> tuple[TownYear, ...]:  # fmt: skip
    found = []
    for town, told in children.items():
        own = [each for each in gardens if each.town == town]
        public = float(sum(each.seats for each in own if each.public))
        private = float(sum(each.seats for each in own if not each.public))
        also = None if affordable is None else float(sum(e.seats for e in own if e.school_id in affordable))
        found += [
            TownYear(town, year, count, rate * count, public, also, private)
            for year, count in zip(years, told, strict=True)
        ]
    return tuple(found)


def _refuse_nonsense(county: County, request: KindergartenRequest) -> None:
    last = max(county.years, default=0)
    if not last < request.until <= last + LONGEST:
        raise KindergartenError("until", until=str(request.until), first=str(last + 1), last=str(last + LONGEST))
    for option, value, most in (
        ("--public", request.public, 1.0), ("--inclusive", request.inclusive, 1.0),
        ("--rate", request.rate or 1.0, 1.5),
    ):  # fmt: skip
        if not 0 <= value <= most:
            raise KindergartenError("range", option=option, value=f"{value:g}", most=f"{most:g}")
    if request.rate is not None and request.rate <= 0:
        raise KindergartenError("range", option="--rate", value=f"{request.rate:g}", most="1.5")


def _refuse_unknown(gardens: Sequence[Garden], affordable: Sequence[str]) -> None:
    private = {each.school_id for each in gardens if not each.public}
    wrong = [code for code in affordable if code not in private]
    if wrong:
        raise KindergartenError("school", wanted=", ".join(wrong[:5]))


def _variant(given: str) -> Variant:
    for variant in VARIANTS:
        if variant == given:
            return variant
    raise KindergartenError("variant", wanted=given)
