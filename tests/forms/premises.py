"""The forms of what a school is, and of its buildings, grounds and equipment."""

from __future__ import annotations

from random import Random

from forms.form import Form
from forms.known import Known, School
from forms.pupils import Keys
from forms.words import PROVINCES, SETTING_WORDS, STAGE_WORDS

PUBLIC = ("县级教育部门", "831-县级教育部门", "831", "教育部门")
PRIVATE = ("999", "民办", "999-民办")


def basics_form(
    known: Known, school: School, number: str = "教基1001", title: str = "学校（机构）基本情况", seed: int = 0
) -> Form:
    """Name, code, address, kind, setting and so on, a line each; some of it is personal."""
    form, draw = Form(number, title, compact=True), Random(f"{seed} basics {school.school_id}")
    value = form.column("内容")
    province = PROVINCES[known.county_code[:2]]
    address = f"{province}安和市{known.county}{school.place}人民路{draw.randrange(1, 300)}号"
    lead = () if seed else ("学校（机构）所属主管部门",)
    lines: list[tuple[str, str | None, str]] = [
        ("学校（机构）名称", school.name, "name"),
        ("学校（机构）标识码", school.school_id, "school_id"),
        ("学校（机构）地址", address, ""),
        ("学校（机构）地址代码", school.place_code, "county"),
        ("学校（机构）驻地城乡类型", _coded(draw, school.setting, SETTING_WORDS[school.setting]), "setting"),
        ("邮政编码", f"{draw.randrange(450000, 479999)}", ""),
        ("办公电话", school.telephone, ""),
        ("传真电话", None, ""),
        ("电子信箱", school.mail, ""),
        ("单位网址", None, ""),
        ("校长（园长）姓名", school.head, ""),
        ("统计负责人", "钱" + school.head[1:], ""),
        ("填表人", "孙" + school.head[1:], ""),
        ("学校（机构）属地管理教育行政部门", f"{known.county}教育局", ""),
        ("统一社会信用代码", f"12{known.county_code}MB0{draw.randrange(10**6, 10**7)}X", ""),
        ("学校（机构）举办者", draw.choice(PRIVATE if school.private else PUBLIC), "ownership"),
        ("建校年月", _built(draw, school), "built_year"),
        ("占地面积是否独立使用", "是", ""),
        ("是否少数民族学校", "否", ""),
        ("是否寄宿制学校", None, ""),
    ]
    if school.kind == "345":
        lines += [("高中是否实行单独招生", "否", ""), ("学段是否分校区", "否", "")]
    lines += [(words, "无", "") for words in lead]
    lines.append(("学校（机构）办学类型", _coded(draw, school.kind, school.kind_word), "kind"))
    for words, content, ours in lines:
        facts = [("schools", (school.school_id,), ours)] if ours and ours != "county" else []
        if ours == "county":
            facts = [("county", (known.county_code,), name) for name in ("county_code", "name")]
        form.put(form.line(words), value, content, facts)
    return form


def _coded(draw: Random, code: str, words: str) -> str:
    return draw.choice((code, words, f"{code}-{words}"))


def _built(draw: Random, school: School) -> str | None:
    if school.built is None:
        return None
    year, month = school.built
    return draw.choice((f"{year}{month:02}", f"{year}-{month:02}", f"{year}年{month}月", f"{year}.{month:02}"))


def more_basics_form(
    school: School, year: int, number: str = "教基1102续", title: str = "学校（机构）基本情况（续）"
) -> Form:
    """The continuation: backbone teachers by stage among much that nobody needs."""
    form, keys = Form(number, title, unit_column=True), Keys(school.school_id, year)
    value = form.column("数量")
    noise = (
        ("乡镇中心小学", "—"),
        ("心理健康教育专职教师", "人"),
        ("校医", "人"),
        ("保健员", "人"),
        ("法治副校长", "人"),
    )
    for words, unit in (*noise, ("体育专任教师近两年培训", "人次"), ("政府购买学位", "个")):
        form.put(form.line(words, unit=unit), value, 1)
    for stage in school.stages:
        if words := STAGE_WORDS.get(stage.stage):
            line = form.line(f"县级及以上骨干教师（{words.removeprefix('普通')}）", unit="人")
            form.put(line, value, stage.backbone, [keys.staff(stage.stage, "backbone")])
    form.put(form.line("购买安保服务人员", unit="人"), value, 3)
    return form


def buildings_form(school: School, year: int, number: str, title: str) -> Form:
    """Floor area by use; last year's column stands before this year's."""
    form, keys = Form(number, title, unit="平方米"), Keys(school.school_id, year)
    before, more, less = form.column("上学年校舍建筑面积"), form.column("增加面积"), form.column("减少面积")
    now = form.column("本学年校舍建筑面积", "计")
    others = [form.column("本学年校舍建筑面积", words) for words in ("其中：危房", "当年新增校舍", "租借校舍")]
    rooms = school.rooms
    teaching = "教学及辅助用房"
    whole = sum(rooms[name] or 0 for name in (teaching, "行政办公用房", "生活用房"))
    inner = [name for name in rooms if name not in (teaching, "行政办公用房", "生活用房", "室内体育用房")]
    ours = {teaching: "teaching_area", "室内体育用房": "indoor_sports_area"}
    structure = [("框架结构", whole / 2), ("砖混结构", whole / 4), ("其他结构", whole / 4)]
    named = [(name, rooms[name]) for name in (teaching, *inner, "室内体育用房", "行政办公用房", "生活用房")]
    for name, area in [("校舍建筑面积", whole), *structure, *named]:
        line = form.line(name, sub=name in inner or name == "室内体育用房" or (name, area) in structure)
        form.put(line, before, area and area + 100)
        form.put(line, more, 0)
        form.put(line, less, area and 100)
        form.put(line, now, area, [keys.facility(ours[name])] if name in ours else [])
        for column in others:
            form.put(line, column, 0)
    return form


def conditions_form(school: School, year: int, number: str, title: str) -> Form:
    """Grounds, books, rooms and equipment, a line and a unit each."""
    form, keys, has = Form(number, title, unit_column=True), Keys(school.school_id, year), school.conditions
    value = form.column("数量")
    equipment = has["equipment_value"]
    lines: list[tuple[str, str, float | None, str]] = [
        ("占地面积", "平方米", has["grounds"], ""),
        ("#绿化用地面积", "平方米", has["green"], ""),
        ("#运动场地面积", "平方米", has["sports_ground_area"], "sports_ground_area"),
        ("足球场", "个", has["pitches"], ""),
        ("#11人制足球场", "个", 0, ""),
        ("#7人制足球场", "个", has["pitches"], ""),
        ("篮球场", "个", 2, ""),
        ("图书", "册", has["books"], "books"),
        ("数字终端数", "台", 70 + (has["tablets"] or 0), ""),
        ("#教师终端数", "台", 70, ""),
        ("#学生终端数", "台", has["tablets"], ""),
        ("教室", "间", has["rooms"], ""),
        ("#网络多媒体教室", "间", has["multimedia_rooms"], "multimedia_rooms"),
        ("固定资产总值", "元", 10**8 + (equipment or 0), ""),
        ("#教学仪器设备资产值", "元", equipment, "equipment_value"),
    ]
    for words, unit, number_of, ours in lines:
        line = form.line(words.lstrip("#"), sub=words.startswith("#"), unit=unit)
        form.put(line, value, number_of, [keys.facility(ours)] if ours else [])
    return form


def old_conditions_form(school: School, year: int) -> Form:
    """Before 2021 the same stood in one row, a column each."""
    form, keys, has = Form("基础基522", "中小学占地面积及其他办学条件"), Keys(school.school_id, year), school.conditions
    line, equipment = form.line("总计"), has["equipment_value"]
    columns: list[tuple[tuple[str, ...], str, float | None, str]] = [
        (("占地面积", "计"), "平方米", has["grounds"], ""),
        (("占地面积", "#绿化用地面积"), "平方米", has["green"], ""),
        (("占地面积", "#运动场地面积"), "平方米", has["sports_ground_area"], "sports_ground_area"),
        (("图书",), "册", has["books"], "books"),
        (("计算机数", "计"), "台", None if has["computers"] is None else has["computers"] + 9, ""),
        (("计算机数", "#教学用计算机"), "台", has["computers"], "computers"),
        (("计算机数", "#平板电脑"), "台", has["tablets"], ""),
        (("教室", "计"), "间", has["rooms"], ""),
        (("教室", "#网络多媒体教室"), "间", has["multimedia_rooms"], "multimedia_rooms"),
        (("固定资产总值", "计"), "元", 10**8 + (equipment or 0), ""),
        (("固定资产总值", "#教学仪器设备资产值"), "元", equipment, "equipment_value"),
    ]
    for path, unit, number, ours in columns:
        form.put(line, form.column(*path, unit=unit), number, [keys.facility(ours)] if ours else [])
    return form
