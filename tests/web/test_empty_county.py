"""A county that was just made and has no figures yet: every page says what is missing and what to do next."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from addresses import addresses
from django.test import Client
from django.urls import reverse
from six_county import CODE, county

from jiaoheng.county import snapshots
from jiaoheng.ledger import store
from jiaoheng.ledger.actions import SYSTEM, found
from jiaoheng.ledger.actions.facts import take_in
from jiaoheng.ledger.actions.organisations import add_organisation
from jiaoheng.ledger.actions.people import add_person
from jiaoheng.ledger.models import Membership, Organisation

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
Role = Membership.Role
Kind = Organisation.Kind
PEOPLE = {
    "new_admin": (Role.ADMINISTRATOR, "新县教育局"),
    "new_officer": (Role.OFFICER, "新县教育局"),
    "new_leader": (Role.LEADER, "新县教育局"),
    "new_inspector": (Role.INSPECTOR, "新县教育局"),
    "new_clerk": (Role.CLERK, "新小学"),
    "new_head": (Role.HEAD, "新小学"),
}
OF_FIGURES = (
    ("overview",),
    ("map",),
    ("matrix",),
    ("schools",),
    ("school", "N1"),
    ("explain", "N1", "1.4"),
    ("explain_county", "1.4"),
    ("explain_county", "1.4", "primary"),
)


@pytest.fixture
def bureau(db: None) -> Organisation:
    """A county with a school that was set up by hand, and a person in each role."""
    bureau = found(Organisation(kind=Kind.COUNTY, code=CODE, name="新县教育局"))
    add_organisation(SYSTEM, bureau, kind=Kind.SCHOOL, name="新小学", code="N1")
    for username, (role, unit) in PEOPLE.items():
        add_person(
            SYSTEM,
            Organisation.objects.get(name=unit),
            username=username,
            name=username,
            role=role,
            password=None,
            must_change_password=False,
        )
    return bureau


def _links(page: str) -> set[str]:
    """Where a page leads to within the workspace, without what is after a question mark or number sign."""
    found = (html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', page))
    return {re.split(r"[?#]", link)[0] for link in found if not link.startswith("/static/")}


@pytest.mark.parametrize("username", PEOPLE)
def test_every_page_of_the_navigation_and_every_link_from_there_answers(
    username: str, bureau: Organisation, as_user: AsUser
) -> None:
    client = as_user(username)
    waiting, seen, bad = {reverse("overview")}, set[str](), {}
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = client.get(address)
        if answer.status_code not in (200, 302):
            bad[address] = answer.status_code
        elif answer.headers["Content-Type"].startswith("text/html"):
            waiting |= _links(answer.content.decode()) - seen
    assert bad == {}
    assert len(seen) > 6


@pytest.mark.parametrize("username", PEOPLE)
def test_no_address_fails_or_is_missing(username: str, bureau: Organisation, as_user: AsUser) -> None:
    client = as_user(username)
    plain = [one.name for one in addresses() if not one.types]
    answers = {name: client.get(reverse(name)).status_code for name in plain if name != "log_out"}
    assert {name: status for name, status in answers.items() if status not in (200, 302, 403, 405)} == {}


@pytest.mark.parametrize("name", OF_FIGURES, ids=" ".join)
def test_a_page_of_figures_says_that_there_are_none_and_what_to_do(
    name: tuple[str, ...], bureau: Organisation, as_user: AsUser
) -> None:
    address = reverse(name[0], args=name[1:])
    told = {username: as_user(username).get(address).content.decode() for username in PEOPLE}
    for username, page in told.items():
        assert "还没有数据" in page, username
        is_bureau = username in ("new_admin", "new_officer")
        assert (f'class="button is-primary" href="{reverse("new_submission")}"' in page) == is_bureau, username
        is_school = username in ("new_clerk", "new_head")
        assert (f'class="button is-primary" href="{reverse("template")}"' in page) == is_school, username
    assert "您现在不需要做什么" in told["new_leader"]


def test_the_matrix_without_figures_makes_no_empty_workbook(bureau: Organisation, as_user: AsUser) -> None:
    assert as_user("new_leader").get(reverse("matrix_excel")).url == reverse("matrix")


@pytest.mark.parametrize("name", OF_FIGURES, ids=" ".join)
def test_while_the_first_facts_are_measured_the_page_says_so(
    name: tuple[str, ...], bureau: Organisation, as_user: AsUser
) -> None:
    take_in(SYSTEM, bureau, snapshots.write(county(), store.snapshots(CODE)))
    page = as_user("new_clerk").get(reverse(name[0], args=name[1:])).content.decode()
    assert "还没有测算结果" in page


def test_a_school_cannot_send_before_the_bureau_and_is_told_before_it_types(
    bureau: Organisation, as_user: AsUser
) -> None:
    client = as_user("new_clerk")
    for name in ("submissions", "new_submission"):
        page = client.get(reverse(name)).content.decode()
        assert "教育局还没有采纳全县数据" in page, name
        assert "下载本校现有数据" not in page, name
    assert 'type="file"' not in client.get(reverse("new_submission")).content.decode()
    assert 'type="file"' in as_user("new_officer").get(reverse("new_submission")).content.decode()


def test_log_ins_for_schools_are_not_said_to_be_complete_where_there_is_no_school(as_user: AsUser, db: None) -> None:
    bureau = found(Organisation(kind=Kind.COUNTY, code=CODE, name="新县教育局"))
    add_person(
        SYSTEM, bureau, username="new", name="新", role=Role.ADMINISTRATOR, password=None, must_change_password=False
    )
    page = as_user("new").get(reverse("clerks_add")).content.decode()
    assert "还没有学校" in page
    assert "每所学校都有填报员了" not in page
