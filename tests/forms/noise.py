"""Sheets of a workbook that nobody needs: other forms of the ministry's, notes and lists."""

from __future__ import annotations

from random import Random

from forms.form import Form
from forms.known import School
from forms.layouts import Layout
from forms.printing import Heads, print_form
from forms.sheets import Sheet

TITLES = (
    ("教基1103", "学校（机构）代码信息核对表", ("项目", "核对结果")),
    ("教基3331", "在校生变动情况", ("上学年初在校生数", "招生", "转入", "毕业", "转出", "本学年初在校生数")),
    ("教基3412", "在校生年龄情况", ("合计", "6岁", "7岁", "8岁", "9岁", "10岁")),
    ("教基4161", "专任教师变动情况", ("上学年初专任教师数", "增加", "减少", "本学年初专任教师数")),
    ("教基4462", "教师培训情况", ("合计", "国家级", "省级", "市级", "县级", "校级")),
    ("教基5378", "信息化建设情况", ("接入互联网出口带宽", "无线网络覆盖", "上网课程数")),
    ("教基7001", "教职工中其他情况", ("民主党派", "华侨", "残疾人")),
    ("教基3370", "学生体检情况", ("合计", "视力不良", "肥胖")),
)
LINES = ("总计", "女", "少数民族", "城区", "镇区", "乡村")


def noise_sheets(school: School, layout: Layout, heads: Heads) -> list[Sheet]:
    """As many as the layout says, hidden ones among them."""
    draw = Random(f"{layout.seed} noise {school.school_id}")
    found = []
    for index in range(layout.noise_sheets):
        number, title, words = TITLES[index % len(TITLES)]
        form = Form(number, title, unit="人")
        columns = [form.column(word) for word in words]
        for label in LINES[: draw.randrange(1, len(LINES) + 1)]:
            line = form.line(label, sub=label != "总计")
            for column in columns:
                form.put(line, column, draw.randrange(500))
        sheet = print_form(form, layout, heads)
        sheet.form = ""
        if index >= len(TITLES):
            sheet.name = f"{sheet.name} ({index // len(TITLES) + 1})"
        found.append(sheet)
    return found + [_hidden(index, draw) for index in range(layout.hidden_sheets)]


def _hidden(index: int, draw: Random) -> Sheet:
    """A list of choices or of checks, such as systems leave behind."""
    sheet = Sheet(name=("校验公式", "字典")[index], hidden=True)
    for row in range(1, draw.randrange(3, 12)):
        sheet.put(row, 1, f"教基3112:I{row}=SUM(K{row}:P{row})", "noise")
        sheet.put(row, 2, row, "noise")
    return sheet
