"""What a person may see of public funds, and which allocation the address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django import forms
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.findings import AssessmentError
from jiaoheng.ledger import access, facts, funding
from jiaoheng.ledger.funding import Allocated
from jiaoheng.ledger.models import FundingDecision, Organisation
from jiaoheng.plans.funding import FundingError
from jiaoheng.plans.funding.amounts import fen_of
from jiaoheng.web.choosing import school_year
from jiaoheng.web.request import Request


class FundingForm(forms.Form):
    """Year, budget, and what is to be done where that is too small."""

    year = forms.ChoiceField(label=gettext_lazy("学年"), required=False)
    total = forms.CharField(
        label=gettext_lazy("预算总额（元）"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("不填：按规则应得数"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    scale = forms.BooleanField(label=gettext_lazy("预算不够时同比例压减（低于规定标准）"), required=False)

    def __init__(self, language: str, years: tuple[int, ...], data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial=initial, auto_id="funding_%s")
        self._language = language
        year: Any = self.fields["year"]
        year.choices = [(str(each), school_year(each)) for each in reversed(years)]

    def clean_total(self) -> int | None:
        """The budget in fen; None where none was given."""
        typed = self.cleaned_data["total"]
        if not typed:
            return None
        try:
            return fen_of(typed)
        except FundingError as slip:
            raise forms.ValidationError(slip.say("en" if self._language == "en" else "zh")) from None


class Asked(msgspec.Struct, frozen=True):
    """An allocation as the address asks for it, or why there is none; ``decision`` where it is the decided one."""

    found: Allocated | None
    error: str
    names: Mapping[str, str]
    year: int
    total: int | None = None
    scale: bool = False
    decision: FundingDecision | None = None
    form: FundingForm | None = None

    @property
    def query(self) -> dict[str, str]:
        """What an address has to say to ask for the same."""
        if self.decision is not None:
            return {"year": str(self.year)}
        said = {"year": str(self.year), "total": "" if self.total is None else f"{self.total / 100:.2f}"}
        return said | {"trial": "1"} | ({"scale": "on"} if self.scale else {})


def sees_all(request: Request) -> bool:
    """Whether this person sees the whole county's funds."""
    return request.county.pk in access.reached(request.user, "funding.see")


def own_schools(request: Request) -> tuple[str, ...]:
    """The codes of the schools of which this person sees what they get."""
    own = access.reached(request.user, "funding.see")
    there = Organisation.objects.filter(pk__in=own, kind=Organisation.Kind.SCHOOL, path__startswith=request.county.path)
    return tuple(there.order_by("code").values_list("code", flat=True))


def years(request: Request) -> tuple[int, ...]:
    """The school years of which there is enrolment, ascending; none before there are facts."""
    snapshot = facts.latest_snapshot(request.county)
    return facts.tables(snapshot).years if snapshot else ()


def decided(request: Request) -> Asked | None:
    """The decided allocation of the year in the address, or the latest decided; None where there is none."""
    rows = FundingDecision.objects.filter(county=request.county).select_related("snapshot")
    wanted = request.GET.get("year", "")
    if wanted:
        rows = (
            rows.filter(year=int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else rows.none()
        )
    row = rows.order_by("-year").first()
    return _of_decision(row) if row else None


def asked(request: Request) -> Asked:
    """What the address asks for: a trial where it names a budget, else what was decided for the year, else by rule.

    Raises ``Http404`` before there are facts.
    """
    snapshot, there = facts.latest_snapshot(request.county), years(request)
    if snapshot is None or not there:
        raise Http404
    data: Any = request.POST if request.method == "POST" else request.GET
    form = FundingForm(request.language, there, data) if data else FundingForm(request.language, there, year=there[-1])
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    names = facts.tables(snapshot).school_names()
    if form.is_bound and not form.is_valid():
        return Asked(None, "", names, there[-1], form=form)
    year = int(given.get("year") or there[-1])
    total, scale = given.get("total"), bool(given.get("scale"))
    row = funding.decision(request.county, year)
    if row is not None and "total" not in data and "trial" not in data:
        shown = f"{row.total / 100:.2f}" if row.total is not None else ""
        form = FundingForm(request.language, there, year=year, total=shown, scale=row.scale)
        return msgspec.structs.replace(_of_decision(row), form=form)
    try:
        found = funding.allocated(snapshot, funding.rules_text(request.county), year, total, scale=scale)
    except (FundingError, AssessmentError) as slip:
        return Asked(None, slip.say(request.language), names, year, total, scale, form=form)
    except SnapshotError:
        return Asked(None, _("现有数据快照损坏，读不了。请联系管理员。"), names, year, total, scale, form=form)
    return Asked(found, "", names, year, total, scale, form=form)


def _of_decision(row: FundingDecision) -> Asked:
    try:
        found = funding.decided(row)
        names = facts.tables(row.snapshot).school_names()
    except SnapshotError:
        return Asked(None, _("现有数据快照损坏，读不了。请联系管理员。"), {}, row.year, row.total, row.scale, row)
    return Asked(found, "", names, row.year, row.total, row.scale, row)
