"""A school whose statistics are missing is asked for them: a task of its own, which its next submission answers."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import clock
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.actions.task_states import MOVES
from jiaoheng.ledger.actions.tasks import VERIFIERS, make
from jiaoheng.ledger.models import Comment, Organisation, Person, Submission, Task
from jiaoheng.sources.forms import needed_forms

Kind = Organisation.Kind
DAYS = timedelta(days=7)
"""How long a school is given unless somebody says otherwise."""


@action("task.ask_school", gettext_lazy("请学校补报"), right="task.create")
def ask_school(act: Act, school: Organisation, *, submission: Submission, year: int, due: date, kind: str = "") -> Task:
    """Ask a school for its statistics of a year that ``submission`` lacks; ``kind`` is the school's, telling its forms.

    Raises ``Refused`` where it was asked already and has not answered yet.
    """
    if school.kind != Kind.SCHOOL:
        raise Refused(_("只能请学校补报。"))
    if pending := asked(school, year):
        text = _("{school}已在补报清单中，时限 {due}。")
        raise Refused(text.format(school=school.name, due=pending.due))
    told = f"{year}—{year + 1} 学年"
    forms = "、".join(form.numbers[0] for form in needed_forms(kind))
    detail = (
        f"“{submission.title}”中没有你校{told}的统计报表。请把本学年初的统计报表工作簿（一校一册）原样上传，不用重填。"
    )
    if forms:
        detail += f"至少要有：{forms}。"
    task = Task(
        title=f"补报{told}统计报表：{school.name}"[:200],
        detail=detail,
        asked_year=year,
        source=Task.Source.MISSING,
        submission=submission,
    )
    return make(act, task, school, verifier=_verifier(act.actor.person, school), due=due)


def asked(school: Organisation, year: int) -> Task | None:
    """The task that asks a school for its statistics of a year, while it is to be done."""
    return Task.objects.filter(lead=school, asked_year=year, state__in=Task.PENDING).first()


def answer(act: Act, submission: Submission) -> None:
    """The part of an action by which a school's submission hands in what the school was asked for.

    Whether that is enough, whoever verifies the task says, as of any other.
    """
    years = submission.summary.get("years", ())
    of = Task.objects.filter(lead=submission.organisation, asked_year__in=years, state__in=MOVES["task.submit"])
    for task in of:
        task.state, task.submitted_by, task.submitted_at = Task.State.SUBMITTED, act.person, clock.now()
        task.answer = submission
        task.save()
        Comment(task=task, text=f"已报送“{submission.title}”。", by=act.person).save()


def _verifier(person: Person | None, school: Organisation) -> Organisation:
    """Who says that the figures have come: the unit of whoever asks, or else the bureau."""
    assert school.county is not None
    units = [held.organisation for held in person.held] if person else []
    own = (unit for unit in units if unit.kind in VERIFIERS and unit.county == school.county)
    return next(own, school.county)


def first_day() -> date:
    """The day by which a school is asked unless somebody says otherwise."""
    return clock.today() + DAYS
