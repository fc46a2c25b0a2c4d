"""Slips in a mapping file are refused before any data are read, each with its line and place."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.mapping import MappingError, load, read_mapped

GOOD = """\
format = 1
title = "测试"

[sources]
towns = { file = "towns.csv" }
schools = { file = "schools.csv" }

[lookups.town_code]
from = "towns"
key = "town"
value = "code"

[codes.kind]
"小学" = "211"
"中学" = "311"

[[feeds]]
into = "places"
from = "towns"
[feeds.columns]
place_id = "code"
name = "town"
level = { value = "town" }

[[feeds]]
into = "enrolment"
from = "schools"
where = { kind = "小学" }
unpivot = { headers = "g{grade}", only = { grade = "1-6" }, value = "pupils" }
totals = [{ column = "pupils_total" }]
[feeds.columns]
school_id = "code"
year = { column = "roc_year", add = 1911 }
grade = "grade"
pupils = "pupils"

[[feeds]]
into = "schools"
from = "schools"
[feeds.columns]
school_id = "code"
name = "name"
place_id = { lookup = "town_code" }
kind = { column = "kind", codes = "kind" }
[feeds.combine]
order = { column = "kind", values = ["中学", "小学"] }
columns.name = "first"
columns.kind = { "211 + 311" = "312" }

[[boundaries]]
file = "towns.geojson"
level = "town"
place_id = "code"
name = "town"
"""


def slips(tmp_path: Path, text: str) -> list[tuple[int | None, str, str]]:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        load(path)
    return [(line, place, wrong.en) for line, place, wrong in caught.value.slips]


def test_the_good_mapping_loads(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(GOOD, encoding="utf-8")
    spec = load(path)
    assert [feed.into for feed in spec.feeds] == ["places", "enrolment", "schools"]
    assert spec.feeds[1].columns["year"].add == 1911


# (what is written, what is written instead, line that must be named, place, part of the message)
SLIPS = [
    ('title = "测试"', 'titel = "测试"', 2, "titel", "did you mean “title”"),
    ("format = 1", "format = 2", 1, "format", "Invalid enum value 2"),
    ('{ file = "towns.csv" }', '{ fil = "towns.csv" }', 5, "sources.towns.fil", "did you mean “file”"),
    ('{ file = "towns.csv" }', '{ sheet = "1" }', 5, "sources.towns", "“file” is not given"),
    ('{ file = "towns.csv" }', "{ file = 3 }", 5, "sources.towns.file", "Expected `str`, got `int`"),
    ('file = "towns.csv"', 'file = "{year.csv"', 5, "sources.towns.file", "braces"),
    (
        'towns = { file = "towns.csv" }',
        'towns = { file = "towns.csv" }\nmore = { file = "x" }',
        6,
        "sources.more",
        "no feed or lookup",
    ),
    ('from = "towns"\nkey', 'from = "town"\nkey', 9, "lookups.town_code.from", "there is no source “town”"),
    ('"小学" = "211"', '"小学" = "999"', 14, "codes.kind.小学", "“999” is not one of the codes"),
    ('"中学" = "311"', '"小学 " = "311"', 15, "codes.kind.小学 ", "read as the same value"),
    ('into = "places"', 'into = "place"', 18, "feeds[1].into", "there is no table “place”"),
    ('from = "towns"\n[f', 'from = "x"\n[f', 19, "feeds[1].from", "there is no source “x”"),
    ('name = "town"\nlevel', 'nam = "town"\nlevel', 22, "feeds[1].columns.nam", "no column “nam”"),
    ('level = { value = "town" }', "", 20, "feeds[1].columns", "needs “level”"),
    ('{ value = "town" }', '{ value = "city" }', 23, "feeds[1].columns.level.value", "“city” is not one of"),
    ('{ value = "town" }', '{ valeu = "town" }', 23, "feeds[1].columns.level.valeu", "did you mean “value”"),
    ('{ value = "town" }', '{ value = "town", column = "x" }', 23, "feeds[1].columns.level", "exactly one"),
    ('{ kind = "小学" }', "{ kind = { startswith = 'a' } }", 28, "feeds[2].where.startswith", "starts_with"),
    ('{ kind = "小学" }', '{ grade = "1" }', 28, "feeds[2].where.grade", "comes about later"),
    ('"g{grade}"', '"g1"', 29, "feeds[2].unpivot.headers", "mark the part that varies"),
    ('grade = "1-6"', 'grad = "1-6"', 29, "feeds[2].unpivot.only.grad", "the pattern has no {grad}"),
    ('grade = "1-6"', 'grade = "6-1"', 29, "feeds[2].unpivot.only.grade", "a range"),
    ('value = "pupils" }', 'value = "grade" }', 29, "feeds[2].unpivot", "“grade” is used twice"),
    ('"pupils_total" }', '"total_{year}" }', 30, "feeds[2].totals[1].column", "no {year}"),
    ("add = 1911", "ad = 1911", 33, "feeds[2].columns.year.ad", "did you mean “add”"),
    (
        'pupils = "pupils"',
        'pupils = { column = "pupils", unit = "万元" }',
        35,
        "pupils.unit",
        "does not take",
    ),
    (
        'pupils = "pupils"',
        'pupils = { column = "pupils", unit = "人", factor = 2 }',
        35,
        "pupils.factor",
        "not both",
    ),
    (
        'pupils = "pupils"',
        'pupils = { column = "pupils", missing = 0 }',
        35,
        "pupils.missing",
        "needs a reason",
    ),
    (
        'school_id = "code"\nname',
        'school_id = { column = "code", add = 1 }\nname',
        41,
        "school_id",
        "not a number",
    ),
    ('lookup = "town_code"', 'lookup = "town"', 43, "place_id.lookup", "there is no lookup “town”"),
    ('{ lookup = "town_code" }', '{ lookup = "town_code", by = ["a", "b"] }', 43, "place_id.by", "as many"),
    (
        '{ lookup = "town_code" }',
        '{ column = "t", characters = [0, 3] }',
        43,
        "place_id.characters",
        "from 1",
    ),
    ('codes = "kind"', 'codes = "kinds"', 44, "feeds[3].columns.kind.codes", "no translation “kinds”"),
    (
        'order = { column = "kind", values = ["中学", "小学"] }\n',
        "",
        45,
        "feeds[3].combine",
        "which row comes first",
    ),
    ('columns.name = "first"', 'columns.name = "frist"', 47, "combine.columns.name", "no way “frist”"),
    ('columns.name = "first"', 'columns.name = "sum"', 45, "combine", "“name” is not a number"),
    (
        'columns.name = "first"',
        'columns.lon = "first"',
        47,
        "combine.columns.lon",
        "not a column filled here",
    ),
    ('"211 + 311" = "312"', '"211 + 311" = "313"', 48, "columns.kind.211 + 311", "“313” is not one of"),
    ('level = "town"', 'level = "shire"', 52, "boundaries[1].level", "“shire” is not one of"),
    ("[[boundaries]]", "[boundaries]", 50, "boundaries", "[[boundaries]]"),
]


@pytest.mark.parametrize(("old", "new", "line", "place", "message"), SLIPS, ids=[new or old for old, new, *_ in SLIPS])
def test_a_slip_is_named_with_its_line_and_place(
    tmp_path: Path, old: str, new: str, line: int, place: str, message: str
) -> None:
    assert GOOD.count(old) >= 1
    found = slips(tmp_path, GOOD.replace(old, new, 1))
    assert any(at == line and where.endswith(place) and message in text for at, where, text in found), found


def test_several_slips_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('into = "places"', 'into = "place"').replace('codes = "kind"', 'codes = "kinds"')
    assert [line for line, _, _ in slips(tmp_path, text)] == [18, 44]


def test_structural_slips_in_different_feeds_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("add = 1911", "ad = 1911").replace('codes = "kind"', 'cods = "kind"')
    assert [line for line, _, _ in slips(tmp_path, text)] == [33, 44]


def test_join_needs_a_feed_above_to_join_to(tmp_path: Path) -> None:
    text = GOOD.replace('where = { kind = "小学" }', 'join = "keep"')
    assert "nothing to join" in slips(tmp_path, text)[0][2]


def test_zero_fills_is_for_unpivoted_columns(tmp_path: Path) -> None:
    text = GOOD.replace('{ column = "pupils_total" }', '{ column = "pupils_total", parts = ["a"], zero_fills = true }')
    assert "zero_fills" in slips(tmp_path, text)[0][2]


def test_a_mapping_that_is_no_toml_says_where(tmp_path: Path) -> None:
    found = slips(tmp_path, GOOD.replace("[[feeds]]", "[[feeds]", 1))
    assert "not valid TOML" in found[0][2]
    assert "line 17" in found[0][2]
    assert len(slips(tmp_path, "format = " + "[" * 100_000)) == 1


def test_a_mapping_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(MappingError, match="UTF-8"):
        load(path)


def test_a_mapping_without_feeds_is_refused(tmp_path: Path) -> None:
    assert "no [[feeds]]" in slips(tmp_path, 'format = 1\ntitle = "x"\n')[0][2]


def test_the_error_reads_in_both_languages_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(GOOD.replace("add = 1911", "ad = 1911"), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_mapped(tmp_path, path)
    assert "mapping.toml:33  feeds[2].columns.year.ad: 没有“ad”这个键；是否想写“add”？" in caught.value.say("zh")
    assert "mapping.toml:33  feeds[2].columns.year.ad: there is no key “ad”" in caught.value.say("en")


def test_a_mapping_or_folder_that_is_not_there_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be opened"):
        read_mapped(tmp_path, tmp_path / "none.toml")
    path = tmp_path / "mapping.toml"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(SourceError, match="is not there"):
        read_mapped(tmp_path / "nowhere", path)


def test_nothing_in_a_mapping_is_evaluated(tmp_path: Path) -> None:
    text = GOOD.replace('{ value = "town" }', '{ template = "{__import__}" }')
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "towns.csv").write_text("code,town\n1,甲\n", encoding="utf-8")
    (tmp_path / "schools.csv").write_text("code\n1\n", encoding="utf-8")
    codes = [(p.code, p.column) for p in read_mapped(tmp_path, path).problems]
    assert ("mapping_column_missing", "__import__") in codes


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_mangled_mapping_is_read_or_refused_never_a_crash(tmp_path: Path, data: st.DataObject) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = (
            text[:start]
            + data.draw(st.sampled_from(["", "{", "[[", '"', "=", "1", "x", "\n", "{ a = 1 }"]))
            + text[end:]
        )
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    try:
        load(path)
    except MappingError as error:
        refused = error
    else:
        return
    assert refused.slips
    assert refused.say("zh")
    assert refused.say("en")


def test_a_mapping_of_lists_within_lists_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text("a = " + "[" * 20000, encoding="utf-8")
    with pytest.raises(MappingError):
        load(path)


COUNTING = """\
format = 1
title = "测试"
[sources.pupils]
file = "*"
persons = true
names = { "学校" = ["校名"], "年级" = "年段" }
[sources.others]
file = "x.csv"
[lookups.code]
table = "schools"
key = "name"
value = "school_id"
[[feeds]]
into = "enrolment"
from = "pupils"
[feeds.columns]
school_id = { lookup = "code", by = "学校" }
year = { given = "year" }
grade = { column = "年级", cohorts = { "小学{y}级" = 1 }, cases = [{ where = { "年级" = "x" }, missing = true }] }
pupils = { value = true }
[feeds.combine]
columns.pupils = "count"
[[feeds]]
into = "places"
from = "others"
columns = { place_id = "a", name = "b", level = "c" }
"""


def test_the_mapping_that_counts_loads(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(COUNTING, encoding="utf-8")
    assert load(tmp_path / "mapping.toml").feeds[0].counts


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"年段"', '"校名"', "is also a spelling of"),
        ('table = "schools"', 'table = "schools"\nfrom = "others"', "either"),
        ('table = "schools"', "", "either"),
        ('table = "schools"', 'table = "school"', "no table"),
        ('table = "schools"', 'from = "pupils"', "nothing can be looked up"),
        ('key = "name"', 'key = "names"', "no column"),
        ('key = "name"', 'key = ["name", "kind"]\nseparator = ","', "keys of one column"),
        ('"小学{y}级"', '"小学级"', "one pair of braces"),
        ('"小学{y}级" = 1', '"小学{y}级" = 99', "not one of the codes"),
        ('year = { given = "year" }', 'year = { given = "month" }', "month"),
        ("missing = true", "value = 3, missing = true", "missing = true"),
        (", missing = true", "", "missing = true"),
        ("value = true", "value = 1", "does not fit"),
        ('pupils = "count"', 'grade = "count"', "outside the key"),
        ("persons = true", 'same_person = "a"', "persons = true"),
        ('"count"', '"counted"', "no way"),
    ],
)
def test_slips_of_counting(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in COUNTING
    assert any(said in wrong for _, _, wrong in slips(tmp_path, COUNTING.replace(old, new, 1)))
