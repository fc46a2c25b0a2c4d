"""A short plan of the demo county, brought in and read as the workspace does it."""

from __future__ import annotations

from jiaoheng.ledger import originals
from jiaoheng.ledger.actions import Actor, documents
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.jobs import JOBS
from jiaoheng.ledger.models import Commitment, Organisation, PlanDocument, Run

TEXT = """望岚县教育提质三年行动方案（2025—2027年）

一、总体目标
到2027年，九年义务教育巩固率达到99%，学前教育毛入园率达到98%以上，全县新建公办幼儿园3所。

二、重点任务
（一）扩大优质学位。支持望岚县实验小学改扩建，到2026年新增学位900个。
牵头单位：县教育局；配合单位：县财政局、县自然资源局
（二）建强教师队伍。初中本科及以上学历专任教师占比达到95%，每学年教师交流比例不低于5%。
牵头单位：县教育局人事股；配合单位：县委编办
（三）办好每一所学校。推进集团化办学，健全督导制度。
牵头单位：县教育局督导室；配合单位：各学校
"""
CITY = """岚州市教育事业发展规划（2025—2027年）

一、主要目标
到2027年，九年义务教育巩固率达到99%，学前教育毛入园率达到97%以上。
"""


def bureau() -> Organisation:
    return Organisation.objects.get(name="望岚县教育局")


def acting(username: str = "jijiao") -> Actor:
    return Actor(person(username))


def brought(text: str = TEXT, *, level: str = "county", username: str = "jijiao", title: str = "") -> PlanDocument:
    """A document that waits to be read."""
    return documents.add(acting(username), bureau(), originals.pasted(text), level=level, title=title)


def carried_out(document: PlanDocument) -> PlanDocument:
    """The document after the run that reads it."""
    run = Run.objects.filter(kind="read_document", inputs={"document": document.pk}).latest("pk")
    JOBS["read_document"].function(run, lambda part, doing=None: None)
    return PlanDocument.objects.get(pk=document.pk)


def plan(text: str = TEXT, **how: str) -> PlanDocument:
    """A document that was read."""
    return carried_out(brought(text, **how))


def target(document: PlanDocument, words: str) -> Commitment:
    """The target whose subject has these words."""
    return document.commitments.get(kind="target", subject__contains=words)


def measure(document: PlanDocument, words: str) -> Commitment:
    """The measure whose title has these words."""
    return document.commitments.get(kind="task", subject__contains=words)
