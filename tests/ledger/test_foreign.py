"""Tables of other systems in a submission: read through a mapping whose text stays with them; nothing else is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from six_county import actor, add, brought, carried_out, found_six, fresh, school

from jiaoheng.ledger import chain, facts, foreign, submissions
from jiaoheng.ledger.actions import Forbidden, Refused, mappings, mending
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.models import Event, Organisation, Submission, TableMapping

pytestmark = pytest.mark.django_db
NAMES = ("欧阳测试甲", "司徒测试乙", "上官测试丙")
HEADERS = "全国学籍号,姓名,身份证件号,学校名称,年级,班级名称,性别,就读方式,学生状态,家庭住址"


def register(*, third: str = "一年级") -> bytes:
    people = zip(NAMES, ("110101201801010011", "110101201801010022", "110101201801010033"), strict=True)
    lines = [
        f"G{number}9990001112,{name},{identity},甲小学,{third if number == 2 else '一年级'},1班,男,走读,在校,"
        f"望岚路测试院{number}号"
        for number, (name, identity) in enumerate(people)
    ]
    return "\n".join((HEADERS, *lines, "")).encode()


MADE = """format = 1
title = "汇总表"

[sources.rows]
file = "*"
recognise = true

[[feeds]]
into = "enrolment"
from = "rows"
[feeds.columns]
school_id = { column = "单位编码" }
grade = { column = "几年级" }
pupils = { column = "几个人" }
classes = { column = "几个班" }
year = { given = "year" }
"""
SUMMARY = "单位编码,几年级,几个班,几个人,谁填的\nA,1,2,75,诸葛填报员\nA,2,2,多少,诸葛填报员\n".encode()


@pytest.fixture
def bureau(db: None) -> Organisation:
    return found_six()


@pytest.fixture
def summary(bureau: Organisation) -> Submission:
    submission = brought("six_clerk", school(), "汇总.csv", SUMMARY)
    carried_out()
    return fresh(submission)


def through(submission: Submission, key: str, username: str = "six_clerk") -> Submission:
    chosen = foreign.choice(submission.county, key, "zh")
    assert chosen is not None
    acts_on = list(submission.files.all())
    mappings.map_files(
        actor(username), submission, acts_on, title=chosen.title, text=chosen.text, origin=chosen.key, year=2025
    )
    carried_out()
    return fresh(submission)


def pupils(county: Organisation) -> dict[int, int]:
    snapshot = facts.latest_snapshot(county)
    assert snapshot is not None
    rows = facts.tables(snapshot)["enrolment"].to_pylist()
    return {row["grade"]: row["pupils"] for row in rows if (row["school_id"], row["year"]) == ("A", 2025)}


def test_a_list_of_pupils_is_recognised_read_and_accepted(bureau: Organisation) -> None:
    submission = brought("six_clerk", school(), "名单.csv", register())
    carried_out()
    checked = submissions.last_check(fresh(submission))
    assert checked is not None
    assert checked.foreign == (foreign.Foreign("名单.csv", ("shipped:student-register",), persons=True),)
    submission = through(fresh(submission), "shipped:student-register")
    assert submission.summary["rows"] >= 1
    assert submission.summary["unread"] == 0
    acts.submit(actor("six_clerk"), submission)
    acts.accept(actor("six_officer"), fresh(submission), result=fresh(submission).result)
    assert pupils(bureau)[1] == 3
    assert chain.verify().faults == ()


def test_a_mapping_of_the_county_is_offered_and_used(bureau: Organisation, summary: Submission) -> None:
    kept = mappings.add_mapping(actor("six_officer"), bureau, title="  乡镇 汇总 ", text=MADE)
    assert kept.title == "乡镇 汇总"
    acts.check(actor("six_clerk"), summary)
    carried_out()
    checked = submissions.last_check(fresh(summary))
    assert checked is not None
    assert [each.fits for each in checked.foreign] == [(f"own:{kept.pk}",)]
    submission = through(fresh(summary), f"own:{kept.pk}")
    assert (submission.summary["rows"], submission.summary["waiting"]) == (2, 1)


def test_a_later_change_of_the_mapping_leaves_what_was_read(bureau: Organisation, summary: Submission) -> None:
    officer = actor("six_officer")
    kept = mappings.add_mapping(officer, bureau, title="汇总", text=MADE)
    through(summary, f"own:{kept.pk}")
    mappings.replace_mapping(officer, kept, text=MADE.replace("几个人", "几个班"))
    mappings.withdraw_mapping(officer, kept)
    acts.check(actor("six_clerk"), fresh(summary))
    carried_out()
    acts.submit(actor("six_clerk"), fresh(summary))
    acts.accept(officer, fresh(summary), result=fresh(summary).result)
    assert pupils(bureau)[1] == 75
    assert fresh(summary).files.get().mapped.text == MADE


def test_schools_in_the_same_submission_are_known(bureau: Organisation, summary: Submission) -> None:
    by_name = MADE.replace(
        "[[feeds]]", '[lookups.school]\ntable = "schools"\nkey = "name"\nvalue = "school_id"\n\n[[feeds]]'
    ).replace('school_id = { column = "单位编码" }', 'school_id = { lookup = "school", by = "校名" }')
    submission = brought("six_clerk", school(), "按名.csv", "校名,几年级,几个班,几个人\n甲小学,1,2,77\n".encode())
    mappings.map_files(actor("six_clerk"), submission, list(submission.files.all()), title="x", text=by_name, year=2025)
    carried_out()
    assert (fresh(submission).summary["rows"], fresh(submission).summary["waiting"]) == (1, 0)


def test_a_file_is_read_as_before_once_its_mapping_is_taken_away(bureau: Organisation, summary: Submission) -> None:
    mappings.map_files(actor("six_clerk"), summary, list(summary.files.all()), title="x", text=MADE, year=2025)
    mappings.unmap_file(actor("six_clerk"), summary.files.get())
    carried_out()
    assert fresh(summary).summary["unread"] == 1


def test_what_makes_no_sense_is_refused_in_words(bureau: Organisation, summary: Submission) -> None:
    officer, clerk, files = actor("six_officer"), actor("six_clerk"), list(summary.files.all())
    kept = mappings.add_mapping(officer, bureau, title="汇总", text=MADE)
    with pytest.raises(Refused, match="已经有叫"):
        mappings.add_mapping(officer, bureau, title="汇总", text=MADE)
    with pytest.raises(Refused, match="名称"):
        mappings.rename_mapping(officer, kept, title=" ")
    with pytest.raises(Refused, match=":11 "):
        mappings.replace_mapping(officer, kept, text=MADE.replace("[feeds.columns]", "[feeds.kolumns]"))
    with pytest.raises(Refused, match="TOML"):
        mappings.add_mapping(officer, bureau, title="坏", text="= [")
    with pytest.raises(Refused, match="学年"):
        mappings.map_files(clerk, summary, files, title="x", text=MADE, year=None)
    with pytest.raises(Refused, match="不在这次报送里"):
        mappings.map_files(clerk, summary, [], title="x", text=MADE, year=2025)
    with pytest.raises(Forbidden):
        mappings.add_mapping(clerk, bureau, title="学校的", text=MADE)
    with pytest.raises(Forbidden):
        mappings.map_files(actor("six_other"), summary, files, title="x", text=MADE, year=2025)
    assert fresh(summary).revision == summary.revision
    assert TableMapping.objects.count() == 1


def test_two_lists_of_one_mapping_are_read_together_and_nobody_counts_twice(bureau: Organisation) -> None:
    submission = brought("six_clerk", school(), "一班.csv", register())
    add("six_clerk", submission, "一班又一次.csv", register())
    carried_out()
    submission = through(fresh(submission), "shipped:student-register")
    acts.submit(actor("six_clerk"), submission)
    acts.accept(actor("six_officer"), fresh(submission), result=fresh(submission).result)
    assert pupils(bureau)[1] == 3


def over(submission: Submission, way: str) -> None:
    if way == "withdrawn":
        acts.withdraw(actor("six_clerk"), submission)
        return
    acts.submit(actor("six_clerk"), submission)
    acts.accept(actor("six_officer"), fresh(submission), result=fresh(submission).result)


@pytest.mark.parametrize("way", ["accepted", "withdrawn"])
def test_the_list_itself_is_deleted_when_its_submission_is_over(
    bureau: Organisation, way: str, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    submission = brought("six_clerk", school(), "名单.csv", register())
    submission = through(submission, "shipped:student-register")
    path = submissions.files_folder(submission) / submission.files.get().stored
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        over(submission, way)
    source = fresh(submission).files.get()
    assert (source.gone, path.exists()) == (True, False)
    if way == "withdrawn":
        acts.restore(actor("six_clerk"), fresh(submission))
        assert [run.status for run in carried_out()] == ["done"]


def test_a_list_that_a_stopped_process_left_is_deleted_when_lists_are_swept(bureau: Organisation) -> None:
    submission = through(brought("six_clerk", school(), "名单.csv", register()), "shipped:student-register")
    path = submissions.files_folder(submission) / submission.files.get().stored
    over(submission, "withdrawn")
    assert path.exists()  # the transaction of a test never ends, as where the process stopped before it deleted
    submissions.forget_gone()
    assert not path.exists()


def test_a_table_without_persons_stays(bureau: Organisation, summary: Submission) -> None:
    mappings.map_files(actor("six_clerk"), summary, list(summary.files.all()), title="x", text=MADE, year=2025)
    carried_out()
    acts.withdraw(actor("six_clerk"), fresh(summary))
    assert not fresh(summary).files.get().gone


def test_cells_of_a_mapped_file_cannot_be_mended_in_the_page(bureau: Organisation, summary: Submission) -> None:
    mappings.map_files(actor("six_clerk"), summary, list(summary.files.all()), title="x", text=MADE, year=2025)
    carried_out()
    cell = mending.Cell(summary.files.get().pk, "", 3, "几个人", "72")
    with pytest.raises(Refused, match="没有这一列"):
        mending.mend(actor("six_clerk"), fresh(summary), [cell])


def test_nothing_of_persons_or_of_other_columns_is_kept(bureau: Organisation, home: Path) -> None:
    """Byte by byte: the database's rows, the results, the drafts, the events; only the upload itself has them."""
    listed = brought("six_clerk", school(), "名单.csv", register(third="未知级"))
    table = brought("six_clerk", school(), "汇总.csv", SUMMARY)
    carried_out()
    through(fresh(listed), "shipped:student-register")
    mappings.map_files(actor("six_clerk"), fresh(table), list(table.files.all()), title="x", text=MADE, year=2025)
    carried_out()
    assert fresh(table).summary["waiting"] == 1
    secrets = [
        *NAMES, "110101201801010011", "110101201801010033", "9990001112", "望岚路测试院", "诸葛填报员",
    ]  # fmt: skip
    kept = [path for path in home.rglob("*") if path.is_file() and path.parent.name != "files"]
    data = {path.as_posix(): path.read_bytes() for path in kept} | {"database": _database()}
    assert len(data) > 3
    told = [(name, secret) for name, content in data.items() for secret in secrets if _holds(content, secret)]
    assert told == []
    assert Event.objects.filter(action="submission.map").count() == 2


def _holds(content: bytes, secret: str) -> bool:
    escaped = secret.encode("ascii", "backslashreplace")
    return any(form in content for form in (secret.encode(), escaped, secret.encode("utf-16-le")))


def _database() -> bytes:
    """Every row of every table, as text."""
    from django.db import connection

    said = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            said += [repr(row) for row in cursor.fetchall()]
    return "\n".join(said).encode()
