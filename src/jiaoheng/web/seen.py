"""Forms that say which state of a row they were filled in for, so that nobody overwrites another unawares."""

from __future__ import annotations

from typing import Any

from django import forms


class SeenForm(forms.Form):
    """A form for a row that is there, with the row's mark in a hidden field."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def saw(self, mark: str) -> None:
        """The state that the page shows: whoever saves again after a refusal has seen it."""
        self.initial["seen"] = mark
        if self.is_bound:
            posted: Any = self.data
            self.data = posted = posted.copy()
            posted["seen"] = mark
