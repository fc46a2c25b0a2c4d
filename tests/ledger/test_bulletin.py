"""The bulletin's numbers are those of a plain count, add up, and stay the same for a past month."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from ledger_story import CENTRAL, CROWDED, EDUCATION, FINANCE, bureau, by, unit, upload

from jiaoheng.ledger import clock
from jiaoheng.ledger.actions import task_states, tasks
from jiaoheng.ledger.actions.evidence import attach
from jiaoheng.ledger.actions.organisations import change_organisation
from jiaoheng.ledger.bulletin import Line, NotYet, bulletin, months
from jiaoheng.ledger.models import Task

pytestmark = pytest.mark.django_db
START = date(2026, 1, 10)
LEADS = {CROWDED: "clerk", CENTRAL: "clerk2", FINANCE: "jicai"}
Log = list[tuple[date, int, str]]


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 11))


def _story(seed: int, days: int = 85) -> tuple[Log, dict[int, tuple[str, date]]]:
    """Random work on tasks, and what was done noted aside: day, task, what."""
    chance = random.Random(seed)
    log: Log = []
    about: dict[int, tuple[str, date]] = {}
    for step in range(days):
        day = START + timedelta(days=step)
        with clock.told_at(_at(day)):
            if chance.random() < 0.25:
                lead, due = chance.choice(sorted(LEADS)), day + timedelta(days=chance.randint(3, 40))
                task = tasks.add(by("admin"), unit(lead), title=f"第 {step} 天", verifier=unit(EDUCATION), due=due)
                about[task.pk] = (lead, due)
                log.append((day, task.pk, "new"))
            for task in Task.objects.filter(state__in=Task.PENDING):
                if chance.random() < 0.12:
                    log.append((day, task.pk, _move(task, about[task.pk][0], chance)))
    return log, about


def _move(task: Task, lead: str, chance: random.Random) -> str:
    if task.state != Task.State.SUBMITTED:
        if chance.random() < 0.15:
            task_states.withdraw(by("jijiao"), task, reason="重复")
            return "withdrawn"
        attach(by(LEADS[lead]), task, files=[upload()])
        task_states.submit(by(LEADS[lead]), task)
        return "submitted"
    if chance.random() < 0.4:
        task_states.send_back(by("jijiao"), task, reason="不全")
        return "returned"
    task_states.close(by("jijiao"), task)
    return "closed"


def _counted(log: Log, about: dict[int, tuple[str, date]], first: date, end: date, leads: set[str]) -> Line:
    """The month counted from the notes, a task at a time."""
    numbers = dict.fromkeys(("carried", "new", "closed", "withdrawn", "pending", "overdue", "returned"), 0)
    late = []
    for key, (lead, due) in about.items():
        own = [(day, what) for day, task, what in log if task == key and day < end]
        if lead not in leads or not own:
            continue
        ended = next((day for day, what in own if what in ("closed", "withdrawn")), None)
        if ended is not None and ended < first:
            continue
        numbers["new" if own[0][0] >= first else "carried"] += 1
        for day, what in own:
            if day >= first and what in ("closed", "withdrawn", "returned"):
                numbers[what] += 1
        if ended is None:
            numbers["pending"] += 1
            if due < end:
                numbers["overdue"] += 1
                late.append((end - due).days)
    to_do = numbers["carried"] + numbers["new"] - numbers["withdrawn"]
    rate = numbers["closed"] / to_do if to_do else None
    return Line(unit=None, name="", rate=rate, longest=max(late, default=None), **numbers)


def _plain(line: Line) -> tuple[object, ...]:
    return (
        line.carried,
        line.new,
        line.closed,
        line.withdrawn,
        line.pending,
        line.overdue,
        line.returned,
        line.rate,
        line.longest,
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_numbers_are_those_of_a_plain_count_and_add_up(seed: int) -> None:
    log, about = _story(seed)
    seen = 0
    for first, end in (
        (date(2026, 1, 1), date(2026, 2, 1)),
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 3, 1), date(2026, 4, 1)),
    ):
        with clock.told_at(_at(date(2026, 4, 20))):
            told = bulletin(bureau(), first.year, first.month)
        seen += len(told.tasks)
        assert _plain(told.total) == _plain(_counted(log, about, first, end, set(LEADS)))
        for own in told.schools:
            lead = own.name if own.unit else FINANCE
            assert _plain(own) == _plain(_counted(log, about, first, end, {lead})), lead
        for own in told.sections:
            leads = {FINANCE} if own.name == FINANCE else {CROWDED, CENTRAL}
            assert _plain(own) == _plain(_counted(log, about, first, end, leads)), own.name
        for lines in (told.sections, told.schools, (told.total,)):
            assert sum(own.pending for own in lines) == told.total.pending
            assert sum(own.carried + own.new - own.closed - own.withdrawn for own in lines) == told.total.pending
    assert seen > 20


def test_a_past_month_reads_the_same_after_all_that_follows() -> None:
    with clock.told_at(_at(date(2026, 1, 12))):
        task = tasks.add(by("admin"), unit(CROWDED), title="修墙", verifier=unit(EDUCATION), due=date(2026, 1, 20))
    with clock.told_at(_at(date(2026, 2, 2))):
        before = bulletin(bureau(), 2026, 1)
    assert (before.total.pending, before.total.overdue, before.total.longest) == (1, 1, 12)
    with clock.told_at(_at(date(2026, 2, 9))):
        values = {"lead": unit(CENTRAL), "verifier": unit(FINANCE), "title": "改了", "due": date(2026, 3, 3)}
        tasks.edit(by("admin"), task, **values)  # type: ignore[arg-type]
        change_organisation(by("admin"), unit(CROWDED), name="新名字小学", active=True)
        task_states.withdraw(by("admin"), task, reason="不做了")
        assert bulletin(bureau(), 2026, 1) == before
        now = bulletin(bureau(), 2026, 2)
    assert (now.total.carried, now.total.withdrawn, now.total.pending, now.complete) == (1, 1, 0, False)


def test_a_task_due_on_the_last_day_is_overdue_when_the_month_is_over() -> None:
    with clock.told_at(_at(date(2026, 1, 12))):
        tasks.add(by("admin"), unit(CROWDED), title="修墙", verifier=unit(EDUCATION), due=date(2026, 1, 31))
    with clock.told_at(_at(date(2026, 1, 31))):
        assert bulletin(bureau(), 2026, 1).total.overdue == 0
    with clock.told_at(_at(date(2026, 2, 1))):
        assert bulletin(bureau(), 2026, 1).total.overdue == 1


def test_a_month_to_come_has_none() -> None:
    with clock.told_at(_at(date(2026, 1, 31))):
        for year, month in ((2026, 2), (2030, 1)):
            with pytest.raises(NotYet):
                bulletin(bureau(), year, month)
        assert bulletin(bureau(), 2026, 1).total.rate is None


def test_the_months_go_back_to_the_first_task() -> None:
    with clock.told_at(_at(date(2025, 11, 30))):
        tasks.add(by("admin"), unit(CROWDED), title="修墙", verifier=unit(EDUCATION), due=date(2026, 1, 31))
    with clock.told_at(_at(date(2026, 1, 15))):
        assert months(bureau()) == [date(2026, 1, 1), date(2025, 12, 1), date(2025, 11, 1)]


def test_units_read_their_own_part_only() -> None:
    with clock.told_at(_at(date(2026, 1, 12))):
        for lead in (CROWDED, CENTRAL):
            tasks.add(by("admin"), unit(lead), title="修墙", verifier=unit(EDUCATION), due=date(2026, 1, 20))
        told = bulletin(bureau(), 2026, 1, within={unit(CENTRAL).pk})
    assert [own.name for own in told.schools] == [CENTRAL]
    assert told.total.pending == 1
