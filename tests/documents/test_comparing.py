"""The same promised twice, and two figures for one thing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from jiaoheng.documents.comparing import Cluster, Promised, clusters, verdict

BASE = Promised(1, 1, "九年义务教育巩固率", ">=", 99.0, "%", due="2027", indicator="retention")


def other(**changes: Any) -> Promised:
    return msgspec.structs.replace(BASE, key=2, document=2, **changes)


def test_the_same_figure_of_the_same_thing_is_the_same() -> None:
    assert verdict(BASE, other(subject="义务教育巩固率")) == "same"
    assert verdict(BASE, other(comparator="=", due="2027-12-31")) == "same"


def test_another_figure_for_the_same_year_contradicts() -> None:
    assert verdict(BASE, other(value=98.0)) == "conflict"
    assert verdict(BASE, other(comparator="<=")) == "conflict"


@pytest.mark.parametrize(
    "changes",
    [
        {"due": "2025", "value": 98.0},
        {"due": "2025"},
        {"due": "", "value": 98.0},
        {"unit": "所"},
        {"comparator": "+="},
        {"subject": "学前教育毛入园率", "indicator": "kindergarten-enrolment"},
    ],
)
def test_steps_on_the_way_and_other_things_are_neither(changes: dict[str, Any]) -> None:
    assert verdict(BASE, other(**changes)) is None


def test_without_a_figure_of_the_catalogue_the_words_decide() -> None:
    one = Promised(1, 1, "到2027年全县培养骨干教师", ">=", 200.0, "名", due="2027")
    assert verdict(one, Promised(2, 2, "培养骨干教师", "=", 200.0, "人", due="2027")) == "same"
    assert verdict(one, Promised(3, 2, "培养卓越校长", "=", 200.0, "人", due="2027")) is None
    assert verdict(one, Promised(4, 2, "培养小学骨干教师", "=", 200.0, "人", due="2027")) is None


def test_what_a_city_and_a_county_count_is_not_the_same() -> None:
    places = Promised(1, 1, "新增学位", "+=", 21000.0, "个", due="2027", scope="city")
    own = msgspec.structs.replace(places, key=2, document=2, value=3120.0)
    assert verdict(places, msgspec.structs.replace(own, scope="county")) is None
    assert verdict(places, msgspec.structs.replace(own, scope="city")) == "conflict"
    assert verdict(msgspec.structs.replace(BASE, scope="city"), other(value=98.0, scope="county")) == "conflict"


def test_no_due_fits_any_where_the_figures_agree() -> None:
    assert verdict(BASE, other(due="")) == "same"


def test_groups_are_joined_and_contradictions_come_first() -> None:
    schools = Promised(5, 1, "新建公办幼儿园", "=", 3.0, "所", due="2027")
    again = msgspec.structs.replace(schools, key=6, document=2)
    found = clusters([schools, BASE, again, other(value=98.0), msgspec.structs.replace(BASE, key=3, document=3)])
    assert found == (Cluster((1, 2, 3), conflict=True), Cluster((5, 6), conflict=False))


def test_nothing_is_alike_where_nothing_is() -> None:
    assert clusters([BASE, other(subject="近视率", indicator="")]) == ()
