"""The choice of school year and standard above the pages that rest on one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng import standards
from jiaoheng.web.basis import Basis

Choices = list[tuple[str, Any]]


class BasisForm(forms.Form):
    """The school year and, where several are assessed, the standard."""

    year = forms.ChoiceField(label=gettext_lazy("学年"), required=False)
    standard = forms.ChoiceField(label=gettext_lazy("标准"), required=False)

    def __init__(self, of: Basis) -> None:
        super().__init__(initial={"year": of.year, "standard": of.standard.id}, auto_id="basis_%s")
        years: Choices = [(str(year), school_year(year)) for year in reversed(of.years)]
        rules: Choices = [(name, standards.load(name).label.say(of.language)) for name in of.standards]
        _offer(self, "year", years)
        _offer(self, "standard", rules)
        if len(rules) < 2:
            del self.fields["standard"]
        if len(years) < 2:
            del self.fields["year"]


def school_year(year: int) -> str:
    """A school year as it is written."""
    return _("%(year)s—%(next)s 学年") % {"year": year, "next": year + 1}


def offered(of: Basis, page_url: str, **kept: str) -> SafeString:
    """The form that shows the page at another year or standard; ``kept`` stays in the address."""
    given = {"basis_form": BasisForm(of), "page_url": page_url, "kept": {k: v for k, v in kept.items() if v}}
    return SafeString(render_to_string("web/parts/basis_form.html", given))


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
