"""The mappings that a county keeps: listed, shown as text, taken away, brought, renamed, replaced, withdrawn."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiaoheng.ledger import access, foreign
from jiaoheng.ledger.actions import Forbidden, Refused, mappings
from jiaoheng.ledger.models import TableMapping
from jiaoheng.sources.mapping import mapping_file, names, title
from jiaoheng.web.pages.facts import shown
from jiaoheng.web.pages.facts.downloads import attachment
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


class MappingForm(forms.Form):
    """A mapping file with its name."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=mappings.LONGEST_TITLE)
    upload = forms.FileField(
        label=gettext_lazy("映射文件（.toml）"), required=False, widget=forms.FileInput(attrs={"accept": ".toml"})
    )

    def clean_upload(self) -> str:
        """The text of the file; empty where none was sent."""
        file: UploadedFile | None = self.cleaned_data["upload"]
        if file is None:
            return ""
        if (file.size or 0) > foreign.LONGEST_TEXT:
            raise forms.ValidationError(_("这个文件太大，不像是对应关系。"))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("请把文件另存为 UTF-8 编码。")) from None


@needs("mapping.see")
def index(request: Request) -> HttpResponse:
    """All of them, and those that come with the program."""
    seen = access.which(request.user, "mapping.see", TableMapping).filter(county=request.county)
    listed = list(seen.order_by("withdrawn", "title").select_related("changed_by", "made_by"))
    context = {
        "subnav": shown.subnav("mappings"),
        "may_change": access.may_anywhere(request.user, "mapping.change"),
        "table": _table(listed),
        "shipped": [
            {"name": name, "title": title(name).say(request.language), "url": reverse("shipped_mapping", args=[name])}
            for name in names()
        ],
    }
    return render(request, "facts/mappings.html", context)


@needs("mapping.change")
def new(request: Request) -> HttpResponse:
    """Bring a mapping file."""
    form = MappingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if not given["upload"]:
                raise Refused(_("请先选择文件。"))
            made = mappings.add_mapping(request.actor, request.county, title=given["title"], text=given["upload"])
        except Refused as refused:
            form.add_error("upload", str(refused))
        else:
            return redirect("mapping", pk=made.pk)
    context = {
        "form": form,
        "breadcrumbs": [*_trail(), {"label": _("上传映射文件")}],
        "heading": _("上传映射文件"),
    }
    return render(request, "facts/mapping_new.html", context, status=409 if form.errors else 200)


@needs("mapping.see")
def show(request: Request, pk: int) -> HttpResponse:
    """One of them, with its text; by POST renamed or given another text."""
    mapping = found(request, "mapping.see", TableMapping, pk=pk)
    may_change = access.may(request.user, "mapping.change", mapping)
    form = MappingForm(request.POST or None, request.FILES or None, initial={"title": mapping.title})
    form.fields["upload"].label = _("换成这个映射文件（.toml）")
    if request.method == "POST" and not may_change:
        raise Forbidden("mapping.change")
    if request.method == "POST" and form.is_valid():
        given, seen = form.cleaned_data, request.POST.get("seen", "")
        try:
            if given["title"] != mapping.title:
                mapping = mappings.rename_mapping(request.actor, mapping, title=given["title"], seen=seen)
                seen = ""
            if given["upload"]:
                mappings.replace_mapping(request.actor, mapping, text=given["upload"], seen=seen)
        except Refused as refused:
            form.add_error("upload" if given["upload"] else "title", str(refused))
        else:
            return redirect("mapping", pk=pk)
    context = {
        "mapping": mapping,
        "may_change": may_change,
        "form": form,
        "mark": mapping.mark(),
        "breadcrumbs": [*_trail(), {"label": mapping.title}],
    }
    return render(request, "facts/mapping.html", context, status=409 if form.errors else 200)


@needs("mapping.see")
def text(request: Request, pk: int) -> HttpResponseBase:
    """Its text as a file, for the command line."""
    mapping = found(request, "mapping.see", TableMapping, pk=pk)
    return attachment(io.BytesIO(mapping.text.encode()), f"{mapping.title}.toml")


@needs("mapping.see")
def shipped(request: Request, name: str) -> HttpResponseBase:
    """The text of one that comes with the program, to be copied and changed."""
    if name not in names():
        raise Http404
    return attachment(io.BytesIO(mapping_file(name).read_bytes()), f"{name}.toml")


@require_POST
@needs("mapping.change")
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Offer it no longer, or again."""
    mapping = found(request, "mapping.change", TableMapping, pk=pk)
    try:
        if mapping.withdrawn:
            mappings.restore_mapping(request.actor, mapping)
        else:
            mappings.withdraw_mapping(request.actor, mapping)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("mapping", pk=pk)


def _trail() -> list[dict[str, Any]]:
    return [
        {"url": reverse("submissions"), "label": _("数据")},
        {"url": reverse("mappings"), "label": _("对应关系")},
    ]


def _table(listed: list[TableMapping]) -> dict[str, Any]:
    columns = [
        {"label": _("名称"), "kind": "name"},
        {"label": _("建立人"), "kind": "name"},
        {"label": _("最近改动"), "kind": "name"},
        {"label": _("状态"), "kind": "short"},
    ]
    rows = [
        {
            "cells": [
                {"text": each.title, "url": reverse("mapping", args=[each.pk]), "kind": "name"},
                {"text": each.made_by.name, "kind": "name"},
                {"text": _changed(each), "kind": "name"},
                {"text": _("已停用") if each.withdrawn else _("可用"), "kind": "short"},
            ]
        }
        for each in listed
    ]
    return {"caption": _("对应关系"), "caption_hidden": True, "columns": columns, "rows": rows}


def _changed(mapping: TableMapping) -> str:
    who = mapping.changed_by.name if mapping.changed_by else ""
    return " · ".join(part for part in (who, shown.day(mapping.changed_at)) if part)
