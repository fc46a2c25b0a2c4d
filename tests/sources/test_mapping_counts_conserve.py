"""Whatever a list of pupils holds, its counts are those that one gets by hand; what cannot be counted waits."""

from collections import defaultdict
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiaoheng.sources import read_with

SCHOOLS = {"schools": [{"school_id": code, "name": name} for code, name in (("2101", "甲校"), ("2102", "乙校"))]}
GRADES = {"一年级": 1, "小学2023级": 3, "初中初二": 8, "九十年级": None, "": None}
BOARDING = {"住校": True, "2-住校": True, "1-走读": False, "走读": False, "": None}
HEADERS = ["姓名", "学籍号", "学校名称", "年级", "班级", "就读方式", "电话", "民族"]

pupils = st.fixed_dictionaries(
    {
        "姓名": st.text("欧阳上官司马诸葛", min_size=2, max_size=4),
        "学校名称": st.sampled_from(["甲校", "乙校"]),
        "年级": st.sampled_from(["一年级", "一年级", "小学2023级", "小学2023级", "初中初二", "九十年级", ""]),
        "班级": st.sampled_from(["1班", "2班", "(3)班"]),
        "就读方式": st.sampled_from([*BOARDING, "住校", "走读"]),
        "电话": st.just("13800001234"),
        "民族": st.sampled_from(["汉族", "回族"]),
    }
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(pupils, min_size=1, max_size=25), order=st.permutations(HEADERS), title=st.booleans())
def test_counts_are_those_by_hand(tmp_path: Path, rows: list[dict[str, str]], order: list[str], title: bool) -> None:
    numbered = [{**row, "学籍号": f"G{number}"} for number, row in enumerate(rows)]
    lines = [",".join(order), *(",".join(row[name] for name in order) for row in numbered)]
    if title:
        lines.insert(0, "学生名册" + "," * (len(order) - 1))
    (tmp_path / "名单.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    batch = read_with(tmp_path / "名单.csv", ["student-register"], given={"year": 2025}, known=SCHOOLS)

    groups = defaultdict(list)
    for row in rows:
        groups[row["学校名称"], GRADES[row["年级"]]].append(row)
    unreadable = {school for school, grade in groups if grade is None}
    expected = {
        ({"甲校": "2101", "乙校": "2102"}[school], grade): (
            len(of),
            len({row["班级"] for row in of}),
            None if any(row["就读方式"] == "" for row in of) else sum(BOARDING[row["就读方式"]] is True for row in of),
        )
        for (school, grade), of in groups.items()
        if grade is not None and school not in unreadable
    }
    found = {
        (row.values["school_id"], row.values["grade"]): tuple(
            row.values[name] for name in ("pupils", "classes", "boarders")
        )
        for row in batch.rows["enrolment"]
    }
    assert found == expected
    text = repr(batch.problems) + repr(batch.rejected)
    assert "13800001234" not in text
    assert not [row["姓名"] for row in rows if row["姓名"] in text]
