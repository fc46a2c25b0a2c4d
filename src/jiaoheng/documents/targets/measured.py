"""Rates, lengths and amounts: what is measured stands before the comparison, else after the figure."""

from __future__ import annotations

import re

import msgspec

from jiaoheng.documents.targets.completion import completed
from jiaoheng.documents.targets.drafts import Draft
from jiaoheng.documents.targets.implied import implied, without_raised
from jiaoheng.documents.targets.items import EACH_OF, Item, told
from jiaoheng.documents.targets.sentence import Sentence
from jiaoheng.documents.targets.subjects import (
    Span,
    added_end,
    is_group,
    opened,
    parts,
    restored,
    spread,
    trimmed,
    without_modals,
)

_BY = re.compile(r"(?<!编)(?:按照?|以)\Z")
_SHARE_FIRST = re.compile(r"的(?!目标|要求|标准|比例|水平|速度|幅度|任务|比率|规模|额度)")
_AT_RATE = re.compile(r"全覆盖|的?(?:比例|标准|额度|幅度|速度|比率|要求|目标|水平|增速)")


def measured(read: Sentence, index: int, item: Item, earlier: list[Draft]) -> list[Draft]:
    """The targets of a measure's figure in clause ``index``; more than one only where 各 stands for joined subjects."""
    hidden = read.hidden
    start = opened(hidden, *item.left)
    end = trimmed(hidden, start, item.left[1])
    figure = implied(hidden, item.left[0], item.figure)
    item = msgspec.structs.replace(item, figure=figure)
    compared = _COMPARED.search(hidden, start, end)
    if compared and figure.comparator in ("+=", "-="):
        end = compared.start()
    if figure.comparator == "+=":
        start = added_end(hidden, start, end)
    subject = without_modals(read.words[start:end])
    if figure.wording == "占比":
        subject += figure.wording  # 公办园在园幼儿占比55%
    if figure.before in ("+=", "-=") and figure.after:
        subject += figure.wording  # 每年下降1个百分点以上: what is at least so much is the fall
    if figure.before is not None and figure.start == figure.number:
        subject = without_raised(subject)
    subject, stop = _whole_subject(read, index, item, (start, end), subject, earlier)
    each = EACH_OF.search(hidden, start, figure.number)
    if each:
        spans = parts(hidden, start, trimmed(hidden, start, each.start()), None)
        if len(spans) > 1:
            return [told(read, item, start, stop, of_each) for of_each in spread(read.words, spans)]
        group = without_modals(read.words[start : trimmed(hidden, start, each.start())])
        if is_group(group) and earlier:
            # 小学高级、中级岗位占比分别提高2个和5个百分点,初中各提高3个: for each of those named before.
            run = [one for one in earlier if one.start == earlier[-1].start and one.unit == figure.unit]
            if len(run) > 1:
                return [told(read, item, start, stop, restored(group, one.subject)) for one in run]
    return [told(read, item, start, stop, subject)]


def _whole_subject(
    read: Sentence, index: int, item: Item, left: Span, subject: str, earlier: list[Draft]
) -> tuple[str, int]:
    """The subject with the words after the figure or from the clauses before, and where the words end."""
    hidden, figure = read.hidden, item.figure
    rate = _AT_RATE.match(hidden, *item.right)
    first = rate.end() if rate else item.right[0]
    if figure.base < figure.number:
        whole = read.words[figure.base : figure.number].removesuffix("的")
        if _BY.search(hidden, left[0], figure.start) and item.counts_first:
            # 学校按不低于预算总额的5%安排培训经费
            stop = _share_end(hidden, first, item.right[1])
            return subject + whole + read.words[first:stop], stop
        if is_group(subject):
            return f"{subject}占{whole}", figure.last  # 骨干教师不低于交流总数的20%
    if rate and item.counts_first and _BY.search(hidden, left[0], figure.start):
        # 按不低于1:4000的比例配备教研员
        stop = _share_end(hidden, first, item.right[1])
        return subject + read.words[first:stop], stop
    of_thing = figure.unit != "%" and _SHARE_FIRST.match(hidden, *item.right) is not None
    if item.counts_first and (left[1] <= left[0] or of_thing or _BARE.fullmatch(hidden, *left)):
        first += hidden.startswith("的", first)
        stop = _share_end(hidden, first, item.right[1])
        subject += read.words[first:stop]
        return subject or completed(read, index, subject, figure, earlier), stop
    if figure.unit in ("%", "天") and figure.before is figure.after is None and item.counts_first and not rate:
        # 中小学校100%建设校园网: what is done stands after the share.
        stop = _share_end(hidden, *item.right)
        return subject + read.words[item.right[0] : stop], stop
    return completed(read, index, subject, figure, earlier), figure.last


_COMPARED = re.compile(r"[比较]◆+年?(?:底|末)?\Z")
_SHARE_END = re.compile(r"(?<=.)(?:并(?!轨)|以便|用于|从而)")


def _share_end(hidden: str, start: int, end: int) -> int:
    found = _SHARE_END.search(hidden, start, end)
    return found.start() if found else end


_BARE = re.compile(
    r"(?:[^,;]*(?:开展|安排|组织|进行|保证|参加|完成|投入|提供|接受)|[^,;]*按照?[^,;]{2,20}|(?:每生|每人|每校|每班|生均|人均)(?:每年|每月|每学期|每学年)?|[^,;、]{0,4}(?:完成|支持|组织|安排|保障|保证|推动|遴选|选派|培训|使|让|实现|力争|有|对|将|占|按|以|不低于|投入|争取)|每年|(?:给予|发放|奖励|补助))"
)
