"""Candidate sites for new schools from a CSV file, each slip with its row, its column and its remedy."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from jiaoheng.county.moves import Site
from jiaoheng.language import Language, Text, catalogue

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "school_id": ("学校代码", "代码", "学校标识码"),
    "name": ("学校名称", "名称"),
    "kind": ("办学类型", "类型"),
    "place_id": ("地点代码", "所在地点代码"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "setting": ("城乡分类",),
    "most": ("学位", "学位数"),
    "cost": ("造价", "费用"),
}
"""The columns by name, and what else they may be called."""
NEEDED = ("school_id", "name", "kind", "place_id", "most")
_MESSAGES = Path(__file__).with_name("site_errors.toml")


class SitesError(ValueError):
    """A file of sites that cannot be used, every slip told in both languages."""

    def __init__(self, name: str, slips: list[tuple[int, str, Text]]) -> None:
        self.slips = tuple(slips)
        self.text = Text(zh=_told(name, self.slips, "zh"), en=_told(name, self.slips, "en"))
        super().__init__(self.text.en)

    def say(self, language: Language) -> str:
        """What is wrong, a line for each slip."""
        return self.text.say(language)


def read(path: Path) -> tuple[Site, ...]:
    """The sites of a CSV file in UTF-8 or GB 18030. Raises ``SitesError`` with all slips."""
    return parse(_decoded(path), path.name)


def parse(text: str, name: str) -> tuple[Site, ...]:
    """The sites of a CSV text; ``name`` stands for the file in messages. Raises ``SitesError``."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise SitesError(name, [(1, "", _say("empty", columns="、".join(NEEDED)))])
    heads, slips = _heads(rows[0])
    found: list[Site] = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        own: list[tuple[int, str, Text]] = []
        site = _site(number, row, heads, own)
        slips += own
        if site is not None and not own:
            found.append(site)
    if not found and not slips:
        slips.append((2, "", _say("no_rows")))
    if slips:
        raise SitesError(name, slips)
    return tuple(found)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SitesError(path.name, [(1, "", _say("encoding"))])


def _heads(row: list[str]) -> tuple[dict[str, int], list[tuple[int, str, Text]]]:
    found: dict[str, int] = {}
    slips: list[tuple[int, str, Text]] = []
    for place, cell in enumerate(row):
        wanted = cell.strip()
        name = next((key for key, also in COLUMNS.items() if wanted == key or wanted in also), None)
        if name is None and wanted:
            slips.append((1, wanted, _say("unknown_column", column=wanted, names="、".join(COLUMNS))))
        elif name is not None:
            found[name] = place
    slips += [(1, name, _say("no_column", column=name, also=COLUMNS[name][0])) for name in NEEDED if name not in found]
    return found, slips


def _site(number: int, row: list[str], heads: Mapping[str, int], slips: list[tuple[int, str, Text]]) -> Site | None:
    cells = {name: row[place].strip() if place < len(row) else "" for name, place in heads.items()}
    slips += [(number, name, _say("blank")) for name in NEEDED if name in heads and not cells[name]]
    figures = dict(_figures(number, cells, slips))
    if ("lon" in figures) != ("lat" in figures):
        slips.append((number, "lon", _say("half_point")))
    if slips or any(name not in heads for name in NEEDED):
        return None
    return Site(
        cells["school_id"],
        cells["name"],
        cells["kind"],
        cells["place_id"],
        figures.get("lon"),
        figures.get("lat"),
        cells.get("setting", ""),
        int(figures["most"]),
        figures.get("cost"),
    )


def _figures(number: int, cells: Mapping[str, str], slips: list[tuple[int, str, Text]]) -> Iterator[tuple[str, float]]:
    limits = {"lon": (-180.0, 180.0), "lat": (-90.0, 90.0), "most": (1.0, 20_000.0), "cost": (0.0, 1e12)}
    for name, (least, most) in limits.items():
        shown = cells.get(name, "").replace(",", "")
        if not shown:
            continue
        try:
            value = float(shown)
        except ValueError:
            slips.append((number, name, _say("no_figure", value=shown)))
            continue
        if not (math.isfinite(value) and least <= value <= most) or (name == "most" and value != int(value)):
            slips.append((number, name, _say("range", value=shown, least=f"{least:g}", most=f"{most:g}")))
        else:
            yield name, value


def _told(name: str, slips: tuple[tuple[int, str, Text], ...], language: Language) -> str:
    lines = [catalogue(_MESSAGES)["head"].say(language, file=name)]
    for row, column, text in slips:
        where = catalogue(_MESSAGES)["where" if column else "row"].say(language, row=row, column=column)
        lines.append(f"  {where}{text.say(language)}")
    return "\n".join(lines)


def _say(code: str, **values: object) -> Text:
    message = catalogue(_MESSAGES)[code]
    return Text(zh=message.say("zh", **values), en=message.say("en", **values))
