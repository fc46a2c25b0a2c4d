"""Log-ins for all schools at once, with a workbook of the initial passwords."""

from __future__ import annotations

import io

import xlsxwriter
from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from jiaoheng.ledger import access
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.people import NewLogIn, add_clerks
from jiaoheng.ledger.models import Membership, Organisation
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SchoolsForm(forms.Form):
    """Which schools get a clerk's log-in."""

    schools = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("还没有填报员的学校"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        error_messages={"required": gettext_lazy("请至少选一所学校。")},
    )


@needs("people.change")
@sensitive_variables("made")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """Choose schools without a clerk; what comes back is the workbook, once, since passwords are kept nowhere."""
    without = _schools_without_clerk(request)
    form = SchoolsForm(request.POST or None, initial={"schools": list(without)})
    form.fields["schools"].queryset = without  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            made = add_clerks(request.actor, request.county, schools=list(form.cleaned_data["schools"]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _workbook(made, request.build_absolute_uri(reverse("log_in")))
    crumbs = [{"label": _("人员"), "url": reverse("people")}, {"label": _("批量开通学校填报员")}]
    schools = access.which(request.user, "people.change", Organisation).filter(kind=Organisation.Kind.SCHOOL)
    given = {"form": form, "count": without.count(), "has_schools": schools.exists(), "breadcrumbs": crumbs}
    return render(request, "people/clerks.html", given)


def _schools_without_clerk(request: Request) -> QuerySet[Organisation]:
    clerks = Membership.objects.filter(Membership.in_force(), role=Membership.Role.CLERK, person__is_active=True)
    schools = access.which(request.user, "people.change", Organisation)
    return schools.filter(kind=Organisation.Kind.SCHOOL, active=True, path__startswith=request.county.path).exclude(
        pk__in=clerks.values("organisation")
    )


def _workbook(made: list[NewLogIn], address: str) -> HttpResponse:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("初始密码"))
        bold = book.add_format({"bold": True, "bottom": 1})
        plain = book.add_format({"font_name": "Consolas"})
        sheet.write_string(0, 0, _("登录地址：{address} 首次登录须修改密码，30 天内有效。").format(address=address))
        for column, (label, width) in enumerate(((_("学校"), 36), (_("登录名"), 18), (_("初始密码"), 26))):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, label, bold)
        for row, one in enumerate(made, start=2):
            sheet.write_string(row, 0, one.school)
            sheet.write_string(row, 1, one.username)
            sheet.write_string(row, 2, one.password, plain)
    answer = HttpResponse(out.getvalue(), content_type=WORKBOOK)
    answer.headers["Content-Disposition"] = 'attachment; filename="initial-passwords.xlsx"'
    return answer
