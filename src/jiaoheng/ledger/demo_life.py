"""Life in the demo county: ten weeks of the ledger, told day by day through the actions, by the people of the cast.

It begins with an earlier state of the facts, in which three schools lack what they have since bought, so that their
tasks can close by the figures of the later one.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import msgspec
import pyarrow as pa
from django.core.files.base import ContentFile
from django.utils import timezone

from jiaoheng.county import County
from jiaoheng.ledger import clock, demo_funds, demo_plans, targets
from jiaoheng.ledger.actions import Actor, evidence, inspections, task_rules, task_states, tasks
from jiaoheng.ledger.actions.inspections import Found, Outcome
from jiaoheng.ledger.models import Organisation, Person, Task, Visit

FIRST, ACCEPTED = 75, 12
"""Days ago that the earlier facts were taken in, and the later ones."""
_LACKED = {
    ("2141990009", "multimedia_rooms"): 20,
    ("2141990006", "equipment_value"): 1_500_000.0,
    ("2141990010", "music_rooms"): 1,
}
"""School and column of what was less in the earlier facts' last year."""


def earlier(drawn: County) -> County:
    """The county before three of its schools were equipped."""
    year = drawn.years[-1]
    rows = drawn["facilities"].to_pylist()
    for row in rows:
        for (school, column), value in _LACKED.items():
            if row["school_id"] == school and row["year"] == year:
                row[column] = value
    changed = pa.Table.from_pylist(rows, schema=drawn["facilities"].schema)
    return msgspec.structs.replace(drawn, tables={**drawn.tables, "facilities": changed})


@contextmanager
def days_ago(days: int, hour: int = 9) -> Iterator[date]:
    """Within, it is that many days ago, at this hour."""
    day = timezone.localdate() - timedelta(days=days)
    with clock.told_at(timezone.make_aware(datetime.combine(day, time(hour, 20)))):
        yield day


def begin(bureau: Organisation) -> None:
    """What was done on the earlier facts: rules, tasks from findings, first steps, two visits."""
    with days_ago(74):
        for item, verifier, days in (("1.7", "计划财务股", 60), ("2.3", "计划财务股", 100), ("2.5", "基础教育股", 150)):
            task_rules.add_rule(_as("admin"), bureau, item=item, verifier=_unit(verifier), days=days)
        tasks.apply_rules(bureau)
    with days_ago(72) as day:
        _from_findings(bureau, day)
    with days_ago(70, 15) as day:
        _by_hand(bureau, day)
    with days_ago(61):
        for school, check in (("望岚县实验小学", "2.3.art"), ("望岚县实验小学", "1.7")):
            task_states.start(_as("head"), _measured(school, check))
        task_states.start(_as("head2"), _measured("青石镇中心小学", "1.7"))
        for task in Task.objects.filter(lead=_unit("计划财务股"), item="1.4"):
            task_states.start(_as("jicai"), task)
        task_states.start(_as("jicai"), _titled("差异系数"))
        said = "已请设计单位到校测算，拟把旧食堂改为风雨操场，资金列入明年预算。"
        tasks.comment(_as("jicai"), _titled("差异系数"), text=said)
    with days_ago(40, 14) as day:
        _first_visit(day)
    with days_ago(33):
        _finish_safety()
    with days_ago(20, 10) as day:
        _second_visit(day)


def go_on(bureau: Organisation) -> None:
    """What was done on the later facts: what is met is closed, the rest goes on; plans are read and followed."""
    with days_ago(11, 14):
        demo_plans.bring_in(bureau)
    with days_ago(3, 16):
        demo_plans.bring_in_citys(bureau)
    with days_ago(10):
        task = _measured("青石镇中心小学", "1.7")
        bought = _file("多媒体教室验收单.pdf", _pdf("23 multimedia rooms, accepted"))
        evidence.attach(_as("clerk2"), task, files=[bought, _file("多媒体教室.png", _png((70, 120, 160)))])
        task_states.submit(_as("clerk2"), task, note="23 间多媒体教室已安装到位，10 月底投入使用。")
    with days_ago(9, 15):
        task_states.close(_as("jicai"), _measured("青石镇中心小学", "1.7"))
    with days_ago(8):
        task = _titled("骨干教师培养")
        plan = _file("培养计划.txt", "2025—2027 年骨干教师培养计划（略）。\n".encode())
        evidence.attach(_as("clerk2"), task, files=[plan])
        task_states.submit(_as("clerk2"), task, note="计划已经校务会讨论通过。")
    with days_ago(6):
        why = "计划只有总人数，没有到人到年。请补上名单和每年的培训安排。"
        task_states.send_back(_as("jijiao"), _titled("骨干教师培养"), reason=why)
    with days_ago(5, 10) as day:
        _look_again(day)
    with days_ago(4):
        task = _measured("望岚县实验小学", "2.3.music")
        photo = _file("音乐教室改造.png", _png((150, 110, 70)))
        evidence.attach(_as("clerk"), task, files=[photo])
        task_states.submit(_as("clerk"), task, note="一间普通教室已改成音乐教室，面积 60 平方米。")
    with days_ago(3):
        demo_funds.decide(bureau, _as("jicai"))
        demo_funds.spend(_titled("骨干教师培养"), _as("clerk2"))
    with days_ago(2):
        _withdraw_one()
        text = "班额大的年级明年秋季起由城关镇第一小学分流，请两校本月拿出方案。"
        tasks.comment(_as("jijiao"), _measured("望岚县实验小学", "2.5"), text=text)


def _from_findings(bureau: Organisation, day: date) -> None:
    """Chosen findings become tasks: the coefficient, PE and arts teachers, an unreported figure, the largest school."""
    by = targets.ruler(bureau)
    assert by is not None
    for target, finding in list(by.findings()):
        lead, verifier, days = {
            ("coefficient", "1.5"): ("计划财务股", "基础教育股", 200),
            ("unknown", "3.8"): ("基础教育股", "教育督导室", 68),
            ("figure", "2.4"): ("望岚县实验小学", "基础教育股", 300),
            ("figure", "1.4"): ("计划财务股", "基础教育股", 240),
            ("figure", "1.6"): ("", "计划财务股", 95),
            ("figure", "1.3"): ("人事股", "基础教育股", 76 if finding.blocking else 120),
        }.get((target.kind, target.check), ("", "", 0))
        if not verifier:
            continue
        unit = _unit(lead) if lead else Organisation.objects.get(kind=Organisation.Kind.SCHOOL, code=target.school_id)
        due = day + timedelta(days=days)
        tasks.from_finding(_as("admin"), unit, target, by, verifier=_unit(verifier), due=due)


def _by_hand(bureau: Organisation, day: date) -> None:
    """Tasks that no figure measures: a plan with parts, a safety check, a school's own plan."""
    whole = tasks.add(
        _as("admin"),
        _unit("计划财务股"),
        title="编制 2026 年薄弱环节改善与能力提升项目计划",
        detail="列明学校、内容、面积、资金来源和完工时间，报局务会审定。",
        verifier=bureau,
        due=day + timedelta(days=90),
        supports=[_unit("基础教育股"), _unit("人事股")],
        person=_who("jicai"),
    )
    for title, lead, days in (
        ("摸清各校教学用房和运动场馆缺口", "基础教育股", 60),
        ("核定 2026 年项目资金", "计划财务股", 85),
    ):
        tasks.add(_as("admin"), _unit(lead), title=title, verifier=bureau, due=day + timedelta(days=days), parent=whole)
    task_states.start(_as("jicai"), whole)
    tasks.add(
        _as("admin"),
        _unit("望岚县实验小学"),
        title="秋季开学食堂和校车安全自查",
        detail="逐项自查，问题当天整改，自查表由校长签字。",
        verifier=_unit("教育督导室"),
        due=day + timedelta(days=40),
    )
    tasks.add(
        _as("jijiao"),
        _unit("青石镇中心小学"),
        title="制定骨干教师培养计划",
        detail="三年内每百名学生拥有县级以上骨干教师达到 1 人，计划要到人到年。",
        verifier=_unit("基础教育股"),
        due=day + timedelta(days=65),
        person=_who("clerk2"),
    )


def _finish_safety() -> None:
    task = _titled("安全自查")
    sheet = _file("安全自查表.pdf", _pdf("Safety check, signed"))
    evidence.attach(_as("clerk"), task, files=[sheet])
    task_states.submit(_as("clerk"), task, note="共查 32 项，3 项当天整改。")
    task_states.close(_as("admin"), task)


def _first_visit(day: date) -> None:
    inspections.record(
        _as("dudao"),
        _unit("望岚县实验小学"),
        day=day,
        due=day + timedelta(days=35),
        points=[
            Found("三楼走廊两处消防栓压力不足", (_file("消防栓.png", _png((170, 60, 50))),)),
            Found("课间操场地被临时停车占用"),
            Found("六年级三个班课后服务没有学生签到记录"),
        ],
        note="随堂听课 4 节，查看食堂、宿舍和消防设施。",
    )


def _second_visit(day: date) -> None:
    inspections.record(
        _as("dudao2"),
        _unit("青石镇中心小学"),
        day=day,
        due=day + timedelta(days=25),
        points=[Found("图书室借阅台账三个月没有登记"), Found("北侧围墙有一段开裂，约 6 米")],
        note="学校秩序良好，教师到岗齐全。",
    )


def _look_again(day: date) -> None:
    visit = Visit.objects.get(school=_unit("望岚县实验小学"), revisit_of=None)
    points = list(visit.points.all())
    task = points[0].task
    evidence.attach(_as("clerk"), task, files=[_file("消防栓检修单.pdf", _pdf("Hydrants repaired"))])
    task_states.submit(_as("clerk"), task, note="已由维保单位检修，压力正常。")
    inspections.recheck(
        _as("dudao"),
        visit,
        day=day,
        due=day + timedelta(days=12),
        outcomes={
            points[0].pk: Outcome(True, "现场测压正常。"),
            points[1].pk: Outcome(False, "仍有两辆车停在操场东侧。"),
        },
        note="第三个问题下次再看。",
    )


def _withdraw_one() -> None:
    """A task that is not to be done after all: the smallest teaching point of those without a room for art."""
    found = Task.objects.filter(item="2.3", state=Task.State.OPEN, title__contains="教学点").first()
    if found is not None:
        why = "该教学点在校生不足 20 人，已列入明年撤并方案，不再单独建设专用教室。"
        task_states.withdraw(_as("jicai"), found, reason=why)


def _measured(school: str, check: str) -> Task:
    return Task.objects.get(school__name=school, target__contains=f"|{check}|", state__in=Task.PENDING)


def _titled(part: str) -> Task:
    return Task.objects.get(title__contains=part)


def _who(username: str) -> Person:
    return Person.objects.get(username=username)


def _as(username: str) -> Actor:
    return Actor(_who(username))


def _unit(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def _file(name: str, content: bytes) -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def _png(colour: tuple[int, int, int], width: int = 320, height: int = 200) -> bytes:
    """A picture of one colour with lighter stripes, in place of a photo."""
    lighter = tuple(min(255, part + 40) for part in colour)
    lines = b"".join(b"\x00" + bytes(colour if line % 40 < 30 else lighter) * width for line in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")


def _pdf(text: str) -> bytes:
    """A page with one line."""
    stream = f"BT /F1 18 Tf 72 720 Td ({text}) Tj ET".encode("ascii")
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + end
