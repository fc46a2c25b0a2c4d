"""What the style guide shows: every part of the pages with its worst case. All schools and people are invented."""

from __future__ import annotations

from calendar import Calendar
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator

Sample = dict[str, Any]

LONG = "望岚县青云镇中心小学教育集团北山移民安置点九年一贯制寄宿学校(东校区)"
SCHOOLS = (LONG, "实验小学", "望岚县第二初级中学", "石桥乡中心小学", "白鹿坪教学点", "城关第一小学")
INDICATORS = (
    "每百名学生拥有高于规定学历教师数",
    "每百名学生拥有县级以上骨干教师数",
    "每百名学生拥有体育、艺术专任教师数",
    "生均教学及辅助用房面积",
    "生均体育运动场馆面积",
    "生均教学仪器设备值",
    "每百名学生拥有网络多媒体教室数",
)
UNITS = ("人", "人", "人", "平方米", "平方米", "元", "间")
STATUSES = (
    *("meets", "floor", "fails", "unknown", "measured", "open", "in_progress"),
    *("submitted", "returned", "closed", "withdrawn", "overdue", "due_soon"),
)

WORDS = {
    "print": "打印",
    "open": "打开对话框",
    "add": "新建任务",
    "tag": "演示数据",
    "figures": "实验小学(虚构)主要指标",
    "empty": "还没有数据快照",
    "why": "一份快照是全县某一天的统计数据。接收第一份工作簿后,这里会列出各次快照。",
    "next": "请先上传填好的工作簿,或国家教育统计报表所在的文件夹。",
    "upload": "上传数据",
    "save": "保存",
    "ledger": "台账",
    "board": "任务看板",
    "strip": "达标 2 所,未达标 2 所,85% 以上 1 所,缺数据 1 所",
    "threshold": "标准 4.5",
    "return": "退回",
    "return_head": "退回任务",
    "return_text": "退回后由责任单位继续办理,理由会写进任务记录。",
}
NOTICES: tuple[Sample, ...] = (
    {"level": "success", "text": "已保存。"},
    {"level": "info", "text": "2025 学年的数据还没有接收,下面按 2024 学年显示。"},
    {
        "level": "warning",
        "title": "有 3 所学校还没有报送",
        "text": "这些学校的指标暂按“缺数据”处理:",
        "points": SCHOOLS[2:5],
    },
    {
        "level": "error",
        "title": "不能销号",
        "text": "最新快照中生均教学及辅助用房面积为 4.12 平方米,标准为 4.5 平方米,还缺 312 平方米。",
        "url": "#",
        "url_label": "看这个数是怎么算的",
    },
)


class TaskForm(forms.Form):
    """A form with one field of each kind."""

    title = forms.CharField(label="任务", help_text="一句话写清做什么、做到什么程度。")
    due = forms.DateField(label="完成期限", widget=forms.DateInput(attrs={"type": "date"}))
    unit = forms.ChoiceField(label="责任股室", choices=[("jj", "基础教育股"), ("jc", "计财股"), ("rs", "人事股")])
    measured = forms.ChoiceField(
        label="怎样算完成",
        choices=[("figure", "以最新快照中的数值为准"), ("review", "由另一人审核佐证材料")],
        widget=forms.RadioSelect,
    )
    support = forms.MultipleChoiceField(
        label="配合单位",
        required=False,
        choices=[("dd", "督导室"), ("dj", "电教馆"), ("jy", "教研室")],
        widget=forms.CheckboxSelectMultiple,
    )
    evidence = forms.FileField(label="佐证材料", required=False, help_text="PDF、图片或 Excel,每个不超过 20 MB。")
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    urgent = forms.BooleanField(label="列入本月督办", required=False)


class ReturnForm(forms.Form):
    """The form in the dialog."""

    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}))


class FilterForm(forms.Form):
    """The filter bar."""

    text = forms.CharField(label="学校或任务", required=False, widget=forms.SearchInput)
    stage = forms.ChoiceField(
        label="学段", required=False, choices=[("", "全部"), ("primary", "小学"), ("junior", "初中")]
    )
    status = forms.ChoiceField(label="结论", required=False, choices=[("", "全部"), ("fails", "未达标")])


def _figure(place: int, value: str, threshold: str, status: str, gap: str = "") -> Sample:
    share = None if status == "unknown" else float(value.replace(",", "")) / float(threshold.replace(",", ""))
    return {
        "label": INDICATORS[place],
        "unit": UNITS[place],
        "value": value,
        "threshold": f"≥ {threshold}",
        "status": status,
        "gap": gap,
        "position": None if share is None else min(100.0, 60 * share),
        "threshold_position": 60.0,
        "url": "#",
    }


def _figures() -> list[Sample]:
    return [
        _figure(0, "4.61", "4.2", "meets"),
        _figure(1, "0.88", "1", "floor", "还差 2 人"),
        _figure(2, "0.92", "0.9", "meets"),
        _figure(3, "4.12", "4.5", "fails", "还缺 312 平方米教学及辅助用房"),
        _figure(4, "8.40", "7.5", "meets"),
        _figure(5, "1,764", "2,000", "floor", "还缺 19.4 万元教学仪器设备"),
        _figure(6, "", "2.3", "unknown", "缺“网络多媒体教室数”,请在“设施”表中填写"),
    ]


def _schools() -> Sample:
    columns: list[Sample] = [
        {"label": "学校", "kind": "name", "url": "?sort=name"},
        {"label": "学段", "kind": "short"},
        {"label": "在校生", "kind": "number", "unit": "人", "url": "?sort=pupils", "sorted": "descending"},
        {"label": INDICATORS[1], "kind": "number", "unit": "人", "url": "?sort=backbone"},
        {"label": INDICATORS[5], "kind": "number", "unit": "元", "url": "?sort=equipment"},
        {"label": "达标项", "kind": "number"},
        {"label": "结论", "kind": "short"},
        {"label": "最大差距", "kind": "text"},
    ]
    rows: list[Sample] = []
    for place in range(40):
        status = ("fails", "meets", "floor", "unknown", "meets")[place % 5]
        name = SCHOOLS[place % 6] + ("" if place < 6 else f"{place} 号校区")
        gap = {"fails": "生均教学及辅助用房还缺 312 平方米", "floor": "骨干教师还差 2 人"}.get(status, "")
        rows.append(
            {
                "cells": [
                    {"text": name, "url": "#", "kind": "name"},
                    {"text": "小学" if place % 3 else "初中", "kind": "short"},
                    {"text": f"{2486 - 57 * place:,}", "kind": "number"},
                    {"text": f"{1.52 - place * 0.017:.2f}", "kind": "number"},
                    {"text": f"{3120 - 41 * place:,}", "kind": "number"},
                    {"text": f"{7 - place % 3} / 7", "kind": "number"},
                    {"text": "", "status": status, "kind": "short"},
                    {"text": gap, "kind": "text"},
                ]
            }
        )
    foot: list[Sample] = [
        {"text": "全县"},
        {"text": ""},
        {"text": "54,910", "kind": "number"},
        {"text": "1.18", "kind": "number"},
    ]
    foot += [{"text": "2,214", "kind": "number"}, {"text": ""}, {"text": ""}, {"text": ""}]
    note = "2024—2025 学年,虚构数据"
    return {
        "id": "schools",
        "caption": "各校达标情况",
        "note": note,
        "columns": columns,
        "rows": rows,
        "foot": foot,
        "filter": True,
    }


def _matrix() -> Sample:
    columns: list[Sample] = [{"label": "学校", "kind": "name"}]
    columns += [
        {"label": f"{stage}{name}", "kind": "number", "url": "#"} for stage in ("小学", "初中") for name in INDICATORS
    ]
    rows: list[Sample] = []
    for place, name in enumerate(SCHOOLS * 3):
        cells: list[Sample] = [{"text": name, "url": "#", "kind": "name"}]
        for column in range(14):
            status = ("meets", "meets", "floor", "meets", "fails", "unknown")[(place * 5 + column) % 6]
            text = "—" if status == "unknown" else f"{(place + 3) * (column + 2) / 7:.2f}"
            cells.append({"text": text, "status": status, "status_label": status})
        rows.append({"cells": cells})
    return {"id": "matrix", "caption": "学校 × 指标", "columns": columns, "rows": rows, "matrix": True, "scrolls": True}


def _english() -> Sample:
    names = (
        "Wanglan County Nine-year Consistent Boarding School of the Resettlement Area (Eastern Campus)",
        "Experimental Primary",
    )
    columns: list[Sample] = [
        {"label": "School", "kind": "name"},
        {"label": "Teachers above the required qualification per hundred pupils", "kind": "number", "url": "#"},
        {"label": "Conclusion", "kind": "short"},
        {"label": "What is missing", "kind": "text"},
    ]
    gaps = ("Internationalisation-counterrevolutionary-electroencephalographically long word", "Nothing")
    cells = [
        [
            {"text": name, "url": "#", "kind": "name"},
            {"text": "4.61", "kind": "number"},
            {"text": "", "status": status, "status_label": label, "kind": "short"},
            {"text": gap, "kind": "text"},
        ]
        for name, gap, status, label in zip(names, gaps, ("fails", "meets"), ("fails", "meets"), strict=True)
    ]
    return {"caption": "Schools", "columns": columns, "rows": [{"cells": row} for row in cells]}


def _board() -> list[Sample]:
    card: Sample = {
        "title": "补足教学及辅助用房 312 平方米",
        "url": "#",
        "school": LONG,
        "person": "计财股 周立行",
        "due_text": "12月31日",
    }
    late = {
        **card,
        "title": "补充音乐教师 2 人",
        "school": "石桥乡中心小学",
        "flag": "overdue",
        "due_text": "逾期 12 天",
    }
    soon = {**card, "title": "更新实验仪器", "school": "实验小学", "flag": "due_soon", "due_text": "还有 3 天"}
    labels = {"open": [card, late], "in_progress": [soon], "submitted": [card], "returned": [], "closed": [card, card]}
    return [
        {"status": key, "count": len(cards), "cards": cards, "more_url": "#" if key == "closed" else ""}
        for key, cards in labels.items()
    ]


def _calendar() -> Sample:
    today = date(2025, 12, 10)
    events = {
        4: [{"label": "补充音乐教师 2 人", "status": "overdue", "status_label": "已逾期", "url": "#"}],
        10: [
            {"label": f"{LONG}复查", "status": "open", "url": "#"},
            {"label": "更新实验仪器", "status": "due_soon", "url": "#"},
        ],
        31: [{"label": "补足教学用房", "status": "in_progress", "url": "#"}],
    }
    weeks = [
        [
            {
                "date": day,
                "outside": day.month != 12,
                "today": day == today,
                "events": events.get(day.day, []) if day.month == 12 else [],
            }
            for day in week
        ]
        for week in Calendar().monthdatescalendar(2025, 12)
    ]
    return {
        "title": "2025年12月",
        "weekdays": list("一二三四五六日"),
        "weeks": weeks,
        "previous_url": "#",
        "next_url": "#",
        "today_url": "#",
    }


def context() -> Sample:
    """All variables of ``web/style_guide.html``, the frame's included."""
    at = datetime(2025, 12, 9, 16, 20, tzinfo=UTC)
    names = ["总览", "学校", "台账", "数据报送", "督导", "通报", "运算", "管理"]
    bound = TaskForm({"title": "", "due": "", "unit": "jj", "measured": "figure"})
    return {
        "demo": True,
        "county_name": "望岚县教育局",
        "navigation": [
            {"label": name, "url": "#", "current": name == "学校", "count": 4 if name == "台账" else 0}
            for name in names
        ],
        "account": {"name": "周立行", "roles": ["基础教育股 股室人员"], "links": [{"label": "修改密码", "url": "#"}]},
        "breadcrumbs": [{"label": "总览", "url": "#"}, {"label": "学校", "url": "#"}, {"label": LONG}],
        "snapshot": {"name": "2024 学年秋季统计", "date": date(2025, 10, 31)},
        "standard": "县域义务教育优质均衡发展督导评估(2017)",
        "verdict": {
            "status": "fails",
            "sentence": "望岚县目前未达到国家优质均衡标准的要求:96 所学校中 31 所未达标,14 项差异系数中 3 项超过限值。",
            "details": [
                "小学 61 所,40 所达标;初中 35 所(部),25 所达标。",
                "差距最大的一项是初中生均教学仪器设备值,差异系数 0.61(限 0.45)。",
            ],
        },
        "metrics": [
            {"label": "达标学校", "value": "65", "unit": "/ 96 所", "note": "比上次多 4 所", "url": "#"},
            {"label": "差异系数达标", "value": "11", "unit": "/ 14 项", "status": "fails", "url": "#"},
            {
                "label": "未销号任务",
                "value": "48",
                "unit": "项",
                "note": "其中逾期 5 项",
                "status": "overdue",
                "status_label": "5 项逾期",
            },
            {"label": "已报送学校", "value": "93", "unit": "/ 96 所", "note": "截止 10月31日"},
        ],
        "statuses": STATUSES,
        "figures": _figures(),
        "run": {
            "id": "run-1",
            "title": "测算 2024 学年",
            "status": "in_progress",
            "percent": 62.5,
            "text": "正在算差异系数,已用 12 秒",
            "cancel_url": "#",
        },
        "waiting_run": {
            "id": "run-2",
            "title": "生成通报",
            "status": "open",
            "status_label": "排队中",
            "percent": None,
            "text": "前面还有 1 项",
        },
        "words": WORDS,
        "notices": NOTICES,
        "facts": [
            {"label": "学校代码", "value": "3199000017"},
            {"label": "办学类型", "value": "九年一贯制学校"},
            {"label": "在校生", "value": "2,486 人", "note": "其中寄宿 1,204 人"},
            {"label": "结论", "value": "未达标", "status": "fails"},
            {"label": "责任督学", "value": "陈望", "url": "#"},
            {"label": "校长", "value": ""},
        ],
        "files": [
            {
                "name": "2025年北山校区教学楼扩建工程竣工验收备案表(含附件及现场照片)最终版.pdf",
                "kind": "pdf",
                "size": 4_812_331,
                "who": "周立行",
                "at": at,
                "url": "#",
                "remove_url": "#",
            },
            {"name": "设备清单.xlsx", "kind": "xlsx", "size": 18_211, "url": "#"},
        ],
        "filters": FilterForm({"stage": "primary"}),
        "chips": [{"label": "学段:小学", "url": "#"}],
        "reset_url": "#",
        "schools": _schools(),
        "matrix": _matrix(),
        "english": _english(),
        "page": Paginator(range(118), 40).page(2),
        "problems": [
            {
                "place": "工作簿“班级”表 第 14 行 C 列(学生数)",
                "value": "45人",
                "what": "学生数应为整数。",
                "remedy": "去掉“人”字,只填 45。",
                "severity": "error",
                "url": "#",
            },
            {
                "place": "“设施”表 第 3 行 F 列(教学及辅助用房面积)",
                "value": "41200",
                "what": "比上年多 9 倍。",
                "remedy": "请核对单位是否为平方米。",
                "severity": "warning",
            },
        ],
        "form": bound,
        "dialog_form": ReturnForm(prefix="return"),
        "tabs": [
            {"label": "看板", "url": "#", "current": True, "count": None},
            {"label": "列表", "url": "#", "count": 48},
            {"label": "日历", "url": "#", "count": None},
        ],
        "board": _board(),
        "calendar": _calendar(),
        "events": [
            {"text": "退回", "who": "督导室 陈望", "at": at, "note": "验收表缺第二页盖章。\n请补齐后再提交。"},
            {
                "text": "提交审核",
                "who": "计财股 周立行",
                "at": at,
                "changes": [{"label": "状态", "before": "办理中", "after": "待审核"}],
            },
            {"text": "新建任务", "who": "基础教育股 林岚", "at": at},
        ],
    }
