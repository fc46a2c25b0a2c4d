"""The facts for reading: the present snapshot of a county, its tables, and its assessments, kept in memory.

A snapshot and an assessment never change, so that what was read once serves every page after.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache

import msgspec
from django.db.models import F

from jiaoheng import typed
from jiaoheng.county import County
from jiaoheng.county import snapshots as frozen
from jiaoheng.findings import Assessment
from jiaoheng.ledger import store
from jiaoheng.ledger.models import Assessed, Organisation, Snapshot

NATIONAL = "cn-2017"


def latest_snapshot(county: Organisation) -> Snapshot | None:
    """The county's present facts: the snapshot that was accepted last."""
    return Snapshot.objects.filter(county=county).order_by("pk").last()


def snapshot_named(county: Organisation, name: str) -> Snapshot:
    """The snapshot of this name; where facts came back to what they were before, the one accepted last.

    Raises ``Snapshot.DoesNotExist``.
    """
    return Snapshot.objects.filter(county=county, name=name).latest("pk")


def assessed_snapshot(county: Organisation, standard: str = NATIONAL) -> Snapshot | None:
    """The last snapshot whose assessment is done; while a new one is being assessed, the one before it.

    It is done with the latest school year, which is assessed last.
    """
    done = Assessed.objects.filter(snapshot__county=county, standard=standard, year=F("snapshot__year"))
    return Snapshot.objects.filter(pk__in=done.values("snapshot")).order_by("pk").last()


def tables(snapshot: Snapshot) -> County:
    """The tables of a snapshot.

    Raises ``county.snapshots.SnapshotError`` where a file is missing or altered.
    """
    return _tables(snapshot.county.code, snapshot.name)


def assessment(snapshot: Snapshot, standard: str = NATIONAL, year: int | None = None) -> Assessment | None:
    """What a snapshot is worth in a year, by default its latest; None while that is not reckoned."""
    kept = Assessed.objects.filter(snapshot=snapshot, standard=standard)
    if year is not None:
        kept = kept.filter(year=year)
    key = kept.order_by("-year").values_list("pk", "made_at").first()
    return _assessment(*key) if key else None


def assessments(snapshot: Snapshot, standard: str = NATIONAL) -> Mapping[int, Assessment]:
    """What a snapshot is worth in each of its years, earliest first."""
    kept = Assessed.objects.filter(snapshot=snapshot, standard=standard).order_by("year")
    return {year: _assessment(key, made) for key, year, made in kept.values_list("pk", "year", "made_at")}


def pack(assessment: Assessment) -> bytes:
    """An assessment as it is kept."""
    return zlib.compress(msgspec.json.encode(assessment))


@lru_cache(maxsize=8)
def _tables(code: str, name: str) -> County:
    return frozen.read(store.snapshots(code) / name)


@lru_cache(maxsize=64)
def _assessment(key: int, made: object) -> Assessment:
    data = bytes(Assessed.objects.values_list("data", flat=True).get(pk=key))
    return typed.decode(zlib.decompress(data), Assessment)
