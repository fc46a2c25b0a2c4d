"""The demo's people as the command line lists them."""

from __future__ import annotations

from django.utils import translation

from jiaoheng.language import Language
from jiaoheng.ledger.cast import CAST, PASSWORD
from jiaoheng.ledger.models import Membership


def cast(language: Language) -> tuple[list[tuple[str, str, str, str]], str]:
    """Log-in, role, name and unit of everybody, and the password of all."""
    with translation.override("zh-hans" if language == "zh" else "en"):
        listed = [(one.username, str(Membership.Role(one.role).label), one.name, one.unit) for one in CAST]
    return listed, PASSWORD
