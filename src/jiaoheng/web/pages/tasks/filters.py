"""Which tasks are shown: what the address says, kept from page to page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import access, agenda
from jiaoheng.ledger.models import AdoptedMove, Organisation, Scenario, Task
from jiaoheng.web.pages.tasks.forms import UnitField
from jiaoheng.web.request import Request

Kind = Organisation.Kind
ANY = [("", gettext_lazy("全部"))]
SORTS: dict[str, tuple[Any, ...]] = {
    "title": ("title", "pk"),
    "lead": ("lead__name", "due", "pk"),
    "due": (F("due").asc(nulls_last=True), "pk"),
    "state": ("state", "due", "pk"),
    "verifier": ("verifier__name", "due", "pk"),
}


class FilterForm(forms.Form):
    """The conditions; whatever is wrong in the address is left out."""

    text = forms.CharField(label=gettext_lazy("事项或单位"), required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("未办结")), ("all", gettext_lazy("全部")), *Task.State.choices],
    )
    when = forms.ChoiceField(
        label=gettext_lazy("时限"),
        required=False,
        choices=[*ANY, ("overdue", gettext_lazy("已逾期")), ("soon", gettext_lazy("7 天内到期"))],
    )
    unit = UnitField(queryset=Organisation.objects.none(), label=gettext_lazy("股室"), required=False)
    school = UnitField(queryset=Organisation.objects.none(), label=gettext_lazy("学校"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("来源"), required=False, choices=[*ANY, *Task.Source.choices])
    mine = forms.ChoiceField(
        label=gettext_lazy("只看"), required=False, choices=[*ANY, ("1", gettext_lazy("等我办理的"))]
    )
    scenario = UnitField(queryset=Scenario.objects.none(), label=gettext_lazy("方案"), required=False)
    due = forms.DateField(label=gettext_lazy("时限"), required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: Request) -> None:
        super().__init__(request.GET)
        seen = access.which(request.user, "task.see", Organisation)
        for name, kinds in (("unit", (Kind.SECTION, Kind.COUNTY, Kind.AREA)), ("school", (Kind.SCHOOL,))):
            field: Any = self.fields[name]
            field.queryset = seen.filter(kind__in=kinds).order_by("kind", "path")
            field.empty_label = _("全部")
            if field.queryset.count() < 2:
                del self.fields[name]
        scenarios = access.which(request.user, "scenario.see", Scenario) if _sees_scenarios(request) else None
        if scenarios is None or not scenarios.filter(adopted_at__isnull=False).exists():
            del self.fields["scenario"]
        else:
            offered: Any = self.fields["scenario"]
            offered.queryset = scenarios.filter(adopted_at__isnull=False)
            offered.empty_label = _("全部")
        self.is_valid()


def _sees_scenarios(request: Request) -> bool:
    return access.may_anywhere(request.user, "scenario.see")


def visible(request: Request) -> QuerySet[Task]:
    """The tasks that this person may see, with what a list shows of them."""
    return access.which(request.user, "task.see", Task).select_related("lead", "verifier", "school", "person", "parent")


def filtered(request: Request, form: FilterForm) -> QuerySet[Task]:
    """The tasks that fit the address, in its order."""
    wanted = form.cleaned_data
    tasks = visible(request)
    if not wanted.get("state"):
        tasks = tasks.filter(agenda.PENDING)
    elif wanted["state"] != "all":
        tasks = tasks.filter(state=wanted["state"])
    return _ordered(_without_state(request, tasks, wanted), wanted.get("sort", ""))


def of_every_state(request: Request, form: FilterForm) -> QuerySet[Task]:
    """The tasks that fit the address but for its state: for the board, whose columns are the states."""
    return agenda.in_order(_without_state(request, visible(request), form.cleaned_data))


def chips(request: Request, form: FilterForm) -> list[dict[str, str]]:
    """The conditions that are set, each with the address without it."""
    shown = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if not value or name == "sort":
            continue
        label = str(value)
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            label = str(dict(field.choices)[value])  # type: ignore[arg-type]
        query = request.GET.copy()
        query.pop(name, None)
        query.pop("page", None)
        shown.append({"label": f"{field.label}{_('：')}{label}", "url": f"?{query.urlencode()}"})
    return shown


def sort_columns(request: Request, form: FilterForm, columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Columns with the addresses that sort by them; ``sort`` names those that can be."""
    present = form.cleaned_data.get("sort", "")
    for column in columns:
        name = column.pop("sort", "")
        if name:
            query = request.GET.copy()
            query["sort"] = f"-{name}" if present == name else name
            query.pop("page", None)
            column["url"] = f"?{query.urlencode()}"
            if present.lstrip("-") == name:
                column["sorted"] = "descending" if present.startswith("-") else "ascending"
    return columns


def _without_state(request: Request, tasks: QuerySet[Task], wanted: dict[str, Any]) -> QuerySet[Task]:
    if wanted.get("when"):
        tasks = tasks.filter(agenda.overdue() if wanted["when"] == "overdue" else agenda.due_soon())
    if wanted.get("due"):
        tasks = tasks.filter(due=wanted["due"])
    if unit := wanted.get("unit"):
        helped = Q(supports__organisation=unit)
        tasks = tasks.filter(Q(lead=unit) | Q(verifier=unit) | helped).distinct()
    if school := wanted.get("school"):
        tasks = tasks.filter(Q(lead=school) | Q(school=school))
    if wanted.get("source"):
        tasks = tasks.filter(source=wanted["source"])
    if scenario := wanted.get("scenario"):
        own = AdoptedMove.objects.filter(scenario=scenario).values("task")
        tasks = tasks.filter(Q(pk__in=own) | Q(parts__in=own)).distinct()
    if wanted.get("mine"):
        tasks = tasks.filter(agenda.waiting_for(request.user))
    for word in wanted.get("text", "").split():
        tasks = tasks.filter(
            Q(title__icontains=word)
            | Q(detail__icontains=word)
            | Q(lead__name__icontains=word)
            | Q(school__name__icontains=word)
            | Q(person__name__icontains=word)
        )
    return tasks


def _ordered(tasks: QuerySet[Task], sort: str) -> QuerySet[Task]:
    order = SORTS.get(sort.lstrip("-"))
    if order is None:
        return agenda.in_order(tasks)
    if sort.lstrip("-") == "due":
        field = F("due").desc(nulls_last=True) if sort.startswith("-") else F("due").asc(nulls_last=True)
        return tasks.order_by(field, "pk")
    found = tasks.order_by(*order)
    return found.reverse() if sort.startswith("-") else found
