"""The events of a row as people read them: who, when, what, and each field before and after in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.apps import apps
from django.db.models import DateField, DateTimeField, Field, ForeignKey, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger.actions import REGISTRY
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models import Change, Event, Task
from jiaoheng.ledger.spoken import spoken
from jiaoheng.ledger.targets import task_title

LONGEST = 200
_LABELS: dict[str, Any] = {
    "asked_year": gettext_lazy("请报的学年"),
    "answer": gettext_lazy("报来的数据"),
    "path": gettext_lazy("位置"),
    "organisation": gettext_lazy("单位"),
    "school": gettext_lazy("学校"),
    "county": gettext_lazy("县"),
    "password": gettext_lazy("密码"),
    "token": gettext_lazy("存放编号"),
    "revision": gettext_lazy("改动次数"),
    "checked": gettext_lazy("已检查到"),
    "base": gettext_lazy("所依据的快照"),
    "summary": gettext_lazy("检查结果"),
    "created_by": gettext_lazy("建立人"),
    "created_at": gettext_lazy("建立时间"),
    "changed_at": gettext_lazy("修改时间"),
    "submission": gettext_lazy("报送"),
    "name": gettext_lazy("名称"),
    "stored": gettext_lazy("存放名"),
    "size": gettext_lazy("大小（字节）"),
    "sha256": gettext_lazy("校验值"),
    "added_by": gettext_lazy("上传人"),
    "added_at": gettext_lazy("上传时间"),
    "file": gettext_lazy("文件"),
    "sheet": gettext_lazy("工作表"),
    "row": gettext_lazy("行"),
    "column": gettext_lazy("列"),
    "value": gettext_lazy("值"),
    "by": gettext_lazy("办理人"),
    "at": gettext_lazy("时间"),
    "waiting": gettext_lazy("待处理行数"),
    "accepted_by": gettext_lazy("采纳人"),
    "snapshot": gettext_lazy("数据快照"),
    "sourceorder": gettext_lazy("来源先后"),
    "standard": gettext_lazy("标准"),
    "year": gettext_lazy("学年"),
    "verdict": gettext_lazy("结论"),
    "data": gettext_lazy("测算数据"),
    "made_at": gettext_lazy("完成时间"),
    "inputs": gettext_lazy("参数"),
    "asked_by": gettext_lazy("发起人"),
    "asked_at": gettext_lazy("发起时间"),
    "visit": gettext_lazy("督导检查"),
    "figure": gettext_lazy("指标"),
    "stage": gettext_lazy("学段"),
    "submitted_by": gettext_lazy("提交人"),
    "submitted_at": gettext_lazy("提交时间"),
    "closed_by": gettext_lazy("销号人"),
    "closed_at": gettext_lazy("销号时间"),
    "proof": gettext_lazy("验收依据"),
    "task": gettext_lazy("任务"),
    "kind": gettext_lazy("类型"),
    "id": gettext_lazy("编号"),
    "result": gettext_lazy("检查结果"),
    "removed": gettext_lazy("已移出"),
    "persons": gettext_lazy("是人员名单"),
    "gone": gettext_lazy("原件已删除"),
    "title": gettext_lazy("名称"),
    "text": gettext_lazy("内容"),
    "origin": gettext_lazy("来源"),
    "withdrawn": gettext_lazy("已停用"),
    "made_by": gettext_lazy("建立人"),
    "changed_by": gettext_lazy("修改人"),
    "target": gettext_lazy("测算发现"),
    "item": gettext_lazy("指标"),
    "found": gettext_lazy("发现时的情况"),
    "again_of": gettext_lazy("前一次的任务"),
    "rule": gettext_lazy("派单规则"),
    "point": gettext_lazy("检查发现的问题"),
    "document": gettext_lazy("规划文件"),
    "commitment": gettext_lazy("承诺"),
    "digest": gettext_lazy("正文校验值"),
    "start": gettext_lazy("原文起点"),
    "end": gettext_lazy("原文终点"),
    "score": gettext_lazy("匹配程度"),
    "total": gettext_lazy("预算总额（分）"),
    "scale": gettext_lazy("同比例压减"),
    "allocated": gettext_lazy("分配合计（分）"),
    "run": gettext_lazy("计算"),
    "projection": gettext_lazy("学位推算"),
    "scenario": gettext_lazy("方案"),
}
"""Labels of fields that carry none themselves."""
KINDS: dict[str, Any] = {
    "organisation": gettext_lazy("单位"),
    "coverage": gettext_lazy("所辖学校"),
    "person": gettext_lazy("人员账号"),
    "membership": gettext_lazy("角色"),
    "submission": gettext_lazy("报送"),
    "sourcefile": gettext_lazy("报送的文件"),
    "mended": gettext_lazy("页面上的改正"),
    "mapped": gettext_lazy("文件的读法"),
    "tablemapping": gettext_lazy("对应关系"),
    "snapshot": gettext_lazy("数据快照"),
    "sourceorder": gettext_lazy("来源先后"),
    "assessed": gettext_lazy("测算结果"),
    "run": gettext_lazy("计算"),
    "visit": gettext_lazy("督导检查"),
    "point": gettext_lazy("检查发现的问题"),
    "recheck": gettext_lazy("复查"),
    "task": gettext_lazy("任务"),
    "support": gettext_lazy("配合单位"),
    "comment": gettext_lazy("意见"),
    "evidence": gettext_lazy("佐证材料"),
    "taskrule": gettext_lazy("派单规则"),
    "plandocument": gettext_lazy("规划文件"),
    "commitment": gettext_lazy("承诺"),
    "mention": gettext_lazy("提到的学校"),
    "planstandard": gettext_lazy("规划的标准"),
    "fundingrules": gettext_lazy("公用经费规则"),
    "fundingdecision": gettext_lazy("公用经费分配"),
    "costedition": gettext_lazy("成本表"),
    "projection": gettext_lazy("学位推算"),
    "scenario": gettext_lazy("方案"),
    "adoptedmove": gettext_lazy("采纳的举措"),
    "plannedgroup": gettext_lazy("规划的教共体"),
}
"""What the kinds of guarded rows are called."""


class Difference(msgspec.Struct, frozen=True):
    """A field of a row before and after; empty text for nothing."""

    label: str
    before: str
    after: str


class Touched(msgspec.Struct, frozen=True):
    """A row that an event touched: its kind, its key, what happened to it and its fields that differ."""

    kind: str
    key: str
    happened: str
    changes: tuple[Difference, ...]


class Told(msgspec.Struct, frozen=True):
    """An event for reading; ``parts/timeline.html`` shows a list of them."""

    number: int
    at: datetime
    who: str
    roles: str
    text: str
    label: str
    touched: tuple[Touched, ...]
    made: tuple[tuple[str, int], ...] = ()
    removed: tuple[tuple[str, int], ...] = ()
    """How many rows of which kind were made or taken away, beyond those in ``touched`` too."""

    @property
    def changes(self) -> list[Difference]:
        """All differences in one list, without those of rows that were made or taken away whole."""
        return [change for row in self.touched if row.happened == "changed" for change in row.changes]


def history(*rows: Guarded, limit: int = 50) -> list[Told]:
    """The latest events that touched any of these rows, the last first. The rows' own visibility is the caller's."""
    touching, about = Q(pk__in=[]), Q(pk__in=[])
    for row in rows:
        this = Q(object_type=row._meta.model_name, object_id=str(row.pk))
        touching, about = touching | this, about | this
    numbers = Change.objects.filter(touching).values("event")
    events = Event.objects.filter(Q(pk__in=numbers) | about).order_by("-number")[:limit]
    return tell(events, only={(str(row._meta.model_name), str(row.pk)) for row in rows})


def tell(events: Iterable[Event], only: set[tuple[str, str]] | None = None, rows: int = 20) -> list[Told]:
    """Events in words, with at most so many rows each; ``only`` leaves other rows' changes out."""
    listed = list(events)
    changes: dict[int, list[Change]] = {}
    found = Change.objects.filter(event__in=[event.pk for event in listed]).order_by("pk")
    for change in found:
        if only is None or (change.object_type, change.object_id) in only:
            changes.setdefault(change.event_id, []).append(change)
    people = {event.person_id: event.person for event in _with_people(listed)}
    tasks = _tasks(listed)
    names = _Names()
    shown = {key: kept[:rows] for key, kept in changes.items()}
    names.fetch(change for kept in shown.values() for change in kept)
    return [
        Told(
            number=event.number,
            at=event.at,
            who=str(people[event.person_id]) if event.person_id else _("系统"),
            roles=event.roles,
            text=str(REGISTRY[event.action].label) if event.action in REGISTRY else event.action,
            label=_label(event, tasks),
            touched=tuple(_touched(change, names) for change in shown.get(event.pk, ())),
            made=_counts(change for change in changes.get(event.pk, ()) if change.before is None),
            removed=_counts(change for change in changes.get(event.pk, ()) if change.after is None),
        )
        for event in listed
    ]


def label(field: Field[Any, Any]) -> str:
    """What a field is called: its own label where it has one, else that of the list; raises ``KeyError``."""
    own = str(field.verbose_name)
    return str(_LABELS[field.name]) if own == field.name.replace("_", " ") or own == "ID" else own


def _with_people(events: list[Event]) -> list[Event]:
    prefetch_related_objects(events, "person")
    return events


def _tasks(events: Iterable[Event]) -> dict[str, Task]:
    """The tasks that events are about, by key."""
    keys = {event.object_id for event in events if event.object_type == "task"}
    return {str(task.pk): task for task in Task.objects.filter(pk__in=keys).select_related("school")}


def _label(event: Event, tasks: Mapping[str, Task]) -> str:
    """What an event is about, as it was recorded; a measured task that has kept its title, in the reader's language."""
    task = tasks.get(event.object_id) if event.object_type == "task" else None
    return event.label if task is None or event.label != task.title else task_title(task, spoken())


class _Names:
    """Names of the rows that foreign keys point to, fetched together."""

    def __init__(self) -> None:
        self.known: dict[tuple[type[Any], Any], str] = {}

    def fetch(self, changes: Iterable[Change]) -> None:
        wanted: dict[type[Any], set[Any]] = {}
        for change in changes:
            for field in _fields(change.object_type):
                if isinstance(field, ForeignKey):
                    for state in (change.before, change.after):
                        key = (state or {}).get(field.attname)
                        if key is not None:
                            wanted.setdefault(field.related_model, set()).add(key)
        for model, keys in wanted.items():
            for row in model._default_manager.filter(pk__in=keys):
                self.known[model, row.pk] = str(row)


def _counts(changes: Iterable[Change]) -> tuple[tuple[str, int], ...]:
    counted = Counter(change.object_type for change in changes)
    return tuple((str(KINDS.get(kind, kind)), count) for kind, count in counted.items())


def _touched(change: Change, names: _Names) -> Touched:
    before, after = change.before or {}, change.after or {}
    happened = "made" if change.before is None else "removed" if change.after is None else "changed"
    fields = [field for field in _fields(change.object_type) if before.get(field.attname) != after.get(field.attname)]
    differences = tuple(
        Difference(label(field), _said(field, before, names), _said(field, after, names)) for field in fields
    )
    return Touched(str(KINDS.get(change.object_type, change.object_type)), change.object_id, happened, differences)


def _fields(kind: str) -> Iterator[Field[Any, Any]]:
    """The recorded fields of a model; none for one that no longer exists."""
    model = next((one for one in apps.get_app_config("ledger").get_models() if one._meta.model_name == kind), None)
    if model is not None and issubclass(model, Guarded):
        yield from (field for field in model._meta.concrete_fields if field.name not in model.UNRECORDED)


def _said(field: Field[Any, Any], state: dict[str, Any], names: _Names) -> str:
    """A field's value in words."""
    value = state.get(field.attname)
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, dict) and value.keys() == {"zh", "en"}:
        value = value[spoken()]
    if field.name in getattr(field.model, "DIGESTED", ()):
        return _("（不显示，校验值 {digest}…）").format(digest=str(value)[:8])
    if isinstance(field, ForeignKey):
        return names.known.get((field.related_model, value), str(value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, DateTimeField):
        at = parse_datetime(str(value))
        return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else str(value)
    if isinstance(field, DateField):
        day = parse_date(str(value))
        return date_format(day, "DATE_FORMAT") if day else str(value)
    text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
