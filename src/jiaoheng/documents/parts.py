"""What a part of a plan is about, told from its heading: today's state, aims, measures, safeguards or phases."""

from __future__ import annotations

import re
from typing import Literal

Part = Literal["today", "aims", "measures", "safeguards", "phases"]
"""Today's state and what was achieved; aims and principles; measures; safeguards (保障措施); phases (实施步骤)."""

# A verb at the front makes a measure of what would be a state or an aim: 夯实发展基础, 强化目标管理.
_VERB = re.compile(
    r"(?:坚持|夯实|筑牢|打牢|巩固|强化|加强|奠定|提升|提高|落实|健全|完善|优化|深化|推进|推动|改善|改革|建立|建设|构建|树立|扩大|实施|开展|改进|解决)"
)
_TODAY = re.compile(
    r"(?:(?:发展|工作|现实|改革)基础|成效|成绩|成就|现状|形势|机遇|挑战|发展环境|背景(?!下)|回顾|存在(?:的)?(?:主要|突出)?问题|(?:主要|突出)问题|短板与不足|基本情况|基本县情|(?:重要|重大|必要)(?:性|意义)|充分认识)"
)
_AIMS = re.compile(
    r"(?:目标|指导思想|基本原则|工作原则|主要原则|总体要求|总体思路|基本思路|总体思想|发展理念|发展定位|战略定位|主要指标|总要求)"
)
_SAFEGUARDS = re.compile(r"(?:保障|组织实施|工作要求|有关要求|相关要求|组织领导|监督检查|监测评估|督导考核)")
_PHASES = re.compile(
    r"(?:(?:实施|工作|推进|方法)步骤|(?:时间|进度|工作|步骤)安排|阶段划分|实施阶段|进度计划|时间步骤|推进计划)"
)
_MEASURES = re.compile(r"(?:任务|措施|举措|行动|工程|计划|项目|内容|重点)")
_TASKS = re.compile(r"(?:主要|重点|工作)(?:任务|措施|举措)")
_SHORT = 16


def part_of(title: str, above: Part | None) -> Part | None:
    """The part that a heading opens; a heading that tells nothing stays in the part ``above`` it."""
    if above in ("measures", "safeguards", "phases"):
        return above
    own = _own(title)
    if above in ("today", "aims") and own not in ("today", "aims"):
        return "measures" if _TASKS.search(title) else above
    return own or above


def _own(title: str) -> Part | None:
    words = re.split(r"[,。:(]", title)[0] or title
    if len(words) <= _SHORT and _PHASES.search(words):
        return "phases"
    if len(words) <= _SHORT and (words.endswith("背景") or not _VERB.match(words)):
        if _TODAY.search(words):
            return "today"
        if _AIMS.search(words) and not re.search("任务|措施", words):
            return "aims"
        if _SAFEGUARDS.search(words):
            return "safeguards"
    if len(words) <= _SHORT and re.match(r"(?:强化|加强|落实|完善|健全|夯实)?(?:组织|实施|政策|条件|制度)?保障", words):
        return "safeguards"
    return "measures" if _MEASURES.search(title) else None
