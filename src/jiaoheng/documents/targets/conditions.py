"""Figures that only sort (100人以下的教学点) and stretches of time: which of them are promised all the same."""

from __future__ import annotations

import re

from jiaoheng.documents.targets.figures import Figure

EACH = re.compile(
    r"每(?:个|所|名|位|年|学年|学期|周|天|月|季度|半年|[\d一二两三四五六](?:个)?(?:年|学年|学期|周|天|月)|校|班|乡镇|县|镇|人|生|村|园|两周|学校|月度)|人手"
)
_AS_DEFINED = re.compile(
    r"(?:班以上|班级|大班额|超大班额|规模学校|大规模|规模的|大校额|教学点|小规模|以上学历|以上学位|以上职称|以上教龄|以上医院|以上资质|以上网络)"
)


def is_promised_time(figure: Figure, before: str, after: str) -> bool:
    """Terms, ages and stretches of time are figures only with a comparison said (任教至少1年)."""
    if figure.unit == "岁" and figure.before in ("+=", "-="):
        return True
    if figure.unit == "分":
        compared = figure.before is not None or figure.after is not None
        return compared and _SCORE.search(before) is not None and not after.startswith("的")
    if figure.unit in ("天", "课时") and figure.before is None and _WEEKLY.search(before) and _HELD.match(after):
        return True
    if figure.unit in ("年", "个月") and (figure.after == ">=" or figure.before == ">="):
        if "%" not in before and _MUST_HAVE.search(before) and _SERVICE.match(after):
            return True
        if _LASTS.search(before) and not after.startswith("的"):
            return True
    if figure.unit == "届":
        return figure.before in ("<=", ">=")
    if figure.before == "=" and figure.wording == "为" and _LASTS.search(before) and not after.startswith("的"):
        return True
    if figure.unit in ("岁", "周岁", "期", "届", "批", "批次", "级", "日"):
        return False
    if figure.before in (">=", "<=", ">", "<") and figure.wording not in ("高", "达"):
        says = _DOES.search(before) or EACH.search(before) or _MUST_NOT.search(before)
        return not after.startswith("的") or says is not None
    if (
        figure.before is None
        and figure.after is None
        and figure.unit in ("年", "个月")
        and _SERVES.search(before)
        and not after
    ):
        return True
    if figure.after == ">=" and not after and figure.unit in ("年", "个月", "天", "周", "学期", "学年"):
        return (
            bool(before)
            and re.search(r"(?:任教|支教|交流|蹲点|跟岗|服务|驻校|从教|连续|时间|培训|挂职|参训)\Z", before) is not None
        )
    return False


_SCORE = re.compile(r"满意度|得分|总分|分值|均分|成绩")
# 学校每周5天都要开展课后服务
_WEEKLY = re.compile(r"每(?:周|月|学期|学年)\Z")
_HELD = re.compile(r"(?:都|均|要|应|须|至少|全部)*(?:开展|提供|安排|组织|开放|进行|开设)")
# 须有1年以上乡村学校任教经历
_MUST_HAVE = re.compile(r"(?:须|应|需|要|应当|必须|一般|原则上)(?:具)?有\Z|(?:具有|具备)\Z")
_SERVICE = re.compile(r"的?[^,;。]{0,24}(?:经历|经验)\Z")
_LASTS = re.compile(r"(?:时间|时长|年限|周期|学制|聘期|任期|服务期)(?:一般|原则上)?\Z")
_MUST_NOT = re.compile(r"(?:不得|严禁|禁止)[^,;]{2,12}\Z")
_SERVES = re.compile(
    r"(?:跟岗|任教|支教|挂职|蹲点|驻校|服务|交流|轮岗|锻炼)(?:培养|锻炼|学习|培训|工作|任教)?(?:时间)?(?:满)?\Z"
)
_DOES = re.compile(
    r"(?:开展|安排|组织|进行|保证|保障|参加|完成|投入|提供|接受|确保|落实|开设|拥有|建设|建有|划拨|预留|设立)\Z"
)


def is_condition(figure: Figure, before: str, after: str) -> bool:
    """100人以下的教学点, 10万元以上的项目, 56人以上大班额: the figure only sorts."""
    if figure.unit == "%":
        return after.startswith("的") and (
            figure.before in ("<", ">") or (figure.before is not None and after.rstrip("。,;") == "的")
        )
    if _AS_DEFINED.match(after) or (figure.after and _AS_DEFINED.match("以上" + after)):
        return True
    if figure.unit == "人" and figure.after and re.match(r"(?:的?学校|教学点|的?班|的?村)", after):
        return True
    if figure.after is None and figure.before is None:
        return before.endswith("含") and not after
    if figure.unit == "元" and not before and not after:
        return True  # 10万元以上(含10万元)的
    if re.match(r"的(?!目标|要求|标准|比例|水平|速度|幅度|任务)", after):
        if figure.counted and figure.unit not in ("人", "班", "名", "户"):
            return figure.before in ("<",) or not before
        return _DOES.search(before) is None and EACH.search(before) is None and "一周期" not in before
    if (
        figure.unit in ("人", "元", "平方米")
        and figure.after in (">=", "<=")
        and figure.before in (None, "=")
        and after[:1] not in ("", ",", ";", "。", "、")
    ):
        return True
    return figure.before == "<" and figure.wording in ("不足", "不到") and bool(after)
