"""The log: a line an entry, whatever a request asks for."""

from __future__ import annotations

import logging

from jiaoheng.ledger.log import Formatter


def test_an_address_begins_no_line_of_its_own_and_colours_nothing() -> None:
    asked = "/x\n2026-01-01 00:00:00,000 INFO jiaoheng forged\r\x1b[31m\u2028望岚"
    record = logging.LogRecord("jiaoheng.access", logging.INFO, "", 0, "%s %s", ("GET", asked), None)
    line = Formatter().format(record)
    assert line.splitlines() == [line]
    assert "\x1b" not in line
    assert line.endswith(r"GET /x\n2026-01-01 00:00:00,000 INFO jiaoheng forged\r\x1b[31m\u2028望岚")
