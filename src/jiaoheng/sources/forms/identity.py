"""Whose forms a file holds and of which year: told by its first form, by the lines above the others, by its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from jiaoheng.county import words
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.sources.forms.about import about as about_school
from jiaoheng.sources.forms.about import kinds
from jiaoheng.sources.forms.cells import Reading, origin
from jiaoheng.sources.forms.facts import FormRead
from jiaoheng.sources.forms.sheet import FormSheet
from jiaoheng.sources.text import narrow, shown, tidy

CODE = re.compile(r"(?:1[1]|2[12]|3[1-7]|4[12]|51|9[1-3])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)\d{6}")
"""A school code: ten digits, its category and its province first (docs/sources.md)."""
_STATED_CODE = re.compile(r"(?:标识码|学校代码)\s*:?\s*(\d{10})(?!\d)")
_STATED_NAME = re.compile(r"(?:学校|机构|[)])名称\s*:\s*([^\s:]{2,40})")
_SCHOOL_YEAR = re.compile(r"(20\d\d)\s*[-/—–~～至]\s*(?:20)?\d\d\s*学?年")
_SINGLE_YEAR = re.compile(r"(?<![〔\[(（\d])(20\d\d)\s*(?:学年度?初?|年(?:9月|报表|统计|度?初))")
_FILE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_COUNTY = re.compile(
    r"(?:.{2,8}?(?:省|自治区))?(?:.{1,12}?(?:自治州|地区|盟|市))?(.{1,12}?(?:自治县|自治旗|县|区|旗|市))"
)


class Identity(msgspec.Struct, frozen=True):
    """Code, name and kind of a school, the year, the county's code and name; what is wrong with them."""

    school_id: str = ""
    name: str = ""
    kind: str = ""
    year: int | None = None
    county_code: str = ""
    county_name: str = ""
    about: Mapping[str, tuple[object, Reading]] = {}
    problems: tuple[Problem, ...] = ()


def identify(
    file: str,
    sheets: Sequence[FormSheet],
    reads: Iterable[FormRead],
    known: Mapping[str, str],
    year: int | None,
    source: str,
) -> Identity:
    """Whose forms these are. ``known`` gives codes by name, ``year`` is that of files that say none."""
    told = [figure for read in reads if read.form.name == "school" for figure in read.figures]
    facts = {figure.fact: figure.reading for figure in told}
    problems: list[Problem] = []
    about: dict[str, tuple[object, Reading]] = {}
    for name in ("name", "kind", "setting", "ownership", "built_year"):
        if reading := facts.get(name):
            value, problem = about_school(name, reading, source)
            about[name] = (value, msgspec.structs.replace(reading, problem=problem))
    codes = [figure.reading for figure in told if figure.fact == "school_id"]
    code = _code(file, codes, sheets, known, about, source, problems)
    name = str(about["name"][0]) if "name" in about and about["name"][0] else _stated(sheets, _STATED_NAME)
    names = [shown(figure.reading.sheet.cell(*figure.reading.place)) for figure in told if figure.fact == "name"]
    problems += _names_differ(file, names, sheets, source)
    kind = str(about["kind"][0]) if "kind" in about and about["kind"][0] else _kind_by_sheets(sheets)
    place = facts.get("place_code")
    digits = shown(place.sheet.cell(*place.place)) if place else ""
    address = facts.get("address")
    county = _COUNTY.match(tidy(str(address.value))) if address and address.value else None
    return Identity(
        school_id=code,
        name=name,
        kind=kind,
        year=_year(file, sheets, year, source, problems),
        county_code=digits[:6] if re.fullmatch(r"\d{6}(?:\d{3}|\d{6})?", digits) else "",
        county_name=county.group(1) if county else "",
        about=about,
        problems=tuple(problems),
    )


def _code(
    file: str,
    readings: Sequence[Reading],
    sheets: Sequence[FormSheet],
    known: Mapping[str, str],
    about: Mapping[str, tuple[object, Reading]],
    source: str,
    problems: list[Problem],
) -> str:
    """The school's code, where all that say one say the same."""
    found: dict[str, FormSheet | None] = {}
    for reading in readings:
        raw = shown(reading.sheet.cell(*reading.place)).removesuffix(".0")
        if raw and not CODE.fullmatch(raw):
            place = origin(reading.sheet, reading.place[0], source)
            heading = reading.sheet.heading(reading.place[1])
            problems.append(Problem(code="form_school_code", table="schools", column=heading, value=raw, origin=place))
            return ""
        if raw:
            found[raw] = reading.sheet
    for sheet in sheets:
        for title in sheet.titles:
            for code in _STATED_CODE.findall(title):
                found.setdefault(code, sheet)
    if len(found) > 1:
        codes = "、".join(found)
        problems.append(Problem(code="form_schools_differ", value=codes, origin=Origin(file, source=source)))
        return ""
    if found:
        return next(iter(found))
    name = str(about["name"][0]) if "name" in about else _stated(sheets, _STATED_NAME)
    if code := known.get(tidy(name)) if name else None:
        return code
    in_name = re.findall(r"(?<!\d)\d{10}(?!\d)", file)
    if len(in_name) == 1 and CODE.fullmatch(in_name[0]):
        return str(in_name[0])
    problems.append(Problem(code="form_school_unknown", value=name or file, origin=Origin(file, source=source)))
    return ""


def _names_differ(file: str, names: Iterable[str], sheets: Sequence[FormSheet], source: str) -> Iterator[Problem]:
    """The warning of sheets that name different schools; a name that is a part of another may be the same school's."""
    stated = (text for sheet in sheets for title in sheet.titles for text in _STATED_NAME.findall(title))
    found = {tidy(name): name for name in (*names, *stated) if name}
    longest = max(found, key=len, default="")
    if others := [name for key, name in found.items() if key not in longest]:
        shown_names = "、".join([found[longest], *others][:4])
        yield Problem(code="form_names_differ", value=shown_names, origin=Origin(file, source=source))


def _stated(sheets: Sequence[FormSheet], pattern: re.Pattern[str]) -> str:
    found = Counter(text for sheet in sheets for title in sheet.titles for text in pattern.findall(title))
    return found.most_common(1)[0][0] if found else ""


def _kind_by_sheets(sheets: Sequence[FormSheet]) -> str:
    """The kind behind the numbers of the sheets, as in 教基3112_九年一贯制学校, where all say the same."""
    ends = {narrow(sheet.grid.sheet).rpartition("_")[2].split("(")[0].strip() for sheet in sheets}
    found = {kinds()[end] for end in ends if end in kinds()}
    return found.pop() if len(found) == 1 else ""


def _year(file: str, sheets: Sequence[FormSheet], year: int | None, source: str, problems: list[Problem]) -> int | None:
    """The school year that the forms are of."""
    found = Counter(int(text) for sheet in sheets for title in sheet.titles for text in years_in(title))
    if not found:
        stated = {int(text) for text in (years_in(file) or _FILE_YEAR.findall(file))}
        if len(stated) == 1:
            return stated.pop()
        if year is not None:
            return year
        problems.append(Problem(code="form_year_unknown", origin=Origin(file, source=source)))
        return None
    if len(found) > 1:
        years = words.years(found)
        problems.append(Problem(code="form_years_differ", value=years, origin=Origin(file, source=source)))
        return None
    return next(iter(found))


def years_in(title: str) -> list[str]:
    """School years that a line names."""
    return _SCHOOL_YEAR.findall(title) or _SINGLE_YEAR.findall(title)
