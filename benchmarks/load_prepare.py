"""The demo county with many clerks, each with a return to mend and tasks to hand in; printed as JSON."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from jiaoheng.ledger import store
from jiaoheng.ledger.actions import SYSTEM
from jiaoheng.ledger.actions.registry import Act, action
from jiaoheng.ledger.cast import PASSWORD, found_demo
from jiaoheng.ledger.models import Membership, Organisation, Person, SourceFile, Submission, Task
from jiaoheng.ledger.submissions import files_folder

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


def main(people: int, tasks: int) -> None:
    print(json.dumps(prepared(SYSTEM, found_demo(every_year=False), people, tasks)))
