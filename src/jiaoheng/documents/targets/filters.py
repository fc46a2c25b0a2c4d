"""Which figures promise nothing: dates, names, conditions, what is and was, what is only encouraged."""

from __future__ import annotations

import re

from jiaoheng.documents.targets.conditions import EACH, is_condition, is_promised_time
from jiaoheng.documents.targets.figures import Figure
from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.subjects import has_verb, opened
from jiaoheng.documents.targets.words import WORDS, one_of

_KINDS = WORDS.kinds
_LISTS_OF_IDEAS = re.compile(rf"(?:[“\"‘])?{one_of(WORDS.units.abstract)}")
_HAVE = re.compile(rf"(?:{one_of(WORDS.state.have)})(?:共|有|共有|现有|的|内|范围内)?\Z")
_EVERY = re.compile(r"每(?:隔|满|增加|超过)?\Z")
_MADE_OF = re.compile(
    r"(?:印|章|前|以|分为|分成|划分为|包括|涵盖|包含|由|共分|分|下设|满分|总分|权重|得|扣|(?<![参增])加|(?<![缩压])减|按|第|约占|每)\Z"
)


def is_promise(read: Sentence, clause: Clause, figure: Figure) -> bool:
    """Whether somebody could say later that this figure was met or not met."""
    hidden = read.hidden
    before = hidden[clause.start : figure.start]
    after = hidden[figure.last : min(clause.end, figure.last + 24)]
    if _is_word(hidden, figure) or _EVERY.search(hidden[max(0, figure.number - 4) : figure.number]):
        return False
    if figure.start == clause.start and clause.bracket and not after:
        return False  # 第二小学(2240人): how many there are
    if after.startswith("的基础上") or "惠及" in before[-8:]:
        return False
    if figure.unit != "%" and _OF_WHOM.match(hidden, figure.last, clause.end):
        return False  # 完成360学时培训的教师比例达到100%
    if figure.unit in _KINDS.times:
        return is_promised_time(figure, before, after)
    if is_condition(figure, before, after):
        return False
    if (
        figure.counted
        and figure.before is None
        and not _finished(before, after)
        and _HAVE.search(hidden[clause.start : _list_head(read, clause, figure)])
    ):
        return False
    if figure.counted and _only_named(read, clause, figure, after):
        return False
    if figure.counted:
        return _is_promised_count(read, clause, figure, before, after)
    return _is_promised_measure(figure, before, after)


_FINISHED = re.compile(
    r"[^,;、]{2,30}(?:改造|更新|建设|维修|加固|提升|整治|安装|更换|创建|升级|修缮|达标|任务|评估|验收|治理)\Z"
)


def _finished(before: str, after: str) -> bool:
    """完成全县168间教室照明改造: what is finished is counted, wherever it stands."""
    return "完成" in before and _FINISHED.match(after) is not None


_EXPERIENCE = re.compile(r"[^,;]{2,}的(?:[^,;的]{0,6})(?:做法|经验|模式|案例|教训|成果)\Z")
_LEARNS = re.compile(r"(?:要|认真|及时|深入|系统|大力)*(?:总结|推广|借鉴|学习|宣传|复制|提炼)")
_WHICH = re.compile(r"(?:对|对于|凡|凡是)\Z")
_WHICH_ONES = re.compile(r"[^,;]{1,16}的(?:学校|幼儿园|单位|个人|机构|教师|干部|部门|乡镇|集团|责任人|人员)?\Z")
_MEMBERS = re.compile(r"[^,;]{0,16}(?:为成员|组成|参加)的?")
_ALREADY = re.compile(r"(?:已|已经|现有|原有|尚未|目前)[^,;]{1,10}的\Z")
_WHOLE = re.compile(r"[^,;]{2,20}(?:全部|均|都|一律)")
_SET_UP = re.compile(
    r"(?:下设|内设|可设置|可设立|可设|设置|设立|设|成立)(?P<names>[^,;、]{2,12}(?:、[^,;、]{2,12}){1,9})\Z"
)
_BODY = re.compile(r"(?:[\u4e00-\u9fff]{0,4}(?:组|专班|小组|中心|部|处|室|科|委员会|办公室|部门|机构))")


def _only_named(read: Sentence, clause: Clause, figure: Figure, after: str) -> bool:
    """Whether a count only tells which things are meant, or how many were just named one by one."""
    before = read.hidden[clause.start : figure.start]
    thing = read.hidden[figure.last : clause.end]
    if _LEARNS.match(before) and _EXPERIENCE.match(thing):
        return True  # 总结推广实验小学等3所学校开展课后服务的做法
    if _WHICH.search(before) and _WHICH_ONES.fullmatch(thing):
        return True  # 对3次以上被举报的学校
    if "由" in before and _MEMBERS.match(thing):
        return True  # 成立由县长任组长、16个部门负责人为成员的领导小组
    if _ALREADY.search(before) and _WHOLE.match(thing):
        return True  # 已移交的28所配套园全部办成公办园: all of them, which is said as 100 %
    named = _SET_UP.search(before)
    return bool(named and _BODY.match(thing) and named["names"].count("、") + 1 == figure.value)


_OF_WHOM = re.compile(r"[^,;、]{0,10}的[^,;、]{2,14}(?:比例|占比|比率|人数|率)")


def _is_word(hidden: str, figure: Figure) -> bool:
    """Chinese numerals in words (三方面, 一个), counted ideas (5个方面)."""
    place = figure.end if figure.last == figure.end else figure.last
    if figure.counted and _LISTS_OF_IDEAS.match(hidden, place):
        return True
    if hidden[max(0, figure.number - 1) : figure.number] in ("第", "+", "/", "—", "统", "同", "唯", "单", "之"):
        return hidden[figure.number - 1] != "—" or figure.words
    return False


def _is_promised_count(read: Sentence, clause: Clause, figure: Figure, before: str, after: str) -> bool:
    if before.endswith("等") and re.match("部门|单位|科室|成员单位", after):
        return False  # 教育、财政等10个部门
    each = EACH.search(read.hidden, clause.start, figure.start) is not None
    if _FIXED_BY.search(before) and _RECKONED.match(after):
        return True
    if _SORTS.match(after) or (not each and figure.wording != "完成" and _ALREADY_THERE.search(before + "\n" + after)):
        return False
    if not each and before.startswith("由"):
        return False
    if (
        not (each and before.endswith("由"))
        and _MADE_OF.search(before)
        and figure.before is None
        and figure.after is None
    ):
        return False
    if (
        (figure.before is None or figure.wording == "为")
        and figure.after is None
        and not each
        and _of_what_is(read, clause, figure, after)
    ):
        return False
    if not figure.words:
        return True
    if figure.value >= 10 and figure.unit not in ("大", "字"):
        return True
    if (
        figure.unit in ("所", "个", "家")
        and figure.value > 1
        and _COMES_TO.search(after)
        and opened(read.hidden, clause.start, figure.start) >= figure.start
    ):
        return True  # 四个县通过国家评估
    if _follows_in_list(read, clause, figure):
        return True
    # Chinese numerals name things as often as they count them.
    if figure.before in (">=", "<=", ">", "<") or figure.after in (">=", "<="):
        return True
    if figure.unit in _KINDS.named:
        if figure.maximum is not None:
            return bool(before)
        return figure.value >= 2 and figure.unit in ("个", "家", "支", "门", "套") and _MAKES.search(before) is not None
    if figure.value == 1 and figure.unit in _KINDS.single:
        return EACH.search(read.hidden, clause.start, figure.start) is not None or (
            _MAKES.search(before) is not None and figure.unit in ("所", "座", "栋", "幢", "处")
        )
    return _MAKES.search(before) is not None or EACH.search(before) is not None


# 按100人核定: the rule by which money or posts are reckoned.
# 结合12个乡镇实际, 依托32个儿童之家, 将28项指标纳入…: what is made use of is there already.
_REFERS = re.compile(
    r"(?:要|应|应当|认真|充分|深入)?(?:结合|依托|推广(?!至|到|应用)|利用|借助|发挥|总结|借鉴|围绕|针对|按照|根据|将|把|对|为|由|从|在)(?!校)"
)
_COMES_TO = re.compile(r"通过|建成|达标|创建|创成|入选|达到")
_BECOMES = re.compile(
    r"进入|跻身|列入|打造|建设|建成|培育|改造|创建|改建|达到|通过|更新|更换|入选|成为|实现|达标|创成|升级|获评|挂牌成|纳入托管|接入|招聘|配备|新增|引进"
)
_DATED_THING = re.compile(r"◆[^,;]{0,8}的")


def _of_what_is(read: Sentence, clause: Clause, figure: Figure, after: str) -> bool:
    """Whether a plain count only tells how many of something there are."""
    hidden = read.hidden
    start = opened(hidden, clause.start, figure.start)
    head = hidden[clause.start : figure.start]
    thing = hidden[figure.last : clause.end]
    if figure.wording == "为" and start >= figure.start:
        return True
    if (
        _REFERS.match(hidden, clause.start, figure.number)
        and not _BECOMES.search(thing)
        and not has_verb(head, 2, len(head))
    ):
        return True
    if _DATED_THING.search(head) and not has_verb(head, 0, len(head)):
        return True
    # 71名县级领导包联学校: a figure that opens its clause is promised only when what becomes of it is said.
    opens = start >= figure.start and bool(thing) and clause.figures[0] is figure and not clause.bracket
    return opens and not figure.words and not _BECOMES.search(thing) and not _listed(read, clause)


def _list_head(read: Sentence, clause: Clause, figure: Figure) -> int:
    """Where the first figure of the list stands that this one is in (辖12个乡镇、156个行政村)."""
    place = clause.figures.index(figure)
    while place and _follows_in_list(read, clause, clause.figures[place]):
        place -= 1
    return clause.figures[place].start


def _follows_in_list(read: Sentence, clause: Clause, figure: Figure) -> bool:
    """Whether a count stands in a list behind another count (小学十二所、初中三所)."""
    place = clause.figures.index(figure)
    before = clause.figures[place - 1] if place else None
    if before is None or not before.counted or before.unit != figure.unit:
        return False
    between = read.hidden[before.last : figure.number]
    return len(between) <= _LONGEST_LISTED and re.search(r"\A[、和及]|[、和及]\Z", between) is not None


_LONGEST_LISTED = 16


def _listed(read: Sentence, clause: Clause) -> bool:
    """Whether the clause before had figures too, so that this one may go on in its list."""
    index = read.clauses.index(clause)
    return index > 0 and bool(read.clauses[index - 1].figures)


_FIXED_BY = re.compile(r"按(?:照)?(?:每校|每所|每个)?\Z")
_RECKONED = re.compile(r"[^,;]{0,6}(?:核定|计算|核算|核拨|拨付|计|配备|安排)")
# 招收5名以上残疾学生的学校全部…, 23所不足的学校全部…: the figure says which ones, the promise follows.
_SORTS = re.compile(r"[^,;、]{0,16}的[^,;、]{0,10}(?:全部|均|都|应|须|必须|要(?!求)|可)")
_ALREADY_THERE = re.compile(
    r"^(?:(?:[^,;]{0,6}(?:为|给|对|向|将|把|由))?|[^\n]{0,20}(?:及|和|与|等))\n[^,;、]{2,30}(?:全部|按照|加快|进一步|继续|更新|挂牌)"
)
_MAKES = re.compile(
    r"(?:新建|改建|扩建|改扩建|改造|迁建|创建|建成|建设|培育|打造|新增|增设|组建|建好|办好|设立|引进|开展|建立|举办|组织|配备|配置|培养|评选|创成|各|遴选|命名|认定|成立|完成|支持|指导|设置)(?:成|好)?[^,;、]{0,12}\Z"
)


def _is_promised_measure(figure: Figure, before: str, after: str) -> bool:
    if figure.after == "<=" and figure.before is None and _FORBIDS.match(after):
        return False  # 校门两侧50米内不得…
    if figure.guessed or figure.ratio or figure.before or figure.after or figure.maximum is not None:
        return not (figure.before == "=" and figure.wording == "为" and figure.unit in _KINDS.loose)
    if figure.unit == "%":
        return True
    if figure.unit in _KINDS.loose:
        return False
    if figure.unit in ("倍", "番"):
        return False
    if figure.words and figure.value < 10:
        return EACH.search(before) is not None
    if (
        after
        and figure.unit in ("小时", "分钟", "米", "公里")
        and not EACH.search(before)
        and not _GRANTS.search(before)
    ):
        return False  # 24小时值班制度
    return bool(before)


_GRANTS = re.compile(r"(?:开展|安排|组织|进行|保证|保障|参加|提供|确保|开设)\Z")
_FORBIDS = re.compile(r"(?:范围)?(?:内)?(?:不得|禁止|严禁|设置|不准)")
