"""Plans of the demo county: its own, checked and followed in the ledger, and its city's, which waits to be checked.

Their texts lie beside the demo county; they promise the same in many places, and another figure in one.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jiaoheng import demo
from jiaoheng.ledger import commitments, originals
from jiaoheng.ledger.actions import Actor, documents
from jiaoheng.ledger.actions import commitments as deciding
from jiaoheng.ledger.actions.promises import Chosen, make_tasks
from jiaoheng.ledger.jobs.documents import read_document
from jiaoheng.ledger.jobs.plans import assess_plan
from jiaoheng.ledger.models import Commitment, Organisation, Person, PlanDocument, Run
from jiaoheng.ledger.promises import Units

_FOLDER = Path(demo.__file__).with_name("plans")
_UNDECIDED = 12
"""How many proposals of the city's plan are left for whoever tries the demo."""
_TASKS = 8
"""How many of the county's measures are in the ledger."""


def bring_in(bureau: Organisation) -> PlanDocument:
    """The county's plan: read, checked, and its first measures made tasks."""
    document = _read(bureau, "county", "望岚县三年行动方案.txt")
    officer = _as("jijiao")
    proposals = list(document.commitments.select_related("document"))
    deciding.confirm_all(officer, document, {each.pk for each in proposals if commitments.is_clear(each)})
    _make_tasks(bureau, document)
    _measured(document)
    return document


def bring_in_citys(bureau: Organisation) -> PlanDocument:
    """The city's plan: read, and only begun to be checked."""
    document = _read(bureau, "city", "岚阳市扩优提质行动计划.txt")
    clear = [each for each in document.commitments.select_related("document") if commitments.is_clear(each)]
    deciding.confirm_all(_as("jijiao"), document, {each.pk for each in clear[:-_UNDECIDED] or clear[:1]})
    _measured(document)
    return document


def _read(bureau: Organisation, name: str, shown: str) -> PlanDocument:
    data = (_FOLDER / f"{name}.txt").read_bytes()
    level = PlanDocument.Level(name)
    document = documents.add(_as("jijiao"), bureau, originals.receive(shown, [data]), level=level)
    run = Run.objects.filter(kind="read_document", inputs={"document": document.pk}).latest("pk")
    read_document(run, lambda part, doing=None: None)
    return PlanDocument.objects.get(pk=document.pk)


def _measured(document: PlanDocument) -> None:
    run = Run.objects.filter(kind="assess_plan", inputs={"document": document.pk}).latest("pk")
    assess_plan(run, lambda part, doing=None: None)


def _make_tasks(bureau: Organisation, document: PlanDocument) -> None:
    known = Units(bureau)
    verifier = Organisation.objects.get(name="教育督导室")
    chosen: list[Chosen] = []
    for one in document.commitments.filter(kind=Commitment.Kind.TASK, state__in=Commitment.HOLDS):
        lead = known.lead(one.lead)
        if lead is not None and len(chosen) < _TASKS:
            supports = tuple(unit for unit in known.supports(one.support) if unit != lead)
            due = one.due_day or date(document.last_year or 2027, 12, 31)
            chosen.append(Chosen(one.pk, lead=lead, verifier=verifier, due=due, supports=supports))
    make_tasks(_as("admin"), document, chosen)


def _as(username: str) -> Actor:
    return Actor(Person.objects.get(username=username))
