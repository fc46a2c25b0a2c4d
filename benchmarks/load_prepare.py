"""The demo county with many clerks, each with a return to mend and tasks to hand in; printed as JSON."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import timedelta
from typing import Any

from django.utils import timezone

from jiaoheng.ledger import store, work
from jiaoheng.ledger.actions import SYSTEM
from jiaoheng.ledger.actions.registry import Act, action
from jiaoheng.ledger.actions.submissions import check
from jiaoheng.ledger.cast import PASSWORD, found_demo
from jiaoheng.ledger.models import Membership, Organisation, Person, SourceFile, Submission, Task
from jiaoheng.ledger.submissions import files_folder, result_folder

TABLE = "学校标识码,学年,年级,班数,在校生数\n{code},2025,1,2,很多\n"


@action("benchmark.prepare", "benchmark", right="people.change")
def prepared(act: Act, county: Organisation, people: int, tasks: int) -> list[list[Any]]:
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, active=True, path__startswith=county.path)
    made = []
    for number in range(people):
        school = schools[number % len(schools)]
        clerk = Person(username=f"clerk-{number}", name=f"填报员{number}")
        clerk.set_password(PASSWORD)
        clerk.save()
        Membership(person=clerk, organisation=school, role=Membership.Role.CLERK).save()
        mine = Submission(
            county=county, organisation=school, title=f"报送{number}", token=store.token(), created_by=clerk
        )
        mine.save()
        data = TABLE.format(code=school.code).encode()
        folder = files_folder(mine)
        folder.mkdir(parents=True)
        (folder / "1.csv").write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        file = SourceFile(
            submission=mine, name="在校生.csv", stored="1.csv", size=len(data), sha256=digest, added_by=clerk
        )
        file.save()
        due = timezone.localdate() + timedelta(days=60)
        todo = [
            Task(county=county, title=f"事项{number}-{place}", lead=school, verifier=county, due=due)
            for place in range(tasks)
        ]
        Task.objects.bulk_create(todo)
        made.append([clerk.username, mine.pk, file.pk, [task.pk for task in todo]])
    return made


@action("benchmark.checked", "benchmark", right="people.change")
def checked(act: Act, county: Organisation, first: Submission) -> None:
    """Every return was checked as the first was: their files are alike, and two hundred checks would take long."""
    folder = result_folder(first, first.result)
    for mine in Submission.objects.exclude(pk=first.pk):
        shutil.copytree(folder, result_folder(mine, first.result))
        mine.result, mine.checked, mine.base, mine.summary = first.result, mine.revision, first.base, first.summary
        mine.save()


def main(people: int, tasks: int) -> None:
    county = found_demo(every_year=False)
    made = prepared(SYSTEM, county, people, tasks)
    first = Submission.objects.get(pk=made[0][1])
    check(SYSTEM, first)
    run = work.claim()
    assert run is not None
    work.carry_out(run)
    checked(SYSTEM, county, Submission.objects.get(pk=first.pk))
    print(json.dumps(made))
