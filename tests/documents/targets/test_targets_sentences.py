"""What sentences of the genre promise, one by one (sentences.txt); written for the rules, not taken from documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiaoheng.documents.outline import outline
from jiaoheng.documents.records import Target
from jiaoheng.documents.repairing import repaired
from jiaoheng.documents.targets import targets


def cases() -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        if line.startswith("> "):
            found[-1][1].append(" | ".join(part.strip() for part in f"{line[2:]} | ".split("|")[:5]).strip())
        else:
            found.append((line, []))
    return found


def read(text: str) -> tuple[Target, ...]:
    whole = repaired(f"一、工作任务\n{text}")
    return targets(whole, outline(whole))


def shown(target: Target) -> str:
    value = f"{target.value:g}" if target.value < 1e6 else f"{target.value:.0f}"
    high = "" if target.value_max is None else f"..{target.value_max:g}"
    return f"{target.subject} | {target.comparator} | {value}{high} | {target.unit} | {target.due or ''}".strip()


@pytest.mark.parametrize(("sentence", "expected"), cases(), ids=[sentence[:20] for sentence, _ in cases()])
def test_a_sentence_gives_its_promises(sentence: str, expected: list[str]) -> None:
    assert [shown(target) for target in read(sentence)] == expected
