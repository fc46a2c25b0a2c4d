"""What a verification of the chain found, in both languages."""

from __future__ import annotations

from jiaoheng.language import Text
from jiaoheng.ledger.chain import Fault, Proof

FAULTS = {
    "altered": Text(
        "第 {number} 条记录或它的变更内容被改动过：与当时的校验值不符。",
        "Event {number} or its changes were altered: they are not what was hashed at the time.",
    ),
    "unlinked": Text(
        "第 {number} 条记录没有接在前一条之后：前一条被换过。",
        "Event {number} does not follow the one before it, which was replaced.",
    ),
    "missing": Text("第 {number} 条记录之前有记录被删除。", "Events before number {number} were deleted."),
    "cut": Text(
        "第 {number} 条记录之后的记录被删除，或链尾被改动。",
        "Events after number {number} were deleted, or the end of the chain was altered.",
    ),
    "differs": Text(
        "数据“{what}”被人绕过系统改动：与第 {number} 条记录留下的内容不同（0 表示没有任何记录）。",
        "The row “{what}” was changed behind the system’s back: it differs from what event {number} left "
        "(0: no event recorded it).",
    ),
    "head": Text(
        "记下的校验值 {what} 不在记录链中：链在那之后被整体重写过，或校验值抄错了。",
        "The noted hash {what} is not in the chain: the chain was rewritten since, or the hash was copied wrongly.",
    ),
}
"""What each kind of ``chain.Fault`` means."""


def said(fault: Fault) -> Text:
    """What a fault means."""
    text = FAULTS[fault.kind]
    return Text(*(half.format(number=fault.number, what=fault.what) for half in (text.zh, text.en)))


def summary(proof: Proof) -> Text:
    """The outcome in a sentence."""
    if proof.faults:
        return Text(
            f"记录链有 {len(proof.faults)} 处问题，共 {proof.events} 条记录。",
            f"The chain of events ({proof.events}) has faults ({len(proof.faults)}).",
        )
    return Text(
        f"记录链完整：{proof.events} 条记录逐条核对，没有被改动、删除或插入。",
        f"The chain is unbroken. Events checked: {proof.events}; none was altered, removed or inserted.",
    )
