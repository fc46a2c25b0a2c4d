"""The forms of people and units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger.access import ROLES_IN
from jiaoheng.ledger.actions.organisations import KINDS_BELOW
from jiaoheng.ledger.models import Membership, Organisation, Person
from jiaoheng.web.request import Request
from jiaoheng.web.seen import SeenForm

LONGEST_PASSWORD = 128


def _password(label: Any, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class LogInForm(AuthenticationForm):
    """A name and a password."""

    username = UsernameField(
        label=gettext_lazy("登录名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autofocus": True, "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = _password(gettext_lazy("密码"), "current-password")
    error_messages = {  # noqa: RUF012
        "invalid_login": gettext_lazy("登录名或密码不对，请再试一次（注意大小写）。连续输错 5 次会锁定 15 分钟。"),
        "inactive": gettext_lazy("登录名或密码不对，请再试一次（注意大小写）。连续输错 5 次会锁定 15 分钟。"),
    }


class CodeForm(forms.Form):
    """A code of the phone or a backup code."""

    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=16,
        help_text=gettext_lazy("手机验证器应用里现在显示的 6 位数字。手机不在身边时，可以用一个备用码。"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )

    def clean_code(self) -> str:
        """Without the spaces that people put in."""
        return "".join(self.cleaned_data["code"].split()).lower()


class OwnPasswordForm(forms.Form):
    """One's present password, asked again before something that matters; too many wrong ones lock the log-in."""

    old_password = _password(gettext_lazy("现在的密码"), "current-password")

    def __init__(self, request: Request, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.request = request

    def clean_old_password(self) -> str:
        """Whether it is right."""
        given: str = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.request.user.username, password=given) is None:
            raise forms.ValidationError(_("现在的密码不对。"))
        return given


class ChangePasswordForm(OwnPasswordForm):
    """A new password, twice."""

    new_password = _password(gettext_lazy("新密码"), "new-password")
    again = _password(gettext_lazy("再输一次新密码"), "new-password")

    def clean_new_password(self) -> str:
        """Whether it keeps the rules."""
        given: str = self.cleaned_data["new_password"]
        password_validation.validate_password(given, self.request.user)
        if given == self.data.get("old_password"):
            raise forms.ValidationError(_("新密码不能与现在的密码相同。"))
        return given

    def clean(self) -> dict[str, Any]:
        """Whether both are the same."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("new_password") and cleaned.get("again") and cleaned["new_password"] != cleaned["again"]:
            self.add_error("again", _("两次输入的新密码不一样。"))
        return cleaned


class PeopleFilter(forms.Form):
    """Which people to list."""

    text = forms.CharField(label=gettext_lazy("姓名、登录名或单位"), required=False, widget=forms.SearchInput)
    role = forms.ChoiceField(
        label=gettext_lazy("角色"),
        required=False,
        choices=[("", gettext_lazy("全部")), *Membership.Role.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("账号"),
        required=False,
        choices=[
            ("", gettext_lazy("全部")),
            ("active", gettext_lazy("可以登录")),
            ("initial", gettext_lazy("还没改初始密码")),
            ("inactive", gettext_lazy("已停用")),
            ("none", gettext_lazy("没有角色")),
        ],
    )


class UnitField(forms.ModelChoiceField):
    """A unit of the county, listed by kind."""

    def __init__(self, units: Iterable[Organisation] | None = None, **options: Any) -> None:
        super().__init__(Organisation.objects.none(), label=gettext_lazy("单位"), **options)

    def offer(self, units: Any) -> None:
        """Offer these units, in groups."""
        self.queryset = units
        groups: dict[str, list[tuple[int, str]]] = {}
        for unit in units:
            groups.setdefault(unit.get_kind_display(), []).append((unit.pk, unit.name))
        self.choices = [("", _("请选择")), *groups.items()]


class RoleForm(forms.Form):
    """A role in a unit."""

    organisation = UnitField()
    role = forms.ChoiceField(
        label=gettext_lazy("角色"),
        choices=[("", gettext_lazy("请选择")), *Membership.Role.choices],
        help_text=gettext_lazy("管理员、领导在县教育局；股室人员在股室；督学在责任区；填报员、校长在学校。"),
    )

    def __init__(self, units: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        unit = self.fields["organisation"]
        assert isinstance(unit, UnitField)
        unit.offer(units)

    def clean(self) -> dict[str, Any]:
        """Whether the role makes sense in the unit."""
        cleaned: dict[str, Any] = super().clean() or {}
        unit, role = cleaned.get("organisation"), cleaned.get("role")
        if unit and role and role not in ROLES_IN[unit.kind]:
            fitting = _("、").join(str(Membership.Role(name).label) for name in ROLES_IN[unit.kind])
            self.add_error("role", _("这个单位可以有的角色是：{roles}。").format(roles=fitting))
        return cleaned


class PersonForm(RoleForm):
    """A new person."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    username = UsernameField(
        label=gettext_lazy("登录名"),
        max_length=60,
        help_text=gettext_lazy("字母、数字或汉字，中间不要有空格；定了就不能再改。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("name", "username", "organisation", "role")

    def clean_username(self) -> str:
        """Whether it is free."""
        given: str = self.cleaned_data["username"].strip()
        if Person.objects.filter(username=given).exists():
            raise forms.ValidationError(_("登录名 {username} 已经有人使用，请换一个。").format(username=given))
        return given


class NameForm(forms.Form):
    """How a person is called."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)


class UnitForm(SeenForm):
    """A unit: its name, whether it is in use, the schools it covers; ``unit`` None for a new one below ``parent``."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    code = forms.CharField(
        label=gettext_lazy("学校代码"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("学校填教育部统一的学校标识码，要与数据表中的一致；其他单位不填。"),
    )
    active = forms.BooleanField(label=gettext_lazy("在用"), required=False)
    schools = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("所辖学校"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        help_text=gettext_lazy("只有督学责任区和教共体需要选择。"),
    )

    def __init__(
        self, schools: Any, *args: Any, parent: Organisation, unit: Organisation | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["schools"].queryset = schools
        if unit is None:
            kinds = KINDS_BELOW.get(parent.kind, ())
            fields["kind"].choices = [(kind, Organisation.Kind(kind).label) for kind in kinds]
            del fields["active"], fields["seen"]
            return
        del fields["kind"], fields["code"]
        if unit.kind not in (Organisation.Kind.AREA, Organisation.Kind.GROUP) or follows_facts(unit):
            del fields["schools"]


def follows_facts(unit: Organisation) -> bool:
    """Whether a group's schools come with the data."""
    return unit.kind == Organisation.Kind.GROUP and bool(unit.code)


def password_rules() -> list[Any]:
    """The rules for passwords, as they are explained."""
    rules: Any = settings.AUTH_PASSWORD_VALIDATORS
    shortest = rules[1]["OPTIONS"]["min_length"]
    return [
        _("至少 {shortest} 个字符，最长 {longest} 个；字母、数字、汉字、符号、空格都可以。").format(
            shortest=shortest, longest=LONGEST_PASSWORD
        ),
        _("不能全是数字，也不能是常见密码（如 password1234）。"),
        _("不能与登录名或姓名相近。"),
        _("容易记的办法：用一句自己知道的话，例如四个不相干的词。"),
    ]
