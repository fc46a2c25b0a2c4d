"""Proves the history unbroken, or says where it is not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from jiaoheng.ledger import chain, proofs


class Command(BaseCommand):
    """Verify the chain of events."""

    help = "Proves the history unbroken; exit code 1 with each fault where it is not."

    def add_arguments(self, parser: CommandParser) -> None:
        """A hash noted earlier."""
        parser.add_argument("--head", default="", metavar="HASH", help="a hash noted earlier; must be in the chain")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and say it in both languages."""
        proof = chain.verify(options["head"].strip().lower())
        for text in (proofs.summary(proof), *map(proofs.said, proof.faults)):
            self.stdout.write(text.zh)
            self.stdout.write(text.en)
        if proof.events:
            told = _("最后一条是第 {number} 条，校验值（请抄在别处，以后用 --head 核对）：{head}")
            self.stdout.write(told.format(number=proof.events, head=proof.head))
        if proof.faults:
            raise SystemExit(1)
