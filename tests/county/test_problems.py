from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import jiaoheng
from jiaoheng.county import Origin, Problem, errors
from jiaoheng.county.problems import folded, kinds

SOURCE = Path(jiaoheng.__file__).parent
KINDS = sorted(kinds())


def _strings() -> set[str]:
    """Every text constant in the program, docstrings and catalogues apart."""
    return {
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _codes_given() -> set[str]:
    """Every constant that the program gives as the code of a problem."""
    return {
        each.value
        for path in SOURCE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"Problem", "_problem", "_cell"}
        for given in [*call.args[:1], *(word.value for word in call.keywords if word.arg == "code")]
        for each in ([given.body, given.orelse] if isinstance(given, ast.IfExp) else [given])
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def test_every_code_that_the_program_gives_is_in_the_catalogue() -> None:
    given = _codes_given()
    assert len(given) > 30
    assert given <= set(KINDS)


def test_every_entry_of_the_catalogue_is_used() -> None:
    assert set(KINDS) - _strings() == set()


@pytest.mark.parametrize("code", KINDS)
def test_both_languages_tell_the_same_facts(code: str) -> None:
    kind = kinds()[code]
    for text in (kind.what, kind.remedy):
        zh, en = ({name for _, name, _, _ in Formatter().parse(side) if name} for side in (text.zh, text.en))
        assert not [name for name in zh if name.endswith("_en")]
        assert not [name for name in en if name.endswith("_zh")]
        assert {re.sub("_zh$", "", name) for name in zh} == {re.sub("_en$", "", name) for name in en}


def test_a_problem_of_an_unknown_kind_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="no_such_problem"):
        Problem(code="no_such_problem")


def test_a_problem_says_where_what_and_how_to_mend_it() -> None:
    problem = Problem(
        code="required_cell", table="schools", column="kind", origin=Origin("county.xlsx", "学校", 14), index=12
    )
    assert problem.where("zh") == "county.xlsx · 学校 · 第 14 行 · 办学类型"
    assert problem.where("en") == "county.xlsx · 学校 · row 14 · Kind"
    assert problem.what("zh") == "“办学类型”必填，现为空"
    assert problem.remedy("en") == "fill in “Kind”"
    assert problem.severity == "error"


def test_where_the_file_has_no_sheet_the_table_is_named() -> None:
    assert Problem(code="table_empty", table="schools").where("en") == "Schools"
    assert Problem(code="personal_column", column="姓名").where("zh") == "姓名"


def test_personal_numbers_never_show_in_a_problem() -> None:
    problem = Problem(
        code="unknown_reference", table="enrolment", column="school_id", value="11010519491231002X",
        details={"table_zh": "学校", "table_en": "call 13812345678"},
    )  # fmt: skip
    assert "19491231" not in problem.value + problem.what("zh")
    assert "13812345678" not in problem.what("en")


def test_errors_are_told_from_warnings() -> None:
    problems = (Problem(code="cohort_flow"), Problem(code="required_cell"))
    assert errors(problems) == (problems[1],)


def _repeated(rows: list[int], value: str = "999") -> list[Problem]:
    return [
        Problem(code="unknown_reference", table="enrolment", column="school_id", value=value, index=row,
                origin=Origin("county.xlsx", "在校生", row))
        for row in rows
    ]  # fmt: skip


def test_what_many_rows_have_in_common_is_told_once() -> None:
    groups = folded([*_repeated([9, 5, 6, 7]), *_repeated([8], value="998")])
    assert [(group.count, group.rows) for group in groups] == [(4, (5, 6, 7, 9)), (1, (8,))]
    assert groups[0].where("zh") == "county.xlsx · 在校生 · 第 5—7、9 行 · 学校标识码"
    assert groups[0].where("en") == "county.xlsx · 在校生 · row 5–7, 9 · School code"


def test_rows_far_apart_are_not_all_listed() -> None:
    (group,) = folded(_repeated(list(range(2, 202, 2))))
    assert group.count == 100
    assert group.where("zh").endswith("第 2、4、6、8、10、12、14、16、18、20等 行 · 学校标识码")


def test_problems_with_other_figures_are_not_folded() -> None:
    one, other = (Problem(code="several_counties", table="county", details={"count": count}) for count in ("2", "3"))
    assert len(folded([one, other, one])) == 2
