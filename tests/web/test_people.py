"""The people and units of a county, by those who may manage them, within their county alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from other_county import found_other_county
from permission_objects import OTHER, OWN, unit
from python_calamine import CalamineWorkbook

from jiaoheng.ledger import access
from jiaoheng.ledger.actions import SYSTEM, Actor, Forbidden, Refused
from jiaoheng.ledger.actions.people import (
    add_clerks,
    add_person,
    end_role,
    give_role,
    initial_password,
    set_active,
    set_password,
)
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import Membership, Organisation, Person

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
Role = Membership.Role


@pytest.fixture
def admin() -> Actor:
    return Actor(person("admin"))


def test_a_new_person_logs_in_with_the_password_that_is_shown_once(as_user: AsUser) -> None:
    form = {"name": "新人", "username": "xinren", "organisation": unit("人事股").pk, "role": "officer"}
    client = as_user("admin")
    page = client.post(reverse("person_add"), form)
    password = re.search(r'secret big">([^<]+)<', page.content.decode())
    assert password is not None
    assert Client().post(reverse("log_in"), {"username": "xinren", "password": password[1]}).status_code == 302
    made = person("xinren")
    assert password[1] not in client.get(reverse("person", args=[made.pk])).content.decode()
    again = client.post(reverse("person_add"), form)
    assert "已经有人使用" in again.content.decode()
    assert 'value="新人"' in again.content.decode(), "what was typed stays"


def test_a_role_has_to_fit_its_unit(as_user: AsUser, admin: Actor) -> None:
    form = {"name": "错", "username": "cuo", "organisation": unit(OWN).pk, "role": "administrator"}
    page = as_user("admin").post(reverse("person_add"), form)
    assert "这个单位可以有的角色是" in page.content.decode()
    with pytest.raises(Refused, match="可以有的角色"):
        give_role(admin, unit(OWN), person=person("head"), role=Role.ADMINISTRATOR)
    assert not Person.objects.filter(username="cuo").exists()


def test_the_last_administrator_stays(admin: Actor) -> None:
    held = person("admin").held[0]
    with pytest.raises(Refused, match="最后一位管理员"):
        end_role(admin, held)
    with pytest.raises(Refused, match="最后一位管理员"):
        set_active(SYSTEM, person("admin"), active=False)
    give_role(admin, held.organisation, person=person("jijiao"), role=Role.ADMINISTRATOR)
    end_role(admin, held)
    assert person("admin").held == ()
    with pytest.raises(Refused, match="最后一位管理员"):
        end_role(SYSTEM, Membership.objects.get(person=person("jijiao"), role=Role.ADMINISTRATOR))


def test_an_administrator_who_cannot_log_in_is_none(admin: Actor) -> None:
    held = person("admin").held[0]
    give_role(admin, held.organisation, person=person("jijiao"), role=Role.ADMINISTRATOR)
    set_active(admin, person("jijiao"), active=False)
    with pytest.raises(Refused, match="最后一位管理员"):
        end_role(admin, held)


def test_nobody_deactivates_themselves(admin: Actor) -> None:
    with pytest.raises(Refused):
        set_active(admin, person("admin"), active=False)


def test_nobody_takes_over_a_person_of_another_county(admin: Actor) -> None:
    """Giving a stranger a role would make them visible, and a new password would make them ours."""
    outsider = found_other_county()
    with pytest.raises(Forbidden):
        give_role(admin, unit("人事股"), person=outsider, role=Role.OFFICER)
    with pytest.raises(Forbidden):
        set_password(admin, outsider, password=initial_password())


def test_who_works_in_two_counties_is_changed_by_neither(admin: Actor) -> None:
    outsider = found_other_county()
    give_role(SYSTEM, unit("人事股"), person=outsider, role=Role.OFFICER)
    assert access.may(person("admin"), "people.see", outsider)
    with pytest.raises(Forbidden):
        set_password(admin, outsider, password=initial_password())
    with pytest.raises(Forbidden):
        set_password(Actor(outsider), outsider, password=initial_password())


def test_a_school_of_another_county_gets_no_clerk_from_here(admin: Actor) -> None:
    county = found_other_county().held[0].organisation
    school = Organisation(kind=Organisation.Kind.SCHOOL, name="邻县小学", code="9", parent=county)
    bureau = person("admin").held[0].organisation
    with pytest.raises(Forbidden):
        add_clerks(admin, bureau, schools=[school])


def test_a_log_in_is_plain_text(admin: Actor) -> None:
    made = add_person(
        admin,
        unit("人事股"),
        username="\uff21\uff22\uff23123",
        name="全角",
        role=Role.OFFICER,
        password=initial_password(),
    )
    assert made.username == "ABC123"
    for bad in ("a b", "x", "a<b>", "../../x", "a" * 61):
        with pytest.raises(Refused):
            add_person(admin, unit("人事股"), username=bad, name="x", role=Role.OFFICER, password=None)


def test_all_schools_get_a_clerk_and_the_workbook_opens_their_accounts(as_user: AsUser) -> None:
    client = as_user("admin")
    offered = client.get(reverse("clerks_add")).context["form"].fields["schools"].queryset
    assert unit(OWN) not in offered, "it has a clerk"
    chosen = list(offered[:3])
    answer = client.post(reverse("clerks_add"), {"schools": [school.pk for school in chosen]})
    lines = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()[2:]
    assert [line[0] for line in lines] == [school.name for school in chosen]
    for _, username, password in lines:
        assert Client().post(reverse("log_in"), {"username": username, "password": password}).status_code == 302
    assert person(chosen[0].code).must_change_password
    again = client.post(reverse("clerks_add"), {"schools": [school.pk for school in chosen]})
    assert again.status_code == 200
    assert again.headers["Content-Type"].startswith("text/html")


def test_the_list_finds_people_by_name_unit_role_and_state(as_user: AsUser) -> None:
    client = as_user("admin")

    def names(**filters: str) -> set[str]:
        return {one.username for one in client.get(reverse("people"), filters).context["page"]}

    assert names(text="田宝") == {"clerk"}
    assert names(text=OTHER) == {"clerk2", "head2"}
    assert names(role="leader") == {"juzhang"}
    set_active(SYSTEM, person("head2"), active=False)
    assert names(state="inactive") == {"head2"}
    assert names(text="没有这个人") == set()


def test_a_head_sees_the_schools_own_people_and_changes_none(as_user: AsUser) -> None:
    client = as_user("head")
    page = client.get(reverse("people"))
    assert {one.username for one in page.context["page"]} == {"clerk", "head"}
    assert reverse("person_add") not in page.content.decode()
    shown = client.get(reverse("person", args=[person("clerk").pk])).content.decode()
    assert "重设密码" not in shown


def test_an_area_is_given_schools_and_its_inspector_sees_them(as_user: AsUser) -> None:
    client = as_user("admin")
    bureau = unit("望岚县教育局")
    form = {"kind": "area", "name": "第三督学责任区", "schools": [unit(OWN).pk, unit(OTHER).pk]}
    client.post(reverse("organisation_add", args=[bureau.pk]), form)
    area = unit("第三督学责任区")
    inspector = add_person(
        SYSTEM, area, username="dudao3", name="督三", role=Role.INSPECTOR, password=None, must_change_password=False
    )
    assert {unit(OWN).pk, unit(OTHER).pk} <= access.reached(inspector, "visit.see")
    client.post(reverse("organisation_change", args=[area.pk]), {"name": area.name, "active": "on", "schools": []})
    assert access.reached(person("dudao3"), "visit.see") == {area.pk}


def test_a_unit_in_use_is_not_set_out_of_use(as_user: AsUser) -> None:
    client = as_user("admin")
    for name, reason in (("基础教育股", "人任职"), ("望岚县教育局", "不能停用")):
        page = client.post(reverse("organisation_change", args=[unit(name).pk]), {"name": name})
        assert reason in page.content.decode()
        assert unit(name).active
    client.post(reverse("organisation_change", args=[unit("安全股").pk]), {"name": "安全股"})
    assert not unit("安全股").active


def test_two_units_of_a_kind_have_two_names(as_user: AsUser) -> None:
    address = reverse("organisation_add", args=[unit("望岚县教育局").pk])
    page = as_user("admin").post(address, {"kind": "section", "name": "人事股"})
    assert "已经有叫" in page.content.decode()


def test_a_county_or_province_is_not_set_up_from_a_page(as_user: AsUser) -> None:
    address = reverse("organisation_add", args=[unit("望岚县教育局").pk])
    for kind in ("county", "province"):
        assert as_user("admin").post(address, {"kind": kind, "name": "新县"}).status_code == 200
    assert not Organisation.objects.filter(name="新县").exists()
