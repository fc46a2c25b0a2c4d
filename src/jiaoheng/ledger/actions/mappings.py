"""Mappings that a county keeps for tables of other systems, and the files that are read through one."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import clock, foreign
from jiaoheng.ledger.actions.registry import Act, Refused, action, must_be_seen
from jiaoheng.ledger.actions.submissions import changed, must_be_open, names_persons
from jiaoheng.ledger.models import Mapped, Organisation, SourceFile, Submission, TableMapping
from jiaoheng.ledger.spoken import spoken
from jiaoheng.sources.mapping import MappingError

LONGEST_TITLE = 80
YEARS = range(1990, 2101)


@action("mapping.add", gettext_lazy("保存对应关系"), right="mapping.change")
def add_mapping(act: Act, county: Organisation, *, title: str, text: str) -> TableMapping:
    """Keep a mapping for the county; refused with the lines of its slips where it cannot be used."""
    made = TableMapping(county=county, text=_usable(text), made_by=act.person, changed_by=act.person)
    made.title = _free_title(made, title)
    made.save()
    return made


@action("mapping.rename", gettext_lazy("改名对应关系"), right="mapping.change")
def rename_mapping(act: Act, mapping: TableMapping, *, title: str, seen: str = "") -> TableMapping:
    """Call a mapping otherwise."""
    must_be_seen(seen, mapping.mark())
    mapping.title = _free_title(mapping, title)
    _changed(act, mapping)
    return mapping


@action("mapping.replace", gettext_lazy("更换对应关系"), right="mapping.change")
def replace_mapping(act: Act, mapping: TableMapping, *, text: str, seen: str = "") -> TableMapping:
    """Give a mapping another text; files that were given to it before are read as they were."""
    must_be_seen(seen, mapping.mark())
    mapping.text = _usable(text)
    _changed(act, mapping)
    return mapping


@action("mapping.withdraw", gettext_lazy("停用对应关系"), right="mapping.change")
def withdraw_mapping(act: Act, mapping: TableMapping) -> TableMapping:
    """Offer a mapping no longer; files that were given to it before are read as they were."""
    mapping.withdrawn = True
    _changed(act, mapping)
    return mapping


@action("mapping.restore", gettext_lazy("恢复对应关系"), right="mapping.change")
def restore_mapping(act: Act, mapping: TableMapping) -> TableMapping:
    """Offer a withdrawn mapping again."""
    mapping.title = _free_title(mapping, mapping.title)
    mapping.withdrawn = False
    _changed(act, mapping)
    return mapping


@action("submission.map", gettext_lazy("按对应关系读取"), right="submission.change")
def map_files(
    act: Act,
    submission: Submission,
    sources: Sequence[SourceFile],
    *,
    title: str,
    text: str,
    origin: str = "",
    year: int | None = None,
) -> Submission:
    """Read files of a submission through a mapping, whose text stays with them as it is now.

    ``year`` is the school year of files that say none; refused where the mapping may ask for it and there is none.
    """
    must_be_open(submission)
    _usable(text)
    asks = foreign.asks_year(text)
    if asks and (year is None or year not in YEARS):
        raise Refused(_("请填写学年，如 2025 表示 2025—2026 学年。"))
    persons = foreign.names_persons(text)
    kept = {each.pk: each for each in submission.files.filter(removed=False, gone=False)}
    if not sources or any(each.pk not in kept for each in sources):
        raise Refused(_("这个文件不在这次报送里。"))
    for each in sources:
        source = kept[each.pk]
        source.persons = source.persons or persons or names_persons(submission, source)
        source.save()
        mapped = Mapped.objects.filter(file=source).first() or Mapped(file=source)
        mapped.title, mapped.text, mapped.origin = title.strip()[:LONGEST_TITLE], text, origin
        mapped.year, mapped.by, mapped.at = year if asks else None, act.person, clock.now()
        mapped.save()
    act.details |= {"files": [each.name for each in sources], "mapping": title}
    changed(act, submission)
    return submission


@action("submission.unmap", gettext_lazy("不再按对应关系读取"), right="submission.change")
def unmap_file(act: Act, source: SourceFile) -> SourceFile:
    """Read a file as one of our own tables again."""
    submission = Submission.objects.select_for_update().get(pk=source.submission_id)
    must_be_open(submission)
    if mapped := Mapped.objects.filter(file=source).first():
        mapped.delete()
        changed(act, submission)
    return source


def _changed(act: Act, mapping: TableMapping) -> None:
    mapping.changed_by, mapping.changed_at = act.person, clock.now()
    mapping.save()


def _free_title(mapping: TableMapping, title: str) -> str:
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise Refused(_("请写一个名称，最多 {limit} 个字。").format(limit=LONGEST_TITLE))
    same = TableMapping.objects.filter(county=mapping.county, title=title, withdrawn=False).exclude(pk=mapping.pk)
    if same.exists():
        raise Refused(_("已经有叫“{title}”的对应关系，请换一个名称。").format(title=title))
    return title


def _usable(text: str) -> str:
    """The text, if it is a mapping; refused with what is wrong in which line."""
    if len(text) > foreign.LONGEST_TEXT or "\0" in text:
        raise Refused(_("这个文件太大，不像是对应关系。"))
    try:
        foreign.names_persons(text)
    except MappingError as error:
        raise Refused(error.say(spoken())) from None
    return text
