"""What a subject leaves out because its sentence said it before: 小学不超过60分钟,初中不超过90分钟."""

from __future__ import annotations

import re

from jiaoheng.documents.targets.drafts import Draft
from jiaoheng.documents.targets.figures import Figure
from jiaoheng.documents.targets.sentence import Sentence
from jiaoheng.documents.targets.subjects import has_group, is_group, opened, restored, trimmed, without_modals
from jiaoheng.documents.targets.words import WORDS, one_of

_VERB = (
    r"(?:新建|改建|扩建|改扩建|迁建|续建|新增|培训|招聘|建设|创建|建成|改造|引进|培育|完成)"
    r"(?:[、和及](?:改建|扩建|改扩建|迁建|续建|新建))*"
)
_VERBS_ALONE = re.compile(rf"(?:每年|每学年|计划|规划)?{_VERB}")
_WINDOW = re.compile(r"每(?:年|学年|学期|周|天|月|季度|次|人|校|班|日|生)|[一二三五\d]年(?:累计|内)|年均|人均|平均")
_POPULATION = re.compile(
    r"[^,、]{0,12}?(?:专任教师|骨干教师|教师|学生|幼儿园|幼儿|校长|班主任|园长|儿童|毕业生|教共体|学校)"
)
_GENERALS = (
    r"(?:权重|比例|占比|面积|总数|人数|规模|覆盖率|合格率|达标率|完成率|满意率|满意度|参与率|持证率|持证上岗率|建档率|及格率|知晓率|开课率|开出率|接入率|整改率"
    r"|[\u4e00-\u9fff]{0,2}时间|[\u4e00-\u9fff]{0,2}标准|数量|容量|时长|年限|金额|总量|(?:计划|预计|估算)?总?投资|占地|(?:总?建筑|占地|用地|校舍|运动场)面积|(?:规划)?学位|(?:规划)?教学班|服务半径)"
)
_GENERAL = re.compile(_GENERALS)
_GENERAL_AT_END = re.compile(rf"(?:占地|建筑|用地)?{_GENERALS}\Z")
_WHOSE = re.compile(r"[园校师生幼班县镇]|食堂")
_SHORT, _LONG = 6, 40

_PAST = re.compile(rf"{one_of(WORDS.state.sentence)}|去年|上年")


def completed(read: Sentence, index: int, subject: str, figure: Figure, earlier: list[Draft]) -> str:
    """The subject with what the clauses before clause ``index`` said for it; ``earlier`` are the sentence's targets."""
    last = earlier[-1].subject if earlier else ""
    subject = _CAN.sub("", subject)
    project = of_project(read, index, subject)
    if project:
        return project
    if not subject:
        return _clause_above(read, index, earlier) or last or _counted_above(read, index, figure)
    if is_group(subject):
        same = next((each for each in reversed(earlier) if each.unit == figure.unit), None)
        return restored(subject, same.subject) if same else subject + _clause_above(read, index, earlier)
    if figure.counted and _VERBS_ALONE.fullmatch(subject):
        return subject + re.sub(rf"\A{_VERB}", "", last or _clause_above(read, index, earlier))
    window = _WINDOW.match(subject)
    if window and len(subject) <= _SHORT:
        return _by_window(subject, last) if last else _clause_above(read, index, earlier) + subject
    if _GENERAL.fullmatch(subject):
        near = last if earlier and read.hidden.find(";", earlier[-1].at, figure.number) < 0 else ""
        return _of_the_same(subject, near) or _clause_above(read, index, earlier) + subject
    if figure.unit == "%" and len(subject) <= _SHORT and not _WHOSE.search(subject) and not has_group(subject):
        people = _POPULATION.match(last)
        return people[0] + subject if people else subject
    return subject


_CAN = re.compile(r"\A可(?:提供|新增|增加)(?=.)")
# 城东小学◆年8月建成,占地45亩,新增学位900个: what a clause before says is built.
_PROJECT = re.compile(
    r"(?:启动|推进|加快|完成)?(?P<what>[^,;◆]{2,20}?)(?:建设)?(?:◆[^,;]{0,8})?(?:建成|投入使用|交付使用|建成投用|投用|竣工|开工|开工建设|建设)"
)


def of_project(read: Sentence, index: int, subject: str) -> str:
    """A building's measure (占地, 学位) with the building that the clauses before name; "" where none is named."""
    if not _GENERAL.fullmatch(subject):
        return ""
    for above in reversed(read.clauses[:index]):
        if read.hidden[above.end : above.end + 1] in (";", "。"):
            return ""
        first = opened(read.hidden, above.start, above.end)
        found = _PROJECT.fullmatch(read.hidden, first, above.end)
        if found and not above.figures and _BUILDING.search(found["what"]):
            return read.words[slice(*found.span("what"))] + subject
    return ""


_BUILDING = re.compile(
    r"(?:学校|小学|中学|初中|高中|幼儿园|校区|园区|中心|基地|学院|楼|园|场|馆|项目|[一二三四五六七八九十实验]中|[一二三四五六七八九十实验]小)\Z"
)


def _of_the_same(subject: str, last: str) -> str:
    """总投资 after 第六小学建筑面积: another measure of the same thing."""
    old = _GENERAL_AT_END.search(last)
    return last[: old.start()] + subject if old and old.start() else ""


def _by_window(subject: str, last: str) -> str:
    """每天 after 课后服务每周: another stretch of time for the same thing."""
    old = _WINDOW.search(last)
    if old and old.start() == 0 and old.end() < len(last):
        return subject + last[old.end() :]  # 每季度开展检查,每年不少于4次
    return last[: old.start()] + subject if old and old.end() == len(last) else last + subject


_BUILT = re.compile(r".*(?:建成|新建|创建|建有|培养|招聘|新增|配备|达到|现有|共有|有)(?:了)?")


def _counted_above(read: Sentence, index: int, figure: Figure) -> str:
    """截至2023年底建成幼儿园45所,到2027年达到60所: the thing that was counted before, without what was done to it."""
    for above in reversed(read.clauses[:index]):
        for known in above.figures:
            if known.unit == figure.unit:
                first = opened(read.hidden, above.start, known.start)
                return _BUILT.sub("", read.words[first : known.start]) or read.words[known.last : above.end]
    return ""


def _clause_above(read: Sentence, index: int, earlier: list[Draft]) -> str:
    """The words of the clause before, where it has no target of its own."""
    if index == 0:
        return ""
    above = read.clauses[index - 1]
    if any(above.start <= each.at < above.end for each in earlier):
        return ""
    if _PAST.search(read.text, above.start, above.end):
        return ""
    first = opened(read.hidden, above.start, above.end)
    # 大班额43个,减少到10个以内: the figure of today's state is no part of the subject.
    end = above.figures[-1].start if above.figures and above.figures[-1].last == above.end else above.end
    last = trimmed(read.hidden, first, end)
    return without_modals(read.words[first:last]) if 2 <= last - first <= _LONG else ""
