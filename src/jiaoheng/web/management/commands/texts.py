"""Bring the catalogues of English texts up to date with the sources, and compile them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Update and compile every area's catalogue."""

    help = "Brings the English texts up to date with the sources and compiles them (needs Babel)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write both files of every area and say what still has no English."""
        # Babel is there for those who change texts, not on a server.
        from jiaoheng.web import texts

        missing = 0
        for area in texts.areas():
            for language in texts.LANGUAGES:
                found = texts.brought_up_to_date(area, language)
                if not len(found):
                    continue
                area.po(language).parent.mkdir(parents=True, exist_ok=True)
                area.po(language).write_bytes(texts.written(found))
                area.mo(language).write_bytes(texts.compiled(texts.catalogue(area.po(language))))
                for text in texts.lacking(found):
                    missing += 1
                    self.stdout.write(f"{area.name}: {text}")
        self.stdout.write(f"{missing} texts without English")
