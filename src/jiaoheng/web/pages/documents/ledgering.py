"""Confirmed commitments become tasks: each with the units that the document names, matched to ours and approved."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiaoheng.ledger import clock, plan_targets, promises
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.promises import Chosen, make_tasks
from jiaoheng.ledger.actions.tasks import VERIFIERS
from jiaoheng.ledger.models import Commitment, Organisation, PlanDocument, Task
from jiaoheng.ledger.promises import Units
from jiaoheng.web.pages.documents import shown
from jiaoheng.web.pages.tasks.forms import DayField, UnitField, own_verifier, units
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

Kind = Organisation.Kind


class Ready(NamedTuple):
    """A commitment that can become a task, with the units that the document names for it."""

    commitment: Commitment
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()


class EveryForm(forms.Form):
    """What holds for all of them: who says that they are done, and who does those of which no unit is named."""

    verifier = UnitField(
        queryset=Organisation.objects.none(), label=gettext_lazy("验收单位"), help_text=gettext_lazy("由它核实并销号。")
    )

    otherwise = UnitField(
        queryset=Organisation.objects.none(),
        label=gettext_lazy("没选责任单位的，由谁负责"),
        required=False,
        empty_label=gettext_lazy("逐条选择"),
        help_text=gettext_lazy("只用于勾选了、又没有选责任单位的。"),
    )

    def __init__(self, request: Request, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        otherwise: Any = self.fields["otherwise"]
        otherwise.queryset = units(request, (Kind.SECTION, Kind.COUNTY))
        verifier: Any = self.fields["verifier"]
        verifier.queryset = units(request, VERIFIERS)
        verifier.initial = own_verifier(request)


class RowForm(forms.Form):
    """One commitment: whether to make it a task, who does it, who helps, until when."""

    chosen = forms.BooleanField(required=False, label=gettext_lazy("转为事项"))
    lead = forms.TypedChoiceField(label=gettext_lazy("责任单位"), required=False, coerce=int, empty_value=None)
    due = DayField(label=gettext_lazy("完成时限"), required=False)
    supports = forms.TypedMultipleChoiceField(
        label=gettext_lazy("配合单位"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, row: Ready, known: Units, common: list[Organisation], posted: QueryDict | None, *, otherwise: bool
    ) -> None:
        commitment = row.commitment
        names = [*row.lead, *row.support]
        lead = known.lead(row.lead)
        supports = [unit for unit in known.supports(names) if unit != lead]
        initial = {
            "lead": lead.pk if lead is not None else None,
            "due": commitment.due_day or _end(commitment.document),
            "supports": [unit.pk for unit in supports],
            "chosen": lead is not None and bool(commitment.due_day or _end(commitment.document)),
        }
        super().__init__(posted, prefix=f"c{commitment.pk}", initial=initial)
        self.row, self.commitment, self.otherwise = row, commitment, otherwise
        likely = dict.fromkeys([*([lead] if lead else []), *known.likely(row.lead), *common])
        choice: Any = self.fields["lead"]
        choice.choices = [("", _("请选择")), *((unit.pk, unit.name) for unit in likely)]
        helping: Any = self.fields["supports"]
        helping.choices = [(unit.pk, unit.name) for unit in supports]
        self.others = known.others(dict.fromkeys(names))
        if not supports:
            del self.fields["supports"]

    def clean(self) -> dict[str, Any]:
        """What is ticked needs a unit and a day."""
        cleaned = super().clean() or {}
        if cleaned.get("chosen"):
            if not cleaned.get("lead") and not self.otherwise and not self.errors.get("lead"):
                self.add_error("lead", _("请选择责任单位。"))
            if not cleaned.get("due") and not self.errors.get("due"):
                self.add_error("due", _("文件没有写期限，请定一个。"))
        return cleaned


@needs("document.decide")
def show(request: Request, pk: int) -> HttpResponse:
    """What can become tasks, with what is proposed; posted, what is ticked becomes tasks."""
    document = found(request, "document.decide", PlanDocument, pk=pk)
    ready = _ready(document)
    known = Units(document.county)
    kinds = (Kind.SECTION, Kind.COUNTY)
    common = [unit for unit in units(request, kinds) if unit.pk in known.by_key]
    posted = request.POST if request.method == "POST" else None
    bulk = EveryForm(request, posted)
    otherwise = bulk.is_bound and bulk.is_valid() and bulk.cleaned_data["otherwise"] is not None
    rows = [RowForm(each, known, common, posted, otherwise=otherwise) for each in ready]
    status = 200
    if posted is not None:
        valid = all([bulk.is_valid(), *(row.is_valid() for row in rows)])
        chosen = [row for row in rows if valid and row.cleaned_data["chosen"]]
        if valid and (answer := _make(request, document, chosen, bulk, known)) is not None:
            return answer
        status = 409
    same = promises.tasks_of_the_same([each.commitment for each in ready], document.county)
    context = {
        "document": document,
        "breadcrumbs": shown.breadcrumbs(document, _("转为台账事项")),
        "tabs": shown.tabs(request, document, "document_ledger"),
        "rows": [_row(row, same.get(row.commitment.pk)) for row in rows],
        "form": bulk,
        "wrong": sum(bool(row.errors) for row in rows) if posted is not None else 0,
        "tasks": Task.objects.filter(commitments__document=document).distinct().select_related("lead"),
        "left": document.commitments.filter(state=Commitment.State.PROPOSED).count(),
    }
    return render(request, "documents/ledger.html", context, status=status)


def _ready(document: PlanDocument) -> list[Ready]:
    """The commitments of a document that count and have no task in use."""
    holding = document.commitments.filter(state__in=Commitment.HOLDS, counts_as=None)
    free = holding.exclude(task__state__in=[*Task.PENDING, Task.State.CLOSED]).select_related("task", "document")
    measures = list(document.commitments.filter(kind=Commitment.Kind.TASK).exclude(state=Commitment.State.REJECTED))
    return [_with_units(each, measures) for each in free]


def _with_units(commitment: Commitment, measures: list[Commitment]) -> Ready:
    """A commitment with its own units, or those of the measure that it stands in."""
    if commitment.lead or commitment.support:
        return Ready(commitment, tuple(commitment.lead), tuple(commitment.support))
    around = [each for each in measures if each.start <= commitment.start and commitment.end <= each.end and each.lead]
    nearest = min(around, key=lambda each: each.end - each.start, default=None)
    if nearest is None:
        return Ready(commitment)
    return Ready(commitment, tuple(nearest.lead), tuple(nearest.support))


def _make(
    request: Request, document: PlanDocument, rows: list[RowForm], bulk: EveryForm, known: Units
) -> HttpResponse | None:
    """Make them tasks; None where that is refused, which the form then says."""
    chosen = []
    for row in rows:
        given = row.cleaned_data
        chosen.append(
            Chosen(
                commitment=row.commitment.pk,
                lead=known.by_key[given["lead"]] if given["lead"] else bulk.cleaned_data["otherwise"],
                verifier=bulk.cleaned_data["verifier"],
                due=given["due"],
                supports=tuple(known.by_key[key] for key in given.get("supports", ())),
            )
        )
    try:
        made, joined = make_tasks(request.actor, document, chosen)
    except Refused as refused:
        bulk.add_error(None, str(refused))
        return None
    told = ngettext("已转为 %(count)d 个事项。", "已转为 %(count)d 个事项。", made) % {"count": made}
    if joined:
        told += _("另有 {count} 条与已有事项是同一承诺，没有重复立项。").format(count=joined)
    messages.success(request, told)
    return redirect(f"{reverse('tasks')}?source=commitment")


def _end(document: PlanDocument) -> date | None:
    """The last day of the years that a document covers."""
    return date(document.last_year, 12, 31) if document.last_year else None


def _row(form: RowForm, same: Task | None) -> dict[str, Any]:
    commitment = form.commitment
    due = form.initial["due"]
    return {
        "form": form,
        "commitment": commitment,
        "url": f"{reverse('document', args=[commitment.document_id])}?at={commitment.pk}#q-{commitment.pk}",
        "amount": shown.amount(commitment),
        "named": shown.units([*form.row.lead, *form.row.support]),
        "others": shown.units(form.others),
        "by_period": due is not None and not commitment.due,
        "past": due is not None and due < clock.today(),
        "same": same,
        "measured": plan_targets.can_measure(commitment),
    }
