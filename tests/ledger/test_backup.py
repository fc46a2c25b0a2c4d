"""A workspace in one file and back: exactly, or not at all and with the reason."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from processes import Workspace, make_database

from jiaoheng.ledger.backup.archive import Archive, BackupError

FOUND = """
import hashlib
from pathlib import Path
from django.conf import settings
from six_schools import county as drawn
from jiaoheng.county import snapshots
from jiaoheng.ledger import store
from jiaoheng.ledger.actions import SYSTEM, found
from jiaoheng.ledger.actions.facts import take_in
from jiaoheng.ledger.actions.organisations import follow_facts
from jiaoheng.ledger.actions.people import add_person
from jiaoheng.ledger.actions.registry import action
from jiaoheng.ledger.submissions import files_folder
from jiaoheng.ledger.models import Evidence, Organisation, SourceFile, Submission, Task

drawn = drawn()
bureau = found(Organisation(kind="county", code=drawn.code, name="六校县教育局"))
take_in(SYSTEM, bureau, snapshots.write(drawn, store.snapshots(drawn.code), source="六校"))
follow_facts(SYSTEM, bureau, drawn)
clerk = add_person(SYSTEM, bureau, username="tianbao", name="田宝", role="officer", password=None)

@action("test.bring", "test", right="task.create")
def bring(act, county):
    common = {"county": county}
    task = Task(title="补齐教室", lead=county, verifier=county, **common)
    task.save()
    token, data = store.token(), b"a photograph" * 1000
    store.evidence(token).parent.mkdir(parents=True)
    store.evidence(token).write_bytes(data)
    size = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    Evidence(task=task, name="照片.jpg", token=token, kind="image/jpeg", by=clerk, **size).save()
    returned = Submission(organisation=county, title="秋季", token=store.token(), created_by=clerk, **common)
    returned.save()
    files_folder(returned).mkdir(parents=True)
    (files_folder(returned) / "0001.xlsx").write_bytes(data)
    SourceFile(submission=returned, name="本县.xlsx", stored="0001.xlsx", added_by=clerk, **size).save()

bring(SYSTEM, bureau)
"""
COMPARED = "SELECT number, at, digest, previous, details FROM ledger_event ORDER BY number"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path]:
    """A workspace with a snapshot, a return and evidence, and its backup."""
    folder = tmp_path_factory.mktemp("kept")
    workspace = Workspace(folder / "home")
    workspace.do("migrate", "-v0")
    workspace.code(FOUND)
    told = workspace.do("backup", str(folder / "kept.zip")).stdout
    assert "kept.zip" in told
    return workspace, folder / "kept.zip"


@pytest.fixture
def new(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "new")


def _files(home: Path) -> dict[str, bytes]:
    folders = ("snapshots", "submissions", "evidence")
    paths = [path for folder in folders for path in (home / folder).rglob("*") if path.is_file()]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}


def _rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """The backup with its members changed, the manifest left as it is unless it is changed too."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target


def _refused(workspace: Workspace, file: Path, why: str) -> None:
    done = workspace.do("restore", str(file), check=False)
    assert done.returncode == 1
    assert why in done.stderr
    assert "Traceback" not in done.stderr
    left = {path.name for path in workspace.home.iterdir()} if workspace.home.exists() else set()
    assert left <= {"secret"}


def test_a_restored_workspace_is_the_same_to_the_last_byte_and_event(
    kept: tuple[Workspace, Path], new: Workspace
) -> None:
    old, file = kept
    told = new.do("restore", str(file)).stdout
    assert "校验值全部相符" in told
    assert "数据快照 1，报送 1，任务 1，佐证 1" in told
    assert "记录链完整" in told
    assert _files(new.home) == _files(old.home)
    assert len(_files(new.home)) > 5
    assert new.sql(COMPARED) == old.sql(COMPARED)
    assert (new.home / "secret").read_text() != (old.home / "secret").read_text()


def test_the_key_that_signs_sessions_is_not_in_the_file(kept: tuple[Workspace, Path]) -> None:
    workspace, file = kept
    secret = (workspace.home / "secret").read_bytes()
    with zipfile.ZipFile(file) as archive:
        assert "secret" not in archive.namelist()
        assert all(secret not in archive.read(name) for name in archive.namelist())
    assert file.stat().st_mode & 0o077 == 0


def test_a_backup_does_not_overwrite(kept: tuple[Workspace, Path]) -> None:
    workspace, file = kept
    before = file.read_bytes()
    done = workspace.do("backup", str(file), check=False)
    assert done.returncode == 1
    assert "已存在" in done.stderr
    assert file.read_bytes() == before


def test_a_home_folder_that_holds_something_is_refused_and_left_as_it_is(kept: tuple[Workspace, Path]) -> None:
    workspace, file = kept
    before = workspace.sql(COMPARED)
    done = workspace.do("restore", str(file), check=False)
    assert done.returncode == 1
    assert "不是空文件夹" in done.stderr
    assert workspace.sql(COMPARED) == before


def test_a_missing_file_is_named(kept: tuple[Workspace, Path], tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members.pop(next(name for name in members if name.startswith("evidence/")))

    with pytest.raises(BackupError, match="缺少 1 个文件，如 evidence/"):
        Archive(_rewritten(kept[1], tmp_path / "x.zip", change))


def test_an_altered_file_is_named(kept: tuple[Workspace, Path], new: Workspace, tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        name = next(name for name in members if name.startswith("evidence/"))
        members[name] = b"another" + members[name][7:]

    _refused(new, _rewritten(kept[1], tmp_path / "x.zip", change), "与清单的校验值不符")


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/outside",
        "evidence/../../outside",
        "evidence\\..\\outside",
        "secret",
        "C:/outside",
        "evidence/.x/y",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(kept: tuple[Workspace, Path], tmp_path: Path, name: str) -> None:
    def change(members: dict[str, bytes]) -> None:
        told = json.loads(members["manifest.json"])
        told["files"].append({"name": name, "size": 1, "sha256": "0" * 64})
        members[name], members["manifest.json"] = b"x", json.dumps(told).encode()

    file = _rewritten(kept[1], tmp_path / "x.zip", change)
    with pytest.raises(BackupError, match="不该有的文件"):
        Archive(file)
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_a_file_that_unpacks_to_more_than_it_says_is_stopped(kept: tuple[Workspace, Path], tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        name = next(name for name in members if name.startswith("evidence/"))
        members[name] = bytes(50 * 2**20)

    archive = Archive(_rewritten(kept[1], tmp_path / "x.zip", change))
    with pytest.raises(BackupError, match="校验值不符"):
        archive.unpack(tmp_path / "out")
    archive.close()
    sizes = [path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert max(sizes) < 3 * 2**20


def test_a_damaged_backup_is_refused_wherever_the_damage_is(kept: tuple[Workspace, Path], tmp_path: Path) -> None:
    """Bytes flipped or cut off: a reason, or (damage in a date, say) the very same files; never a traceback."""
    whole, drawn = kept[1].read_bytes(), random.Random(7)
    with zipfile.ZipFile(kept[1]) as archive:
        right = {name: archive.read(name) for name in archive.namelist()}
    refused = 0
    for attempt in range(60):
        data = bytearray(whole)
        if attempt % 4 == 0:
            del data[drawn.randrange(len(data)) :]
        else:
            # The last two thousand bytes are the directory, where every byte matters.
            place = drawn.randrange(len(data)) if attempt % 2 else len(data) - 1 - drawn.randrange(2000)
            data[place] ^= 1 << drawn.randrange(8)
        file, out = tmp_path / "x.zip", tmp_path / f"out{attempt}"
        file.write_bytes(data)
        try:
            found = Archive(file)
        except BackupError:
            refused += 1
            continue
        try:
            found.unpack(out)
            assert {name: (out / name).read_bytes() for name in right if name != "manifest.json"} == {
                name: data for name, data in right.items() if name != "manifest.json"
            }
        except BackupError:
            refused += 1
        finally:
            found.close()
            shutil.rmtree(out, ignore_errors=True)
    assert refused > 40


def test_what_was_wrong_when_it_was_kept_is_told_and_nothing_is_thrown_away(
    kept: tuple[Workspace, Path], tmp_path: Path
) -> None:
    shutil.copytree(kept[0].home, tmp_path / "home")
    spoilt = Workspace(tmp_path / "home")
    spoilt.sql("UPDATE ledger_task SET title = 'x'")
    next(path for path in (spoilt.home / "evidence").rglob("*") if path.is_file()).unlink()
    spoilt.do("backup", str(tmp_path / "kept.zip"))
    new = Workspace(tmp_path / "new")
    done = new.do("restore", str(tmp_path / "kept.zip"), check=False)
    assert done.returncode == 1
    assert "被绕过系统改动" in done.stdout
    assert "缺少 evidence/" in done.stdout
    assert "2 处问题" in done.stderr
    assert new.sql("SELECT title FROM ledger_task") == [("x",)]


@pytest.fixture
def on_postgres(postgres: str, tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home", make_database(postgres))


@pytest.mark.slow
def test_postgresql_is_kept_and_restored_exactly(on_postgres: Workspace, postgres: str, tmp_path: Path) -> None:
    old = on_postgres
    old.do("migrate", "-v0")
    old.code(FOUND)
    file = tmp_path / "kept.zip"
    old.do("backup", str(file))
    other = Workspace(tmp_path / "sqlite")
    assert "postgresql" in other.do("restore", str(file), check=False).stderr
    full = Workspace(tmp_path / "full", old.database)
    assert "不是空的" in full.do("restore", str(file), check=False).stderr
    new = Workspace(tmp_path / "new", make_database(postgres))
    assert "记录链完整" in new.do("restore", str(file)).stdout
    assert new.sql(COMPARED) == old.sql(COMPARED)
    assert _files(new.home) == _files(old.home)
    # Numbers go on where they were: the next event is the next, not the first.
    told = new.code(
        "from jiaoheng.ledger.actions import SYSTEM\n"
        "from jiaoheng.ledger.actions.organisations import add_organisation\n"
        "from jiaoheng.ledger.models import Event, Organisation\n"
        "add_organisation(SYSTEM, Organisation.objects.get(kind='county'), kind='section', name='x')\n"
        "print(Event.objects.count())"
    )
    assert told == len(old.sql(COMPARED)) + 1
