"""The pages of schools say what the assessment says, to the last digit, and where each number comes from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jiaoheng.findings import Assessment, words
from jiaoheng.ledger import facts
from jiaoheng.ledger.models import Organisation

pytestmark = pytest.mark.django_db
CODE = "2141990001"


@pytest.fixture
def assessment() -> Assessment:
    bureau = Organisation.objects.get(kind="county")
    snapshot = facts.assessed_snapshot(bureau)
    assert snapshot is not None
    found = facts.assessment(snapshot)
    assert found is not None
    return found


def test_every_figure_of_the_school_is_on_its_page(as_user: Callable[[str], Client], assessment: Assessment) -> None:
    page = as_user("jijiao").get(reverse("school", args=[CODE])).content.decode()
    own = [value for value in assessment.values if value.school_id == CODE]
    assert len(own) > 10
    for value in own:
        assert f"{value.item} " in page
        assert f">{words.number(value.value)}<" in page


def test_what_is_lacking_is_said_in_the_resources_own_unit(as_user: Callable[[str], Client]) -> None:
    page = as_user("clerk").get(reverse("school", args=[CODE])).content.decode()
    assert "还差 903.9 ㎡" in page
    assert "超出 341 人" in page
    english = as_user("clerk").get(reverse("school", args=[CODE]), headers={"accept-language": "en"}).content.decode()
    assert "short by 903.9 m²" in english


def test_a_figure_is_taken_apart_to_its_rows_and_article(as_user: Callable[[str], Client]) -> None:
    page = as_user("dudao").get(reverse("explain", args=[CODE, "1.4"])).content.decode()
    for part in ("4.1139", "不低于 4.5", "教督〔2017〕6号", "办学条件", "望岚县实验小学育才校区", "2,341"):
        assert part in page


@pytest.mark.parametrize("code", ["9999999999", "..", "2141990001%20", "<script>"])
def test_a_school_that_is_not_there_is_not_found(as_user: Callable[[str], Client], code: str) -> None:
    assert as_user("admin").get(f"/schools/{code}/").status_code == 404


def test_who_may_not_see_a_schools_tasks_is_not_told_that_there_are_none(as_user: Callable[[str], Client]) -> None:
    said = "没有未完成的任务"
    other = Organisation.objects.get(name="青石镇中心小学")
    assert said not in as_user("head").get(reverse("school", args=[other.code])).content.decode()
    assert said in as_user("head2").get(reverse("school", args=[other.code])).content.decode()
    assert said in as_user("juzhang").get(reverse("school", args=[other.code])).content.decode()


def test_a_figure_that_is_not_asked_of_the_school_is_not_found(as_user: Callable[[str], Client]) -> None:
    client = as_user("admin")
    assert client.get(reverse("explain", args=[CODE, "9.9"])).status_code == 404
    assert client.get(reverse("explain", args=[CODE, "2.8"])).status_code == 404


def test_the_list_puts_the_worst_first_and_can_be_narrowed(
    as_user: Callable[[str], Client], assessment: Assessment
) -> None:
    client = as_user("juzhang")
    whole = client.get(reverse("schools")).context
    assert whole["shown"] == len(assessment.schools)
    verdicts = [row["cells"][-1]["status"] for row in whole["table"]["rows"]]
    assert verdicts == sorted(verdicts, key=["fails", "unknown", "meets"].index)
    failing = client.get(reverse("schools"), {"verdict": "fails", "stage": "primary"}).context
    expected = [own for own in assessment.schools if (own.verdict, own.stage) == ("fails", "primary")]
    assert failing["shown"] == len(expected) > 0
    by_pupils = client.get(reverse("schools"), {"sort": "-pupils"}).context["table"]["rows"]
    assert by_pupils[0]["cells"][0]["text"] == max(assessment.schools, key=lambda own: own.pupils or 0).name
    assert client.get(reverse("schools"), {"text": "没有这样的学校"}).context["shown"] == 0
