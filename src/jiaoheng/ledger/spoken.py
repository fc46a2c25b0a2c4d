"""The language of the present request, as the rooms above name it."""

from __future__ import annotations

from django.utils.translation import get_language

from jiaoheng.language import Language


def spoken() -> Language:
    """The language in which the present request is answered."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
