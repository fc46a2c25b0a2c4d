"""The workspace on a real county: every page opens in both languages, and says what the assessment says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from six_county import carried_out, fresh

from jiaoheng.county import admit, snapshots
from jiaoheng.findings import Assessment, assess, words
from jiaoheng.ledger import facts, store, submissions, uploads
from jiaoheng.ledger.actions import SYSTEM, Actor, found
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.actions.facts import keep_assessment, take_in
from jiaoheng.ledger.actions.mappings import add_mapping, map_files
from jiaoheng.ledger.actions.organisations import follow_facts
from jiaoheng.ledger.actions.people import add_person
from jiaoheng.ledger.models import Membership, Organisation
from jiaoheng.sources import read_mapped
from jiaoheng.standards import load

pytestmark = pytest.mark.django_db
MAPPING = Path(__file__).resolve().parents[2] / "examples" / "open-data" / "mapping.toml"
STANDARD = load("cn-2017")
PAGES = ("overview", "map", "matrix", "matrix_excel", "schools", "tasks", "task_findings", "snapshots", "submissions")


@pytest.fixture
def officer(shared: Path) -> tuple[Client, Assessment]:
    county = admit(read_mapped(shared / "data" / "miaoli", MAPPING)).county
    bureau = found(Organisation(kind=Organisation.Kind.COUNTY, code=county.code, name=f"{county.name}教育处"))
    folder = snapshots.write(county, store.snapshots(county.code), source="open data")
    snapshot = take_in(SYSTEM, bureau, folder)
    follow_facts(SYSTEM, bureau, county)
    assessment = assess(snapshots.read(folder), STANDARD)
    keep_assessment(SYSTEM, snapshot, assessment)
    names = {"username": "real_officer", "name": "股长", "password": None, "must_change_password": False}
    person = add_person(SYSTEM, bureau, role=Membership.Role.OFFICER, **names)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client, assessment


def test_a_real_county_is_shown_as_it_is_assessed(officer: tuple[Client, Assessment]) -> None:
    client, assessment = officer
    even = [one for one in assessment.balance if one.coefficient is not None]
    addresses = [reverse(name) for name in PAGES]
    addresses += [reverse("explain_county", args=[item.item]) for item in assessment.items]
    addresses += [reverse("explain_county", args=[one.check, one.stage]) for one in assessment.balance]
    some = sorted({value.school_id for value in assessment.values if value.school_id})[::12]
    assert len(some) > 8
    addresses += [reverse("school", args=[code]) for code in some]
    for language in ("zh-CN", "en-GB"):
        answers = {one: client.get(one, headers={"accept-language": language}).status_code for one in addresses}
        assert {one: status for one, status in answers.items() if status != 200} == {}
    for one in even:
        page = client.get(reverse("explain_county", args=[one.check, one.stage])).content.decode()
        assert words.fixed(one.coefficient, 4) in page
    listed = client.get(reverse("matrix")).content.decode()
    assert all(code in listed for code in some if any(school.school_id == code for school in assessment.schools))


def test_a_real_countys_files_are_read_through_a_mapping_in_the_workspace_and_accepted(shared: Path) -> None:
    expected = admit(read_mapped(shared / "data" / "miaoli", MAPPING)).county
    bureau = found(Organisation(kind=Organisation.Kind.COUNTY, code=expected.code, name="苗栗县教育处"))
    names = {"username": "real_officer", "name": "股长", "password": None, "must_change_password": False}
    officer = Actor(add_person(SYSTEM, bureau, role=Membership.Role.OFFICER, **names))
    files = sorted((shared / "data" / "miaoli").iterdir())
    token = store.token()
    folder = store.submission(token) / "files"
    received = [one for file in files for one in uploads.receive(folder, file.name, [file.read_bytes()]).files]
    submission = acts.create(officer, bureau, title="开放数据", mode="merge", token=token, received=received)
    kept = add_mapping(officer, bureau, title="开放数据", text=MAPPING.read_text("utf-8"))
    map_files(officer, submission, list(submission.files.all()), title=kept.title, text=kept.text)
    carried_out()
    submission = fresh(submission)
    checked = submissions.last_check(submission)
    assert checked is not None
    assert checked.unread == ()
    assert [problem.what("zh") for problem in checked.problems if problem.severity == "error"] == []
    acts.accept(officer, fresh(submission), result=fresh(submission).result)
    snapshot = facts.latest_snapshot(bureau)
    assert snapshot is not None
    for table in ("schools", "enrolment", "places", "children"):
        assert facts.tables(snapshot)[table].num_rows == expected[table].num_rows, table
