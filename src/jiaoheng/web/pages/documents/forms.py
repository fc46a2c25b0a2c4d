"""What is asked: a document, what it is, what a commitment says, a place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.documents.repairing import repaired
from jiaoheng.language import Language
from jiaoheng.ledger import commitments, originals
from jiaoheng.ledger.commitments import Promise
from jiaoheng.ledger.models import Commitment, PlanDocument
from jiaoheng.web.pages.documents import catalogue
from jiaoheng.web.pages.tasks.forms import DayField
from jiaoheng.web.seen import SeenForm

Kind = Commitment.Kind
_BETWEEN = re.compile(r"[、,，;；\n]+")


class NewForm(forms.Form):
    """A document: a file, or its text pasted."""

    upload = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("Word（.docx）、有文字的 PDF、网页（.html）或文本（.txt），不超过 20 MB。"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in originals.MEDIA)}),
    )
    text = forms.CharField(
        label=gettext_lazy("或者粘贴正文"),
        required=False,
        strip=False,
        max_length=originals.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"null_characters_not_allowed": gettext_lazy("里面有看不见的坏字符，请从原文件重新复制。")},
    )
    title = forms.CharField(
        label=gettext_lazy("标题"),
        help_text=gettext_lazy("可以不填：从正文读出，读不出就用文件名。"),
        required=False,
        max_length=300,
    )
    level = forms.ChoiceField(
        label=gettext_lazy("层级"),
        help_text=gettext_lazy("谁的规划：同一件事，市里和县里的数字可能不同。"),
        choices=PlanDocument.Level.choices,
        initial=PlanDocument.Level.COUNTY,
    )

    def clean(self) -> dict[str, Any]:
        """One of the two, not both."""
        cleaned = super().clean() or {}
        has_file, has_text = cleaned.get("upload") is not None, bool((cleaned.get("text") or "").strip())
        if self.has_error("text"):
            return cleaned
        if not has_file and not has_text:
            self.add_error("upload", _("请上传文件，或粘贴正文。"))
        elif has_file and has_text:
            self.add_error("text", _("文件和正文只要一样：请清空其中一个。"))
        return cleaned


class AboutForm(SeenForm):
    """What a document is."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=300)
    level = forms.ChoiceField(label=gettext_lazy("层级"), choices=PlanDocument.Level.choices)
    issuer = forms.CharField(label=gettext_lazy("发文机关"), max_length=200, required=False)
    number = forms.CharField(label=gettext_lazy("文号"), max_length=80, required=False)
    issued = DayField(label=gettext_lazy("成文日期"), required=False)
    first_year = forms.IntegerField(label=gettext_lazy("起始年"), required=False, min_value=1949, max_value=2100)
    last_year = forms.IntegerField(label=gettext_lazy("终止年"), required=False, min_value=1949, max_value=2100)

    def __init__(self, document: PlanDocument, *args: Any, **options: Any) -> None:
        names = ("title", "level", "issuer", "number", "issued", "first_year", "last_year")
        given = {name: getattr(document, name) for name in names}
        options["initial"] = given | {"seen": document.mark()}
        super().__init__(*args, **options)


class UnitsField(forms.CharField):
    """Names of units, one a line or with 、 between; cleaned to a tuple."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        """The names in a row."""
        return "、".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """The names, each once."""
        names = (name.strip() for name in _BETWEEN.split(value or ""))
        return tuple(dict.fromkeys(name[:100] for name in names if name))


class PromiseForm(SeenForm):
    """Every field of a commitment's record; the quote and its place stay as they are."""

    subject = forms.CharField(
        label=gettext_lazy("承诺的内容"),
        max_length=commitments.LONGEST_SUBJECT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("承诺的是什么，不带要求和数值。"),
    )
    comparator = forms.ChoiceField(label=gettext_lazy("要求"), choices=commitments.COMPARATORS)
    value = forms.FloatField(label=gettext_lazy("目标值"), help_text=gettext_lazy("2.34 万写 23400。"))
    value_max = forms.FloatField(
        label=gettext_lazy("上限"), required=False, help_text=gettext_lazy("只在写明范围时填。")
    )
    unit = forms.CharField(label=gettext_lazy("单位"), max_length=40)
    due = forms.CharField(
        label=gettext_lazy("期限"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("年份、月份或日期：2027、2027-06、2027-06-30。没有写明就空着。"),
    )
    baseline = forms.FloatField(label=gettext_lazy("基期值"), required=False)
    baseline_year = forms.IntegerField(label=gettext_lazy("基期年"), required=False, min_value=1949, max_value=2100)
    binding = forms.ChoiceField(
        label=gettext_lazy("性质"), required=False, choices=[("", gettext_lazy("没有写明")), *commitments.BINDING]
    )
    indicator = forms.ChoiceField(
        label=gettext_lazy("对应指标"),
        required=False,
        help_text=gettext_lazy("选了指标，就用全县数据测算进度；没有合适的就空着。"),
    )
    lead = UnitsField(
        label=gettext_lazy("牵头单位"), required=False, help_text=gettext_lazy("几个单位之间用顿号隔开。")
    )
    support = UnitsField(label=gettext_lazy("配合单位"), required=False)

    def __init__(self, kind: str, language: Language, *args: Any, likely: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        indicator: Any = self.fields["indicator"]
        first = (self.initial.get("indicator") or "", *likely)
        indicator.choices = [("", _("没有")), *catalogue.choices(language, first)]
        if kind == Kind.TASK:
            for name in (
                "comparator",
                "value",
                "value_max",
                "unit",
                "baseline",
                "baseline_year",
                "binding",
                "indicator",
            ):
                del self.fields[name]

    def promise(self) -> Promise:
        """What was filled in."""
        given = {name: value for name, value in self.cleaned_data.items() if name in commitments.FIELDS}
        return Promise(**given)


class CorrectForm(PromiseForm):
    """A commitment that is there."""

    def __init__(self, commitment: Commitment, language: Language, *args: Any, **options: Any) -> None:
        given = {name: getattr(commitment, name) for name in commitments.FIELDS}
        options |= {"initial": given | {"seen": commitment.mark()}, "auto_id": "correct_%s"}
        options["likely"] = [other for other, _score in commitment.runners_up]
        super().__init__(commitment.kind, language, *args, **options)

    def promise(self) -> Promise:
        """What was filled in; what the form does not ask stays."""
        asked = {name: value for name, value in self.cleaned_data.items() if name in commitments.FIELDS}
        kept = {name: value for name, value in self.initial.items() if name in commitments.FIELDS and name not in asked}
        return Promise(**{**kept, **asked, "lead": tuple(asked["lead"]), "support": tuple(asked["support"])})


class AddForm(PromiseForm):
    """A commitment that the program overlooked: its kind, its place, and what it says."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Kind.choices, widget=forms.HiddenInput)
    quote = forms.CharField(
        label=gettext_lazy("原文"),
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=False,
        help_text=gettext_lazy("从正文复制，一字不差。"),
    )
    start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, widget=forms.HiddenInput)
    which = forms.ChoiceField(label=gettext_lazy("是哪一处"), required=False)
    field_order = ("kind", "start", "end", "quote", "which", "subject")

    def __init__(self, document: PlanDocument, kind: str, language: Language, *args: Any, **options: Any) -> None:
        super().__init__(kind, language, *args, auto_id="add_%s", **options)
        self.document = document
        which: Any = self.fields["which"]
        quote = (self.data.get("quote") if self.is_bound else "") or ""
        self.places = [] if self._points(quote) else found_places(document.text, quote)
        if len(self.places) > 1:
            which.choices = [("", "—")] + [
                (str(start), around(document.text, start, end)) for start, end in self.places
            ]
        else:
            del self.fields["which"]

    def _points(self, quote: str) -> bool:
        """Whether the place came with the form and is where the quote stands."""
        if not self.is_bound:
            return False
        start, end = self.data.get("start") or "", self.data.get("end") or ""
        if not (start.isdecimal() and end.isdecimal() and len(start) < 12 and len(end) < 12):
            return False
        text = self.document.text[int(start) : int(end)]
        return bool(text) and text == quote.replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """The place in the text that the quote stands at."""
        cleaned = super().clean() or {}
        quote = cleaned.get("quote") or ""
        if not quote or self._points(quote):
            return cleaned
        if not self.places:
            self.add_error("quote", _("正文里没有这句话。请从左边的正文复制，不要改动。"))
        elif len(self.places) == 1:
            cleaned["start"], cleaned["end"] = self.places[0]
        else:
            chosen = next((place for place in self.places if str(place[0]) == cleaned.get("which")), None)
            if chosen is None:
                self.add_error("which", _("正文里有 {count} 处这句话，请选是哪一处。").format(count=len(self.places)))
            else:
                cleaned["start"], cleaned["end"] = chosen
        return cleaned


MOST_PLACES = 20


def found_places(text: str, quote: str) -> list[tuple[int, int]]:
    """Where a quote stands in a text, whatever the width of its signs and its blanks; at most so many."""
    wanted = repaired(quote.replace("\r\n", "\n").strip()).text
    whole = repaired(text)
    found: list[tuple[int, int]] = []
    at = whole.text.find(wanted) if wanted else -1
    while at >= 0 and len(found) < MOST_PLACES:
        found.append(whole.span(at, at + len(wanted)))
        at = whole.text.find(wanted, at + len(wanted))
    return found


def around(text: str, start: int, end: int) -> str:
    """A place in a text with the words around it, in one line."""
    before, after = text[max(0, start - 18) : start], text[end : end + 18]
    return " ".join(f"…{before}【{text[start:end][:30]}】{after}…".split())
