"""A workspace begins: a county's bureau and its first administrator, from the command line."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from jiaoheng.ledger.actions import SYSTEM, Refused, found
from jiaoheng.ledger.actions.log_in import has_second_factor, reset_second_factor
from jiaoheng.ledger.actions.people import add_person, initial_password, set_password
from jiaoheng.ledger.models import Membership, Organisation, Person


def found_county(code: str, name: str, *, administrator: str, administrator_name: str = "") -> str:
    """Set up a county's bureau with its first administrator; returns the initial password, which is kept nowhere.

    ``code`` is the county's six digits (行政区划代码), ``administrator`` the name to log in with. Raises ``Refused``
    where the code or the log-in is taken or wrong; nothing is set up then.
    """
    code, name = code.strip(), name.strip()
    if not re.fullmatch(r"[0-9]{6}", code):
        raise Refused(_("县级代码须为 6 位数字（行政区划代码），现为“{code}”。").format(code=code))
    if not name:
        raise Refused(_("请填写县的名称。"))
    if Organisation.objects.filter(kind=Organisation.Kind.COUNTY, code=code).exists():
        raise Refused(_("代码为 {code} 的县已经建立。").format(code=code))
    bureau = name if name.endswith(("局", "委", "部", "中心", "Bureau")) else f"{name}教育局"
    password = initial_password()
    with transaction.atomic():
        county = found(Organisation(kind=Organisation.Kind.COUNTY, code=code, name=bureau))
        add_person(
            SYSTEM,
            county,
            username=administrator,
            name=administrator_name or administrator,
            role=Membership.Role.ADMINISTRATOR,
            password=password,
        )
    return password


def rescue(username: str) -> str:
    """A new initial password for somebody who cannot get in, with the second factor off; returns the password.

    For the last administrator, whom nobody in the workspace can help. Raises ``Refused`` for an unknown log-in.
    """
    person = Person.objects.filter(username=username).first()
    if person is None:
        raise Refused(_("没有登录名为“{username}”的人。").format(username=username))
    password = initial_password()
    with transaction.atomic():
        set_password(SYSTEM, person, password=password)
        if has_second_factor(person):
            reset_second_factor(SYSTEM, person)
    return password
