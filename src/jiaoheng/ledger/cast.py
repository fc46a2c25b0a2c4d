"""The cast of the demo county: its bureau, sections, responsibility areas, and a person of every role.

Names of people are made up. All have the same password, which is why the demo is for trying only.
"""

from __future__ import annotations

import msgspec
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from jiaoheng.county import County, snapshots
from jiaoheng.demo import county as demo_county
from jiaoheng.demo import source
from jiaoheng.findings import assess
from jiaoheng.ledger import demo_life, drawings, facts, store
from jiaoheng.ledger.actions import SYSTEM, found
from jiaoheng.ledger.actions.facts import keep_assessment, take_in
from jiaoheng.ledger.actions.organisations import add_organisation, follow_facts
from jiaoheng.ledger.actions.people import add_person
from jiaoheng.ledger.actions.tasks import apply_rules
from jiaoheng.ledger.models import Membership, Organisation, Person
from jiaoheng.standards import load

PASSWORD = "wanglan-2025"
Role = Membership.Role


class Player(msgspec.Struct, frozen=True):
    """One person of the cast: log-in, name, role, and the name or code of the unit."""

    username: str
    name: str
    role: str
    unit: str


CAST = (
    Player("admin", "管新民", Role.ADMINISTRATOR, "望岚县教育局"),
    Player("jijiao", "纪娇", Role.OFFICER, "基础教育股"),
    Player("jicai", "季采薇", Role.OFFICER, "计划财务股"),
    Player("dudao", "杜道明", Role.INSPECTOR, "第一督学责任区"),
    Player("dudao2", "堵岛", Role.INSPECTOR, "第二督学责任区"),
    Player("juzhang", "鞠章", Role.LEADER, "望岚县教育局"),
    Player("clerk", "田宝", Role.CLERK, "望岚县实验小学"),
    Player("head", "肖章", Role.HEAD, "望岚县实验小学"),
    Player("clerk2", "田彪", Role.CLERK, "青石镇中心小学"),
    Player("head2", "萧璋", Role.HEAD, "青石镇中心小学"),
    Player("guanai", "关爱华", Role.CARE, "基础教育股"),
)
SECTIONS = ("基础教育股", "人事股", "计划财务股", "教育督导室", "安全股")


class CastHasher(PBKDF2PasswordHasher):
    """Hashes a password that is printed in the manual; other settings than the demo's do not know it."""

    algorithm = "cast"
    iterations = 1000


def found_demo(drawn: County | None = None, *, every_year: bool = True, lively: bool = False) -> Organisation:
    """The demo county in an empty workspace: facts, units, people, assessments (of all years, or the last).

    ``lively``: with ten weeks of work in the ledger, begun on an earlier state of the facts (``demo_life``).
    """
    drawn = drawn or demo_county()
    if not lively:
        bureau = _found_bureau(drawn)
        _accept(bureau, drawn, every_year=every_year)
        _people(bureau, drawn)
        return bureau
    with demo_life.days_ago(demo_life.FIRST):
        bureau = _found_bureau(drawn)
        _accept(bureau, demo_life.earlier(drawn), every_year=False)
        _people(bureau, drawn)
    demo_life.begin(bureau)
    with demo_life.days_ago(demo_life.ACCEPTED):
        _accept(bureau, drawn, every_year=every_year)
        apply_rules(bureau)
    demo_life.go_on(bureau)
    return bureau


def person(username: str) -> Person:
    """Somebody of the cast."""
    return Person.objects.get(username=username)


def _areas(bureau: Organisation, drawn: County) -> None:
    """Two responsibility areas: the county seat with every other town, and the rest."""
    towns = [row["place_id"] for row in drawn["places"].to_pylist() if row["level"] == "town"]
    parents = {row["place_id"]: row["parent_id"] for row in drawn["places"].to_pylist()}
    first = set(towns[::2])
    halves: tuple[list[str], list[str]] = ([], [])
    for row in drawn["schools"].to_pylist():
        town = row["place_id"] if row["place_id"] in towns else parents.get(row["place_id"])
        halves[0 if town in first else 1].append(row["school_id"])
    for name, codes in zip(("第一督学责任区", "第二督学责任区"), halves, strict=True):
        schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, code__in=codes)
        add_organisation(SYSTEM, bureau, kind=Organisation.Kind.AREA, name=name, schools=list(schools))


def _found_bureau(drawn: County) -> Organisation:
    return found(Organisation(kind=Organisation.Kind.COUNTY, code=drawn.code, name=f"{drawn.name}教育局"))


def _accept(bureau: Organisation, county: County, *, every_year: bool) -> None:
    folder = snapshots.write(county, store.snapshots(county.code), source=source())
    snapshot = take_in(SYSTEM, bureau, folder)
    frozen, standard = facts.tables(snapshot), load(facts.NATIONAL)
    for year in frozen.years if every_year else frozen.years[-1:]:
        keep_assessment(SYSTEM, snapshot, assess(frozen, standard, year=year))
    drawings.draw(snapshot, standard.id)


def _people(bureau: Organisation, drawn: County) -> None:
    """Schools, sections, responsibility areas, and the cast."""
    follow_facts(SYSTEM, bureau, drawn)
    for name in SECTIONS:
        add_organisation(SYSTEM, bureau, kind=Organisation.Kind.SECTION, name=name)
    _areas(bureau, drawn)
    for player in CAST:
        unit = Organisation.objects.get(name=player.unit)
        add_person(
            SYSTEM,
            unit,
            username=player.username,
            name=player.name,
            role=player.role,
            password=PASSWORD,
            must_change_password=False,
        )
