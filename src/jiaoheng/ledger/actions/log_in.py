"""One's own second factor: the secrets lie with ``django_otp``; the ledger holds that it was turned on or off."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from jiaoheng.ledger.actions.registry import SELF, Act, Refused, action
from jiaoheng.ledger.models import Person

BACKUP_CODES = 10


def has_second_factor(person: Person) -> bool:
    """Whether a code is asked for besides the password."""
    return TOTPDevice.objects.devices_for_user(person, confirmed=True).exists()


@action("person.turn_on_second_factor", gettext_lazy("开启两步验证"), right=SELF)
def turn_on_second_factor(act: Act, person: Person, *, key: str, code: str) -> list[str]:
    """Ask for a code of the phone from now on, where ``code`` shows that the phone holds ``key`` (hexadecimal).

    Returns backup codes, to be shown once.
    """
    if has_second_factor(person):
        raise Refused(_("两步验证已经开启。"))
    device = TOTPDevice.objects.create(user=person, key=key, name="phone", confirmed=True)
    if not device.verify_token(code):
        raise Refused(_("验证码不对。请确认手机时间准确，再输入应用里现在显示的 6 位数字。"))
    return _new_codes(person)


@action("person.renew_backup_codes", gettext_lazy("重新生成备用码"), right=SELF)
def renew_backup_codes(act: Act, person: Person) -> list[str]:
    """New backup codes in place of all former ones."""
    if not has_second_factor(person):
        raise Refused(_("两步验证没有开启。"))
    return _new_codes(person)


@action("person.turn_off_second_factor", gettext_lazy("关闭两步验证"), right=SELF)
def turn_off_second_factor(act: Act, person: Person) -> None:
    """Ask for the password alone."""
    _forget(person)


@action("person.reset_second_factor", gettext_lazy("解除他人的两步验证"), right="people.change")
def reset_second_factor(act: Act, person: Person) -> None:
    """For somebody whose phone is lost and whose backup codes are used up."""
    if not has_second_factor(person):
        raise Refused(_("两步验证没有开启。"))
    _forget(person)


def _new_codes(person: Person) -> list[str]:
    StaticDevice.objects.filter(user=person).delete()
    device = StaticDevice.objects.create(user=person, name="backup")
    codes = [StaticToken.random_token() for _place in range(BACKUP_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _forget(person: Person) -> None:
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
