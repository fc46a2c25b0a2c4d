"""What a figure is about, in the document's own words, without the comparison and the value."""

from __future__ import annotations

import re

from jiaoheng.documents.targets.words import WORDS, one_of

Span = tuple[int, int]
"""A stretch of the sentence; a subject is one or more of them."""

_P = WORDS.promises
_DATE_OPENER = (
    r"(?:(?:力争|确保|争取|预计|计划)?(?:到|在|至|于|从|自)?◆{2,}年?(?:底|末|初|春季|秋季|春|秋)?(?:学期|开学|学年)?"
    r"(?:之?前|以前|止|时|起|期间|时期|期末|以后|中)?[,:、]?)"
)
_OPENER = re.compile(
    rf"(?:{_DATE_OPENER}|今后[一二三四五两\d]+年|今年(?=将|再|要|计划|力争)"
    rf"|{one_of(_P.openers, _P.places, _P.encouraged)}|[二三四五两\d]+年(?:内|后|来)"
    rf"|(?:共|共有|有)?\d+[所个名家](?=[\u4e00-\u9fff■]{{4}})|[、,:;\s。]|[(]?\d+[)、.]|——?)"
)
_NOT_OPENERS = re.compile(
    rf"(?:{one_of(_P.not_openers)}|执行(?=率)|规划(?!建|新|到|期)|计划(?!新|建|到|用|在)|按(?:照)?比例)"
)


def opened(hidden: str, start: int, end: int) -> int:
    """Where the subject begins once words of time, place and will at the head are passed over."""
    while start < end:
        if _NOT_OPENERS.match(hidden, start, end):
            return start
        found = _OPENER.match(hidden, start, end)
        if not found or found.end() == start:
            return start
        start = found.end()
    return start


_TRAILING = re.compile(
    r"(?:(?<![年校人生户班])均|◆{4,}年?(?:底|末|秋季学期|春季学期)?前?|比◆+年?"
    rf"|{one_of(_P.modals, _P.trailing)})+\Z"
)


def trimmed(hidden: str, start: int, end: int) -> int:
    """Where the subject ends once words of will before the comparison are passed over."""
    found = _TRAILING.search(hidden[max(start, end - 24) : end])
    if not found:
        return end
    stop = end - len(found[0])
    for word in ("每年", "平均"):
        if hidden.startswith(word, stop, end):
            stop += len(word)
    return max(start, stop)


_MODAL = re.compile(one_of(_P.modals))
_NOT_MODALS = re.compile(
    r"(?:一般公共|一般债|重要|需要|主要|要求|要素|纲要|摘要|必要|要点|都市|首都|均衡|均等|平均|校均|生均|人均|户均|班均|年均|应急|应用|适应|响应|反应|供应|对应|相应|应届|效应|共同|公共|共享|共建|共育|共青|中共|节约|约束|预约|条约|合约)"
)


def without_modals(text: str) -> str:
    """The words without those that only say how firmly it is meant."""
    kept: list[str] = []
    place = 0
    while place < len(text):
        whole = _NOT_MODALS.match(text, place)
        if whole:
            kept.append(whole[0])
            place = whole.end()
            continue
        modal = _MODAL.match(text, place)
        if modal:
            place = modal.end()
            continue
        kept.append(text[place])
        place += 1
    return "".join(kept)


_VERB = re.compile(one_of(_P.verbs))
_STRONG = re.compile(
    r"(?:新建|改建|改扩建|扩建|迁建|续建|新增|增加|增设|创建|建设|建成|培育|培养|打造|引进|招聘|补充|配备|配置|选派|遴选|评选|认定|组建|建立|购置|改造|维修|提供|设立|完成|开展|组织|举办|培训|投入|命名|成立|开设|选拔|启动|实施|储备|建好|办好|撤并|整合|扩增|更新|安排|推广|确定|推出|增建|异地新建|重建|支持|创成)+(?:[、和及](?:新建|改建|改扩建|扩建|迁建|续建|新增|创建|建设|培育|改造|引进|培养|维修))*(?:了|好|成)?"
)
_HEAD_ENDS = re.compile(r"的(?!士)")


def head_end(hidden: str, start: int, end: int) -> int:
    """Where the part that later items of a list share ends: after the last 的, else after the verb."""
    stop = start
    for found in _STRONG.finditer(hidden, start, end):
        if found.end() < end:
            stop = found.end()
            break
    if stop == start:
        verb = _VERB.match(hidden, start, end)
        stop = verb.end() if verb and verb.end() < end else start
    for found in _HEAD_ENDS.finditer(hidden, stop, end):
        stop = found.end()
    return stop


def has_verb(hidden: str, start: int, end: int) -> bool:
    """Whether something is promised to be done in this stretch."""
    return _VERB.search(hidden, start, end) is not None


def begins_with_verb(hidden: str, start: int, end: int) -> bool:
    """Whether this stretch begins with what is promised to be done."""
    return _VERB.match(hidden, start, end) is not None


def strong_verb(hidden: str, start: int, end: int) -> int | None:
    """Where a verb of making or getting stands in this stretch, the first of them."""
    found = _STRONG.search(hidden, start, end)
    return found.start() if found else None


_TAIL = re.compile(rf"(?<=[\u4e00-\u9fff■)”])(?:{one_of(_P.tails)}|以(?!上|下|内|外|及|来))")


def thing_end(hidden: str, start: int, end: int) -> int:
    """Where the counted thing after a number ends: before 并…, 以…, 带动…."""
    found = _TAIL.search(hidden, start + 1, end)
    return found.start() if found else end


_STAGE = re.compile(one_of(WORDS.subjects.stages))
_GRADES = r"[一二三四五六七八九1-9](?:[至到、~-][一二三四五六七八九1-9])*年级"
_GROUPS = re.compile(rf"(?:(?:其他|起始)年级|(?:小学|初中)?{_GRADES}|{_STAGE.pattern}(?:[、和及与]?{_STAGE.pattern})*)")
_JOINT = re.compile(r"、|以及|和(?!谐|睦)|及(?!以上|以下|其|时|格)|与(?!率)")


def parts(hidden: str, start: int, end: int, count: int | None) -> list[Span]:
    """The joined subjects of 小学、初中和高中…: all of them, or [] when there are not ``count`` of them."""
    cuts = [match.span() for match in _JOINT.finditer(hidden, start, end)]
    if count is not None and len(cuts) + 1 > count:
        # 和 within a name (人力资源和社会保障): the stops 、 go first, then the words nearest the end.
        stops = [cut for cut in cuts if hidden[cut[0]] == "、"]
        words = [cut for cut in cuts if hidden[cut[0]] != "、"]
        cuts = sorted([*stops, *words[::-1]][: count - 1]) if len(stops) < count else stops[-(count - 1) :]
    spans: list[Span] = []
    place = start
    for first, last in [*cuts, (end, end)]:
        if first > place:
            spans.append((place, first))
        place = last
    return spans if count is None or len(spans) == count else []


def spread(text: str, spans: list[Span]) -> list[str]:
    """Joined subjects written out: what stands before the first and after the last belongs to each.

    学生每天校内、校外体育活动时间 → 学生每天校内体育活动时间, 学生每天校外体育活动时间
    """
    words = [text[start:end] for start, end in spans]
    if len(words) < 2:
        return words
    first_at = _core_start(words[0], words[1])
    last_to = _core_end(words[-1], words[-2] if len(words) > 2 else words[0][first_at:])
    head, tail = words[0][:first_at], words[-1][last_to:]
    cores = [words[0][first_at:], *words[1:-1], words[-1][:last_to]]
    return [core if len(core) > len(tail) and tail and core.endswith(tail) else head + core + tail for core in cores]


def _core_start(first: str, following: str) -> int:
    """Where the first of joined words begins within what stands before it."""
    tokens = _tokens(following)
    own = list(_STAGE.finditer(first))
    if own and own[-1].end() == len(first):
        # 小学专科、初中本科: as many names as the next one has
        return own[-min(max(len(tokens), 1), len(own))].start()
    for size in range(min(len(first), 4), 0, -1):
        if first[-size] == following[0]:
            return len(first) - size
    for size in (2, 3, 4):  # 小学高级、中级岗位占比
        if size < min(len(first), len(following)) and following[size - 1] == first[-1]:
            return len(first) - size
    found = re.search(r"[的年期月周天级县校人](?=[^的年期月周天级县校人]{2,6}\Z)", first)
    return found.end() if found and len(following) <= 6 else 0


def _core_end(last: str, before: str) -> int:
    """Where the last of joined words ends and what all share begins."""
    stage = _STAGE.match(last)
    tokens = _tokens(before)
    own = list(_STAGE.finditer(last))
    if tokens and stage and len(own) >= len(tokens):
        return own[len(tokens) - 1].end()
    if len(last) <= len(before) + 1:
        return len(last)
    if before and (before[0] == last[0] or before[-1] == last[len(before) - 1]) and len(before) <= 4:
        return len(before)
    if _STAGE.fullmatch(before[-2:]) and stage:
        return stage.end()
    return len(before) if len(before) <= _SHORTEST and len(last) >= len(before) + 2 else len(last)


_SHORTEST = 3


def _tokens(word: str) -> list[str]:
    """The group names that a word is made of; [] when it is more than that."""
    found = _STAGE.findall(word)
    return found if "".join(found) == word else []


def is_group(subject: str) -> bool:
    """Whether a subject only says for whom (初中, 省级, 农村) and not what."""
    return (
        _GROUPS.fullmatch(subject) is not None
        or _PLACES.fullmatch(subject) is not None
        or _GRADES_OF.fullmatch(subject) is not None
        or (len(subject) <= 4 and subject.endswith(("级", "段", "制")))
    )


def without_group(thing: str) -> str:
    """名师工作室 of 县级名师工作室."""
    group = _STAGE.match(thing)
    return thing[group.end() :] if group else thing


def has_group(subject: str) -> bool:
    """Whether a subject says for whom."""
    return _STAGE.match(subject) is not None


_KINDS_OF_GROUPS = (
    re.compile(
        rf"{_GRADES}|其他年级|起始年级|小学|初中|(?:普通)?高中|幼儿园|中职|中等职业|学前教育|义务教育|高中阶段|职业|特殊教育|中小学|高职"
    ),
    re.compile(r"教师|学生|校长|班主任|骨干教师|学科带头人|男生|女生"),
)


_PLACES = re.compile(
    r"(?:各)?(?:[东中西]部(?:地区)?|市区|主城区|老城区|新城区|中心城区|市直|市本级|县\(市(?:、区)?\)|县（市(?:、区)?）|县区|其他县区?|城市|山区|牧区|平原地区|民族地区|经济[\u4e00-\u9fff]{2,4}地区)"
)
_GRADES_OF = re.compile(r"最[高低]档|[一二三四特]等奖|[一二三四]级园|[一二三四五六甲乙丙]类|其他类|[一二三四]档")
_PLACE_FIRST = re.compile(rf"{_PLACES.pattern}|城区|城镇|乡镇|农村|乡村|县城")


def restored(subject: str, earlier: str) -> str:
    """初中 after 小学书面作业平均完成时间: what the earlier subject says of its group holds for this one."""
    if _GRADES_OF.fullmatch(subject):
        grade = _GRADES_OF.search(earlier)
        return earlier[: grade.start()] + subject + earlier[grade.end() :] if grade else earlier + subject
    place = _PLACE_FIRST.match(earlier)
    if _PLACES.fullmatch(subject) or (place and _PLACE_FIRST.fullmatch(subject)):
        return subject + earlier[place.end() if place else 0 :]
    groups = list(_GROUPS.finditer(earlier))
    # 起始年级班额小学不超过45人、初中不超过50人: a stage takes the place of a stage, a person that of a person.
    kind = next((kind for kind in _KINDS_OF_GROUPS if kind.match(subject)), None)
    alike = [group for group in groups if kind is not None and kind.match(group[0])]
    if kind is not None and groups and not alike:
        return subject
    group = alike[-1] if alike else groups[0] if groups else None
    if group is None or len(earlier) <= len(group[0]):
        return subject + earlier if len(earlier) > len(subject) else subject
    return earlier[: group.start()] + subject + earlier[group.end() :]


ADDED = re.compile(r"(?:每年|规划|计划|可)?(?:新增加?|净增|扩增|增加)")


def added_end(hidden: str, start: int, end: int) -> int:
    """Where the thing begins after 新增: the comparator says that it is added."""
    found = ADDED.match(hidden, start, end)
    return found.end() if found else start
