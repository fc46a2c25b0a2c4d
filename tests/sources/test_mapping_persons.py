"""A row a person: nothing of a person is kept, shown or told; no person counts twice."""

from pathlib import Path

import pytest
from sources.mapping_folder import HEAD

from jiaoheng.county import Batch, admit, snapshots
from jiaoheng.sources import read_with
from jiaoheng.sources.mapping import MappingError, load, read_mapped

PUPILS = """
[sources.pupils]
file = "pupils*"
several = true
persons = true
same_person = ["学籍号", "身份证件号"]
leave_out = [{ where = { "状态" = { is = "休学", optional = true } }, because = "休学" }]
[[feeds]]
into = "classes"
from = "pupils"
[feeds.columns]
school_id = { column = "学校代码", like = "*#*" }
year = { value = 2025 }
grade = "年级"
class_no = { column = "班级", like = ["*#*", "*班"] }
pupils = { value = true }
[feeds.combine]
columns.pupils = "count"
[[feeds]]
into = "enrolment"
from = "pupils"
[feeds.columns]
school_id = { column = "学校代码", like = "*#*" }
year = { value = 2025 }
grade = "年级"
pupils = { value = true }
disabled_children = { column = "残疾", optional = true, codes = { "无残疾" = false, "视力残疾" = true } }
[feeds.combine]
columns.pupils = "count"
columns.disabled_children = "count"
"""
HEADERS = "学籍号,姓名,身份证件号,学校代码,年级,班级,残疾,家长电话,备注"


def name_of(number: int) -> str:
    return f"欧阳{chr(0x9700 + number)}"


def pupil(number: int, *, school: str = "A1", grade: str = "一年级", klass: str = "1班", more: str = "无残疾") -> str:
    person = f"XJ{number:03d},{name_of(number)},{identity(number)}"
    return f"{person},{school},{grade},{klass},{more},1380000{number:04d},密{number}语"


def identity(number: int) -> str:
    digits = f"41099920150101{number:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return digits + "10X98765432"[total % 11]


def read(folder: Path, *rows: str, headers: str = HEADERS, mapping: str = PUPILS) -> Batch:
    (folder / "pupils.csv").write_text("\n".join((headers, *rows, "")), encoding="utf-8")
    (folder / "mapping.toml").write_text(HEAD + mapping, encoding="utf-8")
    return read_mapped(folder, folder / "mapping.toml")


def everything(batch: Batch) -> str:
    """All that a batch holds and says, as text."""
    admission = admit(batch)
    said = [
        text(language)
        for problem in (*batch.problems, *admission.problems)
        for text in (problem.what, problem.remedy, problem.where)
        for language in ("zh", "en")
    ]
    written = [row.cells() for rows in batch.rows.values() for row in rows]
    return "\n".join((repr(batch), repr(admission), repr(written), *said))


def class_of(*numbers: int, **about: str) -> list[str]:
    return [pupil(number, **about) for number in numbers]


def secrets_of(number: int) -> tuple[str, ...]:
    return (f"XJ{number:03d}", name_of(number), identity(number), f"1380000{number:04d}", f"密{number}语")


class TestNothingIsKept:
    def test_of_a_good_list_only_counts_are_kept(self, tmp_path: Path) -> None:
        batch = read(tmp_path, *class_of(1, 2, 3), *class_of(4, 5, klass="2班"))
        assert [(r.values["class_no"], r.values["pupils"]) for r in batch.rows["classes"]] == [("1班", 3), ("2班", 2)]
        text = everything(batch)
        assert not [secret for number in range(1, 6) for secret in secrets_of(number) if secret in text]

    @pytest.mark.parametrize(
        "slipped",
        [
            "XJ9,欧阳静,A1,欧阳静,1班,无残疾,无,13800000009,密9语",  # the name under 年级
            "XJ9,x,y,欧阳静,一年级,1班,无残疾,13800000009,密9语",  # the name under 学校代码
            "XJ9,x,y,A1,一年级,欧阳静,无残疾,13800000009,密9语",  # the name under 班级
            "XJ9,x,y,A1,一年级,1班,欧阳静,13800000009,密9语",  # the name under 残疾
            "XJ9,欧阳静,y,A1,一年级,1班,视力残疾,,,密9语,13800000009",  # a cell too many
            f"XJ9,欧阳静,{identity(9)},,,,,13800000009,密9语",  # nothing but the person
            f"{identity(9)},欧阳静,x,{identity(9)},一年级,1班,无残疾,13800000009,密9语",  # the number under 学校代码
        ],
    )
    def test_of_a_row_that_waits_nothing_personal_is_shown(self, tmp_path: Path, slipped: str) -> None:
        batch = read(tmp_path, *class_of(1, 2, 3, 4, 5, 6), slipped)
        text = everything(batch).replace("A9", "")
        shown = [secret for secret in ("欧阳静", "XJ9", "密9语", "13800000009", identity(9)) if secret in text]
        assert shown == []

    def test_what_many_rows_share_is_a_word_and_is_shown(self, tmp_path: Path) -> None:
        batch = read(tmp_path, *class_of(1, 2, 3, 4, 5, 6, grade="初几"), pupil(7, grade="七"))
        values = {problem.origin.row: problem.value for problem in batch.problems if problem.code == "unknown_code"}
        assert values == {2: "初几", 3: "初几", 4: "初几", 5: "初几", 6: "初几", 7: "初几", 8: "***"}

    def test_where_there_are_no_headers_the_first_person_is_not_taken_for_them(self, tmp_path: Path) -> None:
        batch = read(tmp_path, pupil(2), headers=pupil(1))
        assert {problem.code for problem in batch.problems} == {"mapping_column_missing"}
        assert not [secret for number in (1, 2) for secret in secrets_of(number) if secret in everything(batch)]

    def test_a_row_that_waits_does_not_say_what_a_pupil_is(self, tmp_path: Path) -> None:
        batch = read(tmp_path, *class_of(1, 2, more="视力残疾"), pupil(3, more="也许"))
        assert {header for row in batch.rejected for header in row.cells} <= {"学校代码", "年级", "班级"}
        assert {name for row in batch.rejected for name in row.values} <= {"school_id", "year", "grade", "class_no"}

    def test_names_and_numbers_cannot_be_mapped_at_all(self, tmp_path: Path) -> None:
        mapping = PUPILS.replace('class_no = { column = "班级", like = ["*#*", "*班"] }', 'class_no = "姓名"')
        batch = read(tmp_path, pupil(1), mapping=mapping)
        assert "personal_column" in {problem.code for problem in batch.problems}
        assert not batch.rows["classes"]
        assert name_of(1) not in everything(batch)


class TestEveryPersonOnce:
    def test_the_same_row_twice_counts_once(self, tmp_path: Path) -> None:
        batch = read(tmp_path, *class_of(1, 2, 1))
        assert [row.values["pupils"] for row in batch.rows["enrolment"]] == [2]
        assert [(p.code, p.origin.row, p.severity) for p in batch.problems] == [("mapping_person_twice", 4, "warning")]

    def test_one_person_in_two_classes_makes_both_wait(self, tmp_path: Path) -> None:
        rows = (*class_of(1, 2), *class_of(3, klass="2班"), *class_of(4, grade="二年级"), pupil(1, klass="2班"))
        batch = read(tmp_path, *rows)
        assert [row.values["grade"] for row in batch.rows["classes"]] == [2]
        assert [row.values["grade"] for row in batch.rows["enrolment"]] == [2]
        codes = [(p.code, p.origin.row) for p in batch.problems if p.code == "mapping_person_differs"]
        assert codes == [("mapping_person_differs", 2), ("mapping_person_differs", 6)]

    def test_persons_are_told_apart_across_files(self, tmp_path: Path) -> None:
        (tmp_path / "pupils2.csv").write_text(f"{HEADERS}\n{pupil(2)}\n{pupil(5)}\n", encoding="utf-8")
        batch = read(tmp_path, *class_of(1, 2))
        assert [row.values["pupils"] for row in batch.rows["enrolment"]] == [3]
        assert [(p.origin.file, p.origin.row) for p in batch.problems] == [("pupils2.csv", 2)]

    def test_persons_left_out_are_told_as_a_number(self, tmp_path: Path) -> None:
        rows = [f"{pupil(number)},{'休学' if number > 2 else '在校'}" for number in (1, 2, 3, 4)]
        batch = read(tmp_path, *rows, headers=f"{HEADERS},状态")
        assert [row.values["pupils"] for row in batch.rows["enrolment"]] == [2]
        assert [(p.code, p.details["rows"]) for p in batch.problems] == [("mapping_left_out", "2")]


def test_same_person_needs_persons(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(HEAD + PUPILS.replace("persons = true\n", ""), encoding="utf-8")
    with pytest.raises(MappingError, match="persons = true"):
        load(path)


def test_no_byte_of_a_person_reaches_the_snapshot_or_the_rows_that_wait(tmp_path: Path) -> None:
    source, store = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    rows = [
        *class_of(*range(1, 40)),
        *class_of(*range(40, 60), klass="2班"),
        pupil(60, grade="九十年级"),
        pupil(61, school=""),
    ]
    (source / "学籍.csv").write_text("\n".join((HEADERS, *rows, "")), encoding="utf-8")
    (source / "县.csv").write_text("县区划代码,县名\n410999,望岚县\n", encoding="utf-8")
    (source / "学校.csv").write_text("学校标识码,学校名称,办学类型\nA1,甲校,小学\nA2,乙校,小学\n", encoding="utf-8")
    (source / "在校生.csv").write_text("学校标识码,学年,年级,在校生数\nA2,2025,1,9\n", encoding="utf-8")
    admission = admit(read_with(source, ["student-register"], given={"year": 2025}))
    snapshots.write(
        admission.county, store, source="in", problems=admission.problems, rejected=admission.rejected, language="zh"
    )
    files = [path for path in store.rglob("*") if path.is_file()]
    assert any(path.name.endswith(".waiting.csv") for path in files)
    data = b"\n".join(path.read_bytes() for path in files) + everything_of(admission).encode()
    secrets = [secret for number in range(1, 62) for secret in secrets_of(number)]
    assert [secret for secret in secrets if secret.encode() in data] == []
    assert "甲校".encode() in data


def everything_of(admission: object) -> str:
    return repr(admission)
