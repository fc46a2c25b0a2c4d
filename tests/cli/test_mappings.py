"""Mappings on the command line: found by a newcomer, used by name, several at once."""

import sys

import pytest

from jiaoheng.cli import app, mappings
from jiaoheng.county import snapshots

FILES = {
    "县.csv": "县区划代码,县名\n410999,望岚县\n",
    "学校.csv": "学校标识码,学校名称,办学类型\n2141000001,青石镇中心小学,小学\n",
    "名单.csv": "姓名,学校,年级,班级\n"
    + "".join(f"王{n}明,青石镇中心小学,小学2024级,{n % 2 + 1}班\n" for n in range(9)),
    "教师.csv": "姓名,工号,学校,最高学历\n李某,7,青石镇中心小学,本科\n",
}


@pytest.fixture
def folder(tmp_path):
    source = tmp_path / "数据"
    source.mkdir()
    for name, text in FILES.items():
        (source / name).write_text(text, encoding="utf-8")
    return source


@pytest.fixture
def jiaoheng(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(app, "LANGUAGE", "zh")
        monkeypatch.setattr(mappings, "preferred", lambda: "zh")
        monkeypatch.setattr(sys, "argv", ["jiaoheng", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as ended:
            app.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_an_import_names_the_mapping_and_with_it_counts(jiaoheng, folder, tmp_path):
    out = tmp_path / "快照"
    _, said, _ = jiaoheng("import", folder, "--out", out)
    assert "--map student-register" in said
    assert "--map staff-roster" in said
    words = ("import", folder, "--map", "student-register", "--map", "staff-roster", "--out", out)
    code, said, _ = jiaoheng(*words)
    assert code == 1
    assert "--year 2025" in said
    code, said, _ = jiaoheng(*words, "--year", "2025")
    assert code == 0
    county = snapshots.read(out)
    assert county["enrolment"].select(["grade", "classes", "pupils"]).to_pylist() == [
        {"grade": 2, "classes": 2, "pupils": 9}
    ]
    assert county["teachers"]["teacher_id"].to_pylist() == ["2141000001-7"]
    assert not [path for path in out.rglob("*") if path.is_file() and "王".encode() in path.read_bytes()]


def test_the_mappings_are_listed_found_for_a_file_and_printed(jiaoheng, folder):
    code, said, _ = jiaoheng("mappings")
    assert code == 0
    assert "student-register  学籍名单" in said
    _, said, _ = jiaoheng("mappings", folder / "教师.csv")
    assert "staff-roster" in said
    assert "student-register" not in said
    _, said, _ = jiaoheng("mappings", folder / "县.csv")
    assert "没有适合" in said
    _, said, _ = jiaoheng("mappings", "oneroster")
    assert said.startswith("# OneRoster")
    assert "[[feeds]]" in said


def test_a_name_that_is_none_is_refused_with_those_there_are(jiaoheng, folder):
    for words in (("import", folder, "--map", "student-registr"), ("mappings", "student-registr")):
        code, _, told = jiaoheng(*words)
        assert code == 2
        assert "student-register" in told


def test_a_list_alone_finds_its_schools_in_the_county_that_it_is_laid_over(jiaoheng, folder, tmp_path):
    base, out = tmp_path / "原有", tmp_path / "快照"
    both = ("--map", "student-register", "--map", "staff-roster", "--year", "2025")
    assert jiaoheng("import", folder, *both, "--out", base)[0] == 0
    words = ("--map", "student-register", "--year", "2026", "--onto", base, "--out", out)
    assert jiaoheng("import", folder / "名单.csv", *words)[0] == 0
    assert snapshots.read(out)["enrolment"]["pupils"].to_pylist() == [9, 9]
