from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from counties import CENTRAL, batch, clean_county, clean_rows, row_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiaoheng.county import County, Gap, Problem, admit, build, schema, snapshots
from jiaoheng.county.snapshots import LATEST, MANIFEST, SnapshotError, is_snapshot, locate, manifest, read, write
from jiaoheng.county.waiting import read_waiting, waiting_file

AROUND = {"type": "Polygon", "coordinates": [[[113.2, 34.3], [113.6, 34.3], [113.6, 34.7], [113.2, 34.3]]]}


def _county(**also: Any) -> County:
    return build(clean_rows(), **also)


def _other() -> County:
    rows = clean_rows()
    row_of(rows, "staff", school_id=CENTRAL, year=2025)["teachers"] = 31
    return build(rows)


def _same(one: County, other: County) -> bool:
    tables = all(one[name].equals(other[name]) for name in schema().tables)
    return tables and (one.boundaries, one.gaps) == (other.boundaries, other.gaps)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What is written is read.


def test_a_county_is_read_as_it_was_written(tmp_path: Path) -> None:
    county = _county(boundaries=AROUND, gaps=[Gap("staff", CENTRAL, 2024), Gap("places")])
    folder = write(county, tmp_path, source="county.xlsx", problems=(Problem(code="cohort_flow"),) * 2)
    for path in (tmp_path, folder):
        found = read(path)
        assert _same(found, county)
        assert found.snapshot == folder.name
    about = manifest(tmp_path)
    assert (about.county_code, about.county_name, about.years) == ("410999", "望岚县", (2023, 2024, 2025))
    assert (about.source, about.problems, about.waiting_rows) == ("county.xlsx", {"cohort_flow": 2}, 0)


def test_the_name_says_county_year_and_contents(tmp_path: Path) -> None:
    assert write(clean_county(), tmp_path).name.startswith("410999-2025-")


def test_an_empty_county_is_kept_too(tmp_path: Path) -> None:
    empty = build({})
    folder = write(empty, tmp_path)
    assert folder.name.startswith("county-0-")
    assert _same(read(tmp_path), empty)


@pytest.mark.parametrize("code", ["../../evil", "县" * 200, "a" * 300, "..", "CON/1"])
def test_no_county_code_leads_out_of_the_store(tmp_path: Path, code: str) -> None:
    store = tmp_path / "store"
    rows = clean_rows()
    rows["county"][0]["county_code"] = code
    folder = write(build(rows), store)
    assert folder.parent == store
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
    assert read(store).code == code


def test_what_no_check_would_let_through_is_kept_as_it_is(tmp_path: Path) -> None:
    rows = clean_rows()
    rows["enrolment"] = [{"school_id": None, "year": -5, "grade": None}]
    rows["facilities"][0]["teaching_area"] = float("nan")
    write(build(rows), tmp_path)
    assert read(tmp_path)["facilities"]["teaching_area"].to_pylist()[0] != 0
    assert read(tmp_path).years == (-5,)


def test_a_store_is_told_from_other_folders(tmp_path: Path) -> None:
    assert not is_snapshot(tmp_path)
    folder = write(clean_county(), tmp_path)
    assert is_snapshot(tmp_path)
    assert is_snapshot(folder)


# The same facts, the same name; never changed.


def test_the_same_facts_get_the_same_name_whatever_their_order_and_chunks(tmp_path: Path) -> None:
    rows = clean_rows()
    names = {write(build(rows), tmp_path).name}
    for table in rows.values():
        table.reverse()
    names.add(write(build(rows), tmp_path).name)
    county = clean_county()
    chunked = {name: pa.concat_tables([table.slice(0, 2), table.slice(2)]) for name, table in county.tables.items()}
    names.add(write(County(chunked), tmp_path).name)
    names.add(write(read(tmp_path), tmp_path / "again").name)
    assert len(names) == 1


@given(st.sampled_from([(t.name, c) for t in schema().tables.values() for c in t.columns]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_other_fact_gets_another_name(tmp_path: Path, cell: tuple[str, Any]) -> None:
    table, column = cell
    rows = clean_rows()
    values = {"integer": 7777, "year": 2077, "number": 0.125, "boolean": None, "code": None, "codes": None}
    rows[table][0][column.name] = values.get(column.type, "another")
    changed = build(rows)
    unchanged = changed[table].equals(clean_county()[table])
    assert (snapshots._facts(changed) == snapshots._facts(clean_county())) == unchanged


@pytest.mark.parametrize("also", [{"boundaries": AROUND}, {"gaps": [Gap("staff")]}, {"gaps": [Gap("staff", "1")]}])
def test_boundaries_and_gaps_are_facts_too(tmp_path: Path, also: dict[str, Any]) -> None:
    assert write(_county(**also), tmp_path).name != write(_county(), tmp_path).name


def test_blank_and_zero_and_not_a_number_are_different_facts(tmp_path: Path) -> None:
    names = set()
    for value in (None, 0.0, -1.0, float("nan")):
        rows = clean_rows()
        rows["facilities"][0]["teaching_area"] = value
        names.add(write(build(rows), tmp_path).name)
    assert len(names) == 4


def test_writing_again_changes_no_byte_of_a_snapshot(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path, source="first")
    before = _contents(folder)
    write(_other(), tmp_path)
    write(clean_county(), tmp_path, source="second", problems=(Problem(code="cohort_flow"),))
    assert _contents(folder) == before
    assert locate(tmp_path) == folder


def test_the_latest_is_the_one_written_last_and_the_older_stays(tmp_path: Path) -> None:
    first, second = write(clean_county(), tmp_path), write(_other(), tmp_path)
    assert locate(tmp_path) == second
    assert _same(read(first), clean_county())
    assert _same(read(tmp_path), _other())


def test_nothing_is_left_behind_but_the_snapshot(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([folder.name, LATEST])


def test_reading_does_not_write(tmp_path: Path) -> None:
    write(clean_county(), tmp_path)
    before = _contents(tmp_path)
    read(tmp_path)
    assert _contents(tmp_path) == before


# Damage of every kind is found.


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [_flip, _cut, _empty, Path.unlink])
@pytest.mark.parametrize("name", ["enrolment.parquet", "boundaries.geojson", MANIFEST])
def test_a_file_damaged_in_any_way_is_found(tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    folder = write(_county(boundaries=AROUND), tmp_path)
    damage(folder / name)
    for path in (folder, tmp_path):
        with pytest.raises(SnapshotError):
            read(path)


def test_the_error_names_the_file(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path)
    _flip(folder / "schools.parquet")
    with pytest.raises(SnapshotError, match=r"schools\.parquet: altered or damaged"):
        read(tmp_path)


def test_a_file_exchanged_for_that_of_another_snapshot_is_found(tmp_path: Path) -> None:
    one, other = write(clean_county(), tmp_path), write(_other(), tmp_path)
    shutil.copy(one / "staff.parquet", other / "staff.parquet")
    with pytest.raises(SnapshotError, match=r"staff\.parquet"):
        read(tmp_path)


def _edit(folder: Path, **changes: Any) -> None:
    about = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**about, **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    "changes",
    [
        {"county_name": "别县"},
        {"county_code": "410998"},
        {"years": [2025]},
        {"source": "other.xlsx"},
        {"created": "2000-01-01T00:00:00+00:00"},
        {"problems": {}},
        {"waiting_rows": 0},
        {"gaps": []},
        {"files": []},
        {"facts": "0" * 64},
        {"id": "410999-2025-000000000000"},
        {"seal": ""},
        {"format": 2},
        {"format": "1"},
        {"more": 1},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_an_edited_manifest_is_found(tmp_path: Path, changes: dict[str, Any]) -> None:
    rows = clean_rows()
    row_of(rows, "staff", school_id=CENTRAL, year=2025)["certified"] = 99
    admission = admit(batch(rows))
    folder = write(admission.county, tmp_path, problems=admission.problems, rejected=admission.rejected)
    read(tmp_path)
    _edit(folder, **changes)
    for path in (folder, tmp_path):
        with pytest.raises(SnapshotError, match=r"manifest\.json"):
            read(path)


def test_a_manifest_written_by_a_later_program_is_told_as_that(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path)
    _edit(folder, format=2, layers=["new"])
    with pytest.raises(SnapshotError, match="format 2, this program reads 1"):
        manifest(folder)


def _resealed(folder: Path, **changes: Any) -> None:
    """A manifest whose seal is right for what it says, as another program might write it."""
    about = snapshots.msgspec.structs.replace(manifest(folder), **changes)
    about = snapshots.msgspec.structs.replace(about, seal=snapshots._seal(about))
    (folder / MANIFEST).write_bytes(snapshots.msgspec.json.encode(about))


def _with_file(folder: Path, name: str, data: bytes, rows: int | None) -> None:
    (folder / name).write_bytes(data)
    kept = tuple(file for file in manifest(folder).files if file.name != name)
    entry = snapshots.File(name, snapshots._digest(folder / name), rows)
    _resealed(folder, files=(*kept, entry))


def test_a_file_that_is_sealed_but_unreadable_is_told_and_not_a_traceback(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path)
    _with_file(folder, "staff.parquet", b"PAR1 no parquet", 15)
    with pytest.raises(SnapshotError, match=r"staff\.parquet: unreadable"):
        read(tmp_path)
    _with_file(folder, "boundaries.geojson", b"{", None)
    (folder / "staff.parquet").unlink()
    _resealed(folder, files=tuple(file for file in manifest(folder).files if file.name != "staff.parquet"))
    with pytest.raises(SnapshotError, match=r"boundaries\.geojson: unreadable"):
        read(tmp_path)


def _parquet(tmp_path: Path, columns: dict[str, Any]) -> bytes:
    pq.write_table(pa.table(columns), tmp_path / "made.parquet")
    return (tmp_path / "made.parquet").read_bytes()


def test_a_table_of_another_number_of_rows_or_unknown_columns_or_wrong_types_is_told(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path / "store")
    for columns, rows, said in (
        ({"place_id": ["1"]}, 2, "1 rows, the manifest says 2"),
        ({"place_id": ["1"], "colour": ["red"]}, 1, "colour"),
        ({"place_id": ["1"], "population": ["many"]}, 1, "unreadable"),
    ):
        _with_file(folder, "places.parquet", _parquet(tmp_path, columns), rows)
        with pytest.raises(SnapshotError, match=said):
            read(folder)


def test_a_table_that_the_program_does_not_know_is_not_dropped_in_silence(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path)
    _with_file(folder, "canteens.parquet", b"", 0)
    with pytest.raises(SnapshotError, match="canteens"):
        read(folder)


def test_an_older_snapshot_lacks_columns_that_are_then_null(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path / "store")
    _with_file(folder, "places.parquet", _parquet(tmp_path, {"place_id": ["410999"]}), 1)
    assert read(folder)["places"].to_pylist() == [
        {"place_id": "410999", "name": None, "level": None, "parent_id": None, "lon": None, "lat": None,
         "population": None}
    ]  # fmt: skip


def test_a_half_written_snapshot_is_never_read(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path)
    half = folder.rename(tmp_path / ".writing-abc")
    with pytest.raises(SnapshotError, match="half-written"):
        read(half)
    (half / MANIFEST).unlink()
    with pytest.raises(SnapshotError):
        read(half)
    with pytest.raises(SnapshotError, match="LATEST"):
        read(tmp_path)


def test_a_folder_without_anything_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="not a snapshot"):
        read(tmp_path)
    with pytest.raises(SnapshotError, match="not a snapshot"):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name",
    [b"", b"nonsense", b"..", b".", b"../outside", b"/", b"410999-2025-000000000000", b"\xff\xfe", b"a\x00b",
     b".writing-abc", b"410999-2025-3f9ac2d1b7e4/../..", b"x" * 10_000],
)  # fmt: skip
def test_a_pointer_that_names_nonsense_is_told(tmp_path: Path, name: bytes) -> None:
    store = tmp_path / "store"
    write(clean_county(), store)
    # What an escape would find: a snapshot outside the store, and one in the folder above.
    shutil.copytree(locate(store), tmp_path / "outside")
    for path in (tmp_path / "outside").iterdir():
        shutil.copy(path, tmp_path / path.name)
    (store / LATEST).write_bytes(name)
    with pytest.raises(SnapshotError, match="LATEST"):
        read(store)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_a_pointer_to_a_link_out_of_the_store_is_refused(tmp_path: Path) -> None:
    outside = write(clean_county(), tmp_path / "elsewhere")
    store = tmp_path / "store"
    store.mkdir()
    (store / outside.name).symlink_to(outside, target_is_directory=True)
    (store / LATEST).write_text(outside.name, encoding="utf-8")
    with pytest.raises(SnapshotError, match="LATEST"):
        read(store)


def test_a_snapshot_under_another_ones_name_is_found(tmp_path: Path) -> None:
    one, other = write(clean_county(), tmp_path), write(_other(), tmp_path)
    shutil.rmtree(other)
    one.rename(other)
    with pytest.raises(SnapshotError, match="another one than its name says"):
        read(tmp_path)


def test_a_damaged_snapshot_is_mended_by_importing_the_same_facts_again(tmp_path: Path) -> None:
    folder = write(clean_county(), tmp_path)
    _flip(folder / "schools.parquet")
    assert write(clean_county(), tmp_path) == folder
    assert _same(read(tmp_path), clean_county())


# Writing that fails leaves the old.


@pytest.mark.parametrize("fails", ["write_table", "put", "settle", "replace"])
def test_a_write_that_fails_leaves_the_old_snapshot_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    old = write(clean_county(), tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        target = {
            "write_table": (snapshots.pq, "write_table"),
            "put": (snapshots.files, "put"),
            "settle": (Path, "rename"),
            "replace": (snapshots.files.os, "replace"),
        }[fails]
        patched.setattr(*target, full)
        with pytest.raises(OSError, match="no space"):
            write(_other(), tmp_path)
    assert locate(tmp_path) == old
    assert _same(read(tmp_path), clean_county())
    assert not list(tmp_path.glob(".writing-*"))


def test_another_writer_of_the_same_facts_in_the_same_moment_is_as_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        if not target.exists() and target.name.startswith("410999"):
            shutil.copytree(self, target)  # the other one was there a moment earlier
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    folder = write(clean_county(), tmp_path)
    assert _same(read(folder), clean_county())
    assert not list(tmp_path.glob(".writing-*"))


def test_what_a_killed_import_left_is_swept_after_a_day_and_not_before(tmp_path: Path) -> None:
    tmp_path.mkdir(exist_ok=True)
    for name, hours in (("old", 25), ("young", 1)):
        left = tmp_path / f".writing-{name}"
        left.mkdir()
        (left / "staff.parquet").write_bytes(b"x")
        pointer = tmp_path / f".writing-{name}-pointer"
        pointer.write_bytes(b"x")
        for path in (left, pointer):
            os.utime(path, (time.time() - hours * 3600,) * 2)
    write(clean_county(), tmp_path)
    assert sorted(path.name for path in tmp_path.glob(".writing-*")) == [".writing-young", ".writing-young-pointer"]


# Rows that wait lie beside it.


def test_rejected_rows_are_kept_beside_the_snapshot(tmp_path: Path) -> None:
    rows = clean_rows()
    row_of(rows, "staff", school_id=CENTRAL, year=2025)["certified"] = 99
    admission = admit(batch(rows))
    folder = write(admission.county, tmp_path, problems=admission.problems, rejected=admission.rejected)
    (row,) = read_waiting(waiting_file(tmp_path, folder.name))
    assert row.cells["certified"] == "99"
    assert manifest(tmp_path).waiting_rows == 1
    assert read(tmp_path).gaps == (Gap("staff", CENTRAL, 2025, (CENTRAL, "2025", "primary")),)


def test_a_manifest_from_before_gaps_had_keys_is_still_whole(tmp_path: Path) -> None:
    folder = write(_county(gaps=[Gap("staff", CENTRAL, 2025)]), tmp_path)
    stored = json.loads((folder / "manifest.json").read_bytes())
    stored["gaps"] = [{name: gap[name] for name in ("table", "subject", "year")} for gap in stored["gaps"]]
    stored["seal"] = ""
    stored["seal"] = hashlib.sha256(msgspec.json.encode(stored)).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(stored))
    assert read(tmp_path).gaps == (Gap("staff", CENTRAL, 2025),)
    stored["gaps"] = []
    (folder / "manifest.json").write_text(json.dumps(stored))
    with pytest.raises(SnapshotError, match="seal"):
        read(tmp_path)


def test_without_rejected_rows_there_is_no_such_file(tmp_path: Path) -> None:
    write(clean_county(), tmp_path)
    assert not list(tmp_path.glob("*.csv"))


def test_the_snapshot_becomes_the_latest_only_after_its_waiting_rows_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write(clean_county(), tmp_path)
    rows = clean_rows()
    row_of(rows, "staff", school_id=CENTRAL, year=2025)["certified"] = 99
    admission = admit(batch(rows))

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(snapshots, "write_waiting", full)
    with pytest.raises(OSError, match="no space"):
        write(admission.county, tmp_path, rejected=admission.rejected)
    assert locate(tmp_path) == old
