"""Which figures promise nothing: dates, names, conditions, what is and was, what is only encouraged."""

from __future__ import annotations

import re

from jiaoheng.documents.targets.figures import Figure
from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.words import WORDS, one_of

_TIMES = {"年", "月", "个月", "天", "日", "周", "岁", "周岁", "分", "秒", "学年", "学期", "个工作日", "工作日", "期", "届", "批", "批次", "级"}
_LOOSE = {"M", "G", "MB", "兆", "米", "千米", "公里", "厘米", "度", "吨", "步", "字", "本", "分"}
_LISTS_OF_IDEAS = re.compile(rf"(?:[“\"‘])?{one_of(WORDS.units.abstract)}")
_HAVE = re.compile(rf"(?:{one_of(WORDS.state.have)})(?:共|有|共有|现有|的|内|范围内)?\Z")
_NOW = re.compile(one_of(WORDS.state.clause))
_NOT_NOW = re.compile(r"已[\u4e00-\u9fff]{1,5}的|已(?:建成?的?|有的?|经)?(?:[\u4e00-\u9fff]{0,10})基础上|目前(?:的)?困难|自己|而已")
_THEN = re.compile(one_of(WORDS.state.sentence))
_LAST_YEAR = re.compile(r"(?:去年|上年|过去)")
_ENCOURAGED = re.compile(r"(?:^|[,;])(?:[^,;]{0,6})" + one_of(WORDS.promises.encouraged))
_CONDITION_AFTER = re.compile(r"\A(?:的)?(?!目标|要求|标准|比例|水平|速度|幅度|规模|增速|任务|待遇)")
_EVERY = re.compile(r"每(?:隔|满|增加|超过)?\Z")
_MADE_OF = re.compile(r"(?:分为|分成|划分为|包括|涵盖|包含|由|共分|分|下设|满分|总分|权重|得|扣|加|减|按|第|约占|每)\Z")
_AS_DEFINED = re.compile(r"(?:班以上|大班额|超大班额|规模学校|大规模|规模的|规模以上|大校额|教学点|小规模|以上学历|以上学位|以上职称|以上教龄|以上医院|以上资质|以上网络)")


def is_promise(read: Sentence, clause: Clause, figure: Figure) -> bool:
    """Whether somebody could say later that this figure was met or not met."""
    hidden = read.hidden
    before = hidden[clause.start : figure.start]
    after = hidden[figure.last : min(clause.end, figure.last + 24)]
    if _is_word(hidden, figure) or _EVERY.search(hidden[max(0, figure.number - 4) : figure.number]):
        return False
    if figure.unit in _TIMES:
        return _is_promised_time(figure, before, after)
    if _is_condition(figure, before, after):
        return False
    if figure.counted and _HAVE.search(before) and figure.before is None:
        return False
    if figure.counted:
        return _is_promised_count(read, clause, figure, before, after)
    return _is_promised_measure(figure, before, after)


def _is_word(hidden: str, figure: Figure) -> bool:
    """Chinese numerals in words (三方面, 一个), counted ideas (5个方面)."""
    place = figure.end if figure.last == figure.end else figure.last
    if figure.counted and _LISTS_OF_IDEAS.match(hidden, place):
        return True
    if hidden[max(0, figure.number - 1) : figure.number] in ("第", "+", "/", "—", "统", "同", "唯", "单", "之"):
        return hidden[figure.number - 1] != "—" or figure.words
    return False


def _is_promised_time(figure: Figure, before: str, after: str) -> bool:
    """Terms, ages and stretches of time are figures only with a comparison said (任教至少1年)."""
    if figure.unit == "岁" and figure.before in ("+=", "-="):
        return True
    if figure.unit in ("岁", "周岁", "期", "届", "批", "批次", "级", "日"):
        return False
    if figure.before in (">=", "<=", ">", "<") and figure.wording not in ("高", "达"):
        return not after.startswith("的") or _DOES.search(before) is not None or _EACH.search(before) is not None
    if figure.before is None and figure.after is None and figure.unit in ("年", "个月") and _SERVES.search(before) and not after:
        return True
    if figure.after == ">=" and not after and figure.unit in ("年", "个月", "天", "周", "学期", "学年"):
        return bool(before) and re.search(r"(?:任教|支教|交流|蹲点|跟岗|服务|驻校|从教|连续|时间|培训|挂职|参训)\Z", before) is not None
    return False


_SERVES = re.compile(r"(?:跟岗|任教|支教|挂职|蹲点|驻校|服务|交流|轮岗|锻炼)(?:培养|锻炼|学习|培训|工作|任教)?(?:时间)?(?:满)?\Z")
_DOES = re.compile(r"(?:开展|安排|组织|进行|保证|保障|参加|完成|投入|提供|接受|确保|落实|开设|拥有|建设|建有|划拨|预留|设立)\Z")


def _is_condition(figure: Figure, before: str, after: str) -> bool:
    """100人以下的教学点, 10万元以上的项目, 56人以上大班额: the figure only sorts."""
    if figure.unit == "%":
        return after.startswith("的") and (figure.before in ("<", ">") or (figure.before is not None and after.rstrip("。,;") == "的"))
    if _AS_DEFINED.match(after) or (figure.after and _AS_DEFINED.match("以上" + after)):
        return True
    if figure.after is None and figure.before is None:
        return before.endswith("含") and not after
    if figure.unit == "元" and not before and not after:
        return True  # 10万元以上(含10万元)的
    if re.match(r"的(?!目标|要求|标准|比例|水平|速度|幅度|任务)", after):
        if figure.counted and figure.unit not in ("人", "班", "名", "户"):
            return figure.before in ("<",) or not before
        return _DOES.search(before) is None and _EACH.search(before) is None and "一周期" not in before
    if figure.unit in ("人", "元", "平方米") and figure.after in (">=", "<=") and figure.before is None and after[:1] not in ("", ",", ";", "。", "、"):
        return True
    return figure.before == "<" and figure.wording in ("不足", "不到") and bool(after)


def _is_promised_count(read: Sentence, clause: Clause, figure: Figure, before: str, after: str) -> bool:
    each = _EACH.search(read.hidden, clause.start, figure.start) is not None
    if _FIXED_BY.search(before) and _RECKONED.match(after):
        return True
    if _SORTS.match(after) or (not each and _ALREADY_THERE.search(before + "\n" + after)):
        return False
    if not each and before.startswith("由"):
        return False
    if not (each and before.endswith("由")) and _MADE_OF.search(before) and figure.before is None and figure.after is None:
        return False
    if not figure.words:
        return True
    if figure.value >= 20 and figure.unit in ("名", "人", "所", "个", "间", "套"):
        return True
    # Chinese numerals name things as often as they count them.
    if figure.before in (">=", "<=", ">", "<") or figure.after in (">=", "<="):
        return True
    if figure.unit in ("批", "类", "种", "项", "个", "条", "大", "支", "件", "部", "份", "对", "组", "场", "片", "块", "把", "字", "门", "家", "户", "套", "本"):
        if figure.maximum is not None:
            return bool(before)
        return figure.value >= 2 and figure.unit in ("个", "家", "支", "门", "套") and _MAKES.search(before) is not None
    if figure.value == 1 and figure.unit in ("次", "名", "位", "人", "节", "课", "堂", "轮", "间", "处", "座", "栋", "幢", "所", "台", "张"):
        return _EACH.search(read.hidden, clause.start, figure.start) is not None or _MAKES.search(before) is not None and figure.unit in ("所", "座", "栋", "幢", "处")
    return _MAKES.search(before) is not None or _EACH.search(before) is not None


# 按100人核定: the rule by which money or posts are reckoned.
_FIXED_BY = re.compile(r"按(?:照)?(?:每校|每所|每个)?\Z")
_RECKONED = re.compile(r"[^,;]{0,6}(?:核定|计算|核算|核拨|拨付|计|配备|安排)")
# 招收5名以上残疾学生的学校全部…, 23所不足的学校全部…: the figure says which ones, the promise follows.
_SORTS = re.compile(r"[^,;、]{0,16}的[^,;、]{0,10}(?:全部|均|都|应|须|必须|要(?!求)|可)")
_ALREADY_THERE = re.compile(
    r"^(?:(?:[^,;]{0,6}(?:为|给|对|向|将|把|由))?|[^\n]{0,20}(?:及|和|与|等))\n[^,;、]{2,30}(?:全部|按照|加快|进一步|继续|更新|挂牌)"
)
_MAKES = re.compile(r"(?:新建|改建|扩建|改扩建|迁建|创建|建成|建设|培育|打造|新增|增设|组建|建好|办好|设立|引进|开展|建立|举办|组织|配备|配置|培养|评选|创成|各|遴选|命名|认定|成立|完成|支持|指导|设置)(?:成|好)?[^,;、]{0,12}\Z")
_EACH = re.compile(r"每(?:个|所|名|位|年|学年|学期|周|天|月|季度|半年|[\d一二两三四五六](?:个)?(?:年|学年|学期|周|天|月)|校|班|乡镇|县|镇|人|生|村|园|两周|学校|月度)")


def _is_promised_measure(figure: Figure, before: str, after: str) -> bool:
    if figure.guessed or figure.ratio or figure.before or figure.after or figure.maximum is not None:
        return not (figure.before == "=" and figure.wording == "为" and figure.unit in _LOOSE)
    if figure.unit == "%":
        return True
    if figure.unit in _LOOSE:
        return False
    if figure.unit in ("倍", "番"):
        return False
    if figure.words:
        return _EACH.search(before) is not None
    return bool(before)


def tells_of_the_past(read: Sentence, first_year: int | None) -> bool:
    """Whether the whole sentence tells of what was done (截至2020年底, “十三五”期间)."""
    head = read.text[:60]
    found = _THEN.search(head)
    if _LAST_YEAR.match(head):
        return True
    if found:
        return not re.match(r"[^,;]{0,12}基础上", read.text[found.end() : found.end() + 20])
    due = [date for date in read.dates if date.role != "base"]
    return bool(due) and first_year is not None and all(date.year < first_year for date in due)


def clause_tells_of_now(read: Sentence, clause: Clause) -> bool:
    """Whether a clause tells of what is (现有12所, 已建成3所), or only encourages."""
    words = _NOT_NOW.sub("", read.text[clause.start : clause.end])
    if _NOW.search(words):
        return True
    return _ENCOURAGED.match(words) is not None
