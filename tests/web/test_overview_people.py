"""Who looks sees what concerns them first; before there is anything to show, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from reading import Page

from jiaoheng.findings import assess
from jiaoheng.ledger import clock, facts
from jiaoheng.ledger.actions import SYSTEM
from jiaoheng.ledger.actions.facts import keep_assessment
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.models import Assessed, Organisation, Run, Snapshot, Submission, Task
from jiaoheng.standards import load

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def said(client: Client) -> str:
    return Page(client.get("/").content.decode()).text


def unassessed() -> None:
    with writing():
        Assessed.objects.all().delete()


def without_facts() -> None:
    unassessed()
    with writing():
        Run.objects.all().delete()
        Snapshot.objects.all().delete()


def test_a_clerk_reads_of_the_own_school_before_the_county(as_user: As) -> None:
    for username, school in (("clerk", "望岚县实验小学"), ("head2", "青石镇中心小学")):
        page = Page(as_user(username).get("/").content.decode())
        assert page.text.index("本校") < page.text.index("结论的依据")
        own = page.text[page.text.index("本校") : page.text.index("结论的依据")]
        assert school in own
        assert "项中" in own
        code = Organisation.objects.get(name=school).code
        assert reverse("school", args=[code]) in page.links


def test_an_inspector_reads_of_the_own_area_first_and_those_of_the_county_of_none(as_user: As) -> None:
    text = said(as_user("dudao"))
    assert text.index("我负责的") < text.index("结论的依据")
    for username in ("admin", "jijiao", "juzhang", "guanai"):
        assert as_user(username).get("/").context["own"] is None


def test_own_schools_that_fail_are_named_and_only_those(as_user: As) -> None:
    snapshot = Snapshot.objects.get()
    found = facts.assessment(snapshot)
    assert found is not None
    fails = {school.name for school in found.schools if school.verdict == "fails"}
    named = set()
    for username in ("dudao", "dudao2"):
        own = as_user(username).get("/").context["own"]
        assert own["total"] - own["meets"] == len(own["rows"])
        named |= {row["name"] for row in own["rows"]}
    assert named == fails


def test_an_officer_sees_what_waits_to_be_accepted_and_a_clerk_does_not(as_user: As) -> None:
    school = Organisation.objects.get(name="青石镇中心小学")
    with writing():
        Submission(
            county=school.county,
            organisation=school,
            title="秋季学期更正",
            token="a" * 32,
            state=Submission.State.SUBMITTED,
            created_by=person("clerk2"),
        ).save()
    assert "秋季学期更正" in said(as_user("jijiao"))
    assert "秋季学期更正" in said(as_user("admin"))
    for username in ("clerk", "clerk2", "dudao", "juzhang"):
        assert "秋季学期更正" not in said(as_user(username))


def test_each_sees_the_own_tasks_and_what_is_late(as_user: As) -> None:
    school = Organisation.objects.get(name="青石镇中心小学")
    section = Organisation.objects.get(name="基础教育股")
    with writing():
        Task(
            county=school.county,
            title="补足图书",
            school=school,
            lead=school,
            verifier=section,
            due=clock.today() - timedelta(days=3),
        ).save()
    page = as_user("clerk2").get("/")
    assert [row["title"] for row in page.context["tasks"]["rows"]] == ["补足图书"]
    assert page.context["tasks"]["rows"][0]["flag"] == "overdue"
    assert page.context["metrics"][3]["value"] == 1
    assert page.context["tasks"]["rows"][0]["url"] in page.content.decode()
    assert as_user("clerk").get("/").context["tasks"]["rows"] == []
    assert as_user("clerk").get("/").context["metrics"][3]["value"] == 0
    leader = as_user("juzhang").get("/").context["tasks"]
    assert [row["title"] for row in leader["rows"]] == ["补足图书"]


@pytest.mark.parametrize(
    ("username", "what", "leads"),
    [
        ("admin", "上传全县数据", "new_submission"),
        ("jijiao", "上传全县数据", "new_submission"),
        ("clerk", "下载空白模板", "template"),
        ("juzhang", "不需要做什么", ""),
        ("dudao", "不需要做什么", ""),
    ],
)
def test_without_facts_each_is_told_what_to_do_next(username: str, what: str, leads: str, as_user: As) -> None:
    without_facts()
    for address in ("/", "/matrix/", "/map/", "/figures/1.1/"):
        page = Page(as_user(username).get(address).content.decode())
        assert "还没有数据" in page.text
        assert what in page.text
        assert not leads or what in page.links[reverse(leads)]
    assert as_user(username).get("/matrix/excel/").url == "/matrix/"


def test_facts_that_are_not_measured_can_be_measured_by_who_may(as_user: As) -> None:
    unassessed()
    assert "还没有测算结果" in said(as_user("jijiao"))
    assert "开始测算" not in said(as_user("clerk"))
    assert as_user("clerk").post(reverse("assess_now")).status_code == 403
    assert as_user("jijiao").get(reverse("assess_now")).status_code == 405
    answer = as_user("jijiao").post(reverse("assess_now"))
    assert answer.url == reverse("overview")
    run = Run.objects.get()
    assert (run.kind, run.snapshot, run.standard, run.asked_by) == (
        "assess",
        Snapshot.objects.get().name,
        "cn-2017",
        person("jijiao"),
    )
    text = said(as_user("jijiao"))
    assert "正在测算" in text
    assert "开始测算" not in text
    assert as_user("jijiao").post(reverse("assess_now"), {"standard": "../cn-2017"}).status_code == 404


def test_while_newer_facts_are_measured_the_page_stays_and_says_so(as_user: As) -> None:
    old = Snapshot.objects.get()
    with writing():
        new = Snapshot(county=old.county, name="410999-2025-ffffffffffff", year=old.year)
        new.save()
        Run(
            county=old.county,
            organisation=old.county,
            kind="assess",
            snapshot=new.name,
            status=Run.Status.RUNNING,
            progress=0.4,
        ).save()
    text = said(as_user("clerk"))
    assert "正在测算（40%）" in text
    assert "以下仍是" in text
    assert "望岚县目前未达到" in text


def test_the_page_turns_to_newer_facts_with_their_latest_year_and_not_before(as_user: As) -> None:
    old = Snapshot.objects.get()
    county = facts.tables(old)
    bureau = old.county
    with writing():
        new = Snapshot(county=bureau, name=old.name, year=old.year)
        new.save()
    standard = load(facts.NATIONAL)
    keep_assessment(SYSTEM, new, assess(county, standard, year=county.years[-2]))
    assert as_user("juzhang").get("/").context["newer"] is not None
    assert facts.assessed_snapshot(bureau) == old
    keep_assessment(SYSTEM, new, assess(county, standard, year=county.years[-1]))
    page = as_user("juzhang").get("/")
    assert page.context["newer"] is None
    assert facts.assessed_snapshot(bureau) == new


def test_failed_measuring_is_told_with_its_reason(as_user: As) -> None:
    snapshot = Snapshot.objects.get()
    unassessed()
    with writing():
        Run(
            county=snapshot.county,
            organisation=snapshot.county,
            kind="assess",
            snapshot=snapshot.name,
            status=Run.Status.FAILED,
            error="没有在校生数据，无法测算。",
        ).save()
    text = said(as_user("jijiao"))
    assert "测算没有完成" in text
    assert "没有在校生数据" in text
    assert "开始测算" in text


def test_what_changed_since_the_facts_before_is_said_in_words(as_user: As) -> None:
    old = Snapshot.objects.get()
    found = facts.assessment(old)
    assert found is not None
    worse = msgspec.structs.replace(
        found,
        schools=tuple(
            msgspec.structs.replace(school, verdict="fails") if school.name == "青石镇中心小学" else school
            for school in found.schools
        ),
    )
    with writing():
        new = Snapshot(county=old.county, name=old.name, year=old.year)
        new.save()
    keep_assessment(SYSTEM, new, worse)
    page = Page(as_user("juzhang").get("/").content.decode())
    assert "与上一次数据相比" in page.text
    assert "变为未达标 1 所：青石镇中心小学" in page.text
    link = reverse("compare_snapshots") + f"?from={old.pk}&to={new.pk}"
    assert link in page.links
    assert as_user("juzhang").get(link).status_code == 200


def test_another_standard_that_is_measured_can_be_chosen(as_user: As) -> None:
    snapshot = Snapshot.objects.get()
    county = facts.tables(snapshot)
    for name in ("basic-2012", "cn-2017-shenyang"):
        keep_assessment(SYSTEM, snapshot, assess(county, load(name)))
    client = as_user("juzhang")
    assert 'name="standard"' in client.get("/").content.decode()
    for name in ("basic-2012", "cn-2017-shenyang"):
        page = client.get(f"/?standard={name}")
        assert page.status_code == 200
        assert load(name).label.zh in page.content.decode()
        for address in ("/matrix/", "/map/", "/matrix/excel/", "/figures/1/", "/figures/1/primary/"):
            wanted = address.replace("/1/", "/1.1/") if name != "basic-2012" else address
            assert client.get(f"{wanted}?standard={name}").status_code == 200, (name, address)
    # Where the standard sets no thresholds, nothing is judged and no school is called the worst.
    text = Page(client.get("/?standard=basic-2012").content.decode()).text
    assert "最需要关注的学校" not in text
    assert "这里不作判定" in text
