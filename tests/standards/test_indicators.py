"""The catalogue of figures that plans promise, and its page."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from jiaoheng.measures.totals import COUNTED, REACHES, total
from jiaoheng.standards import indicators
from jiaoheng.standards.indicators import FILE, MEASURES, catalogue
from jiaoheng.standards.reference import PAGES, reference

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_current(language):
    page = (DOCS / PAGES[language]).read_text(encoding="utf-8")
    assert page == reference(language), "run: python -m jiaoheng.standards.reference"


def test_the_page_names_every_family_and_speaks_one_language():
    assert all(f"`{each.family}`" in reference("en") for each in catalogue().indicators)
    assert all(each.note.zh.rstrip("。") in reference("zh") for each in catalogue().indicators)


def test_the_catalogue_holds_what_plans_promise_most():
    ids = {indicator.id for indicator in catalogue().indicators}
    assert ids >= {
        "preschool_enrolment", "preschool_inclusive", "preschool_public", "retention_nine_years", "senior_enrolment",
        "disabled_enrolment", "teachers_bachelor.primary", "teachers_senior_title", "teachers_backbone",
        "teachers_certified", "large_classes.schools", "large_class_share.schools", "very_large_classes.schools",
        "class_size.primary", "class_size.junior", "teacher_exchange.compulsory", "backbone_exchange.compulsory",
        "teachers_trained", "training_hours", "pupils_per_teacher.primary", "funds_per_pupil.senior",
        "area_per_pupil.primary", "equipment_per_pupil.junior", "books_per_pupil.primary", "places",
        "public_places.compulsory", "opened_schools", "opened_public_schools.kindergarten", "groups",
        "group_coverage.compulsory", "boarding_share.compulsory", "coefficients_within.primary",
        "schools_meeting.compulsory", "fitness_good", "myopia", "sleep_hours.primary", "homework_minutes.junior",
        "sports_in_school", "satisfaction", "after_school_schools.compulsory",
    }  # fmt: skip


def test_everything_that_can_be_counted_is_used():
    names = [name.lstrip("- ") for each in catalogue().indicators for name in (*each.inputs, *each.per)]
    used = {found.counted for name in names if (found := total(indicators.filled(name)))}
    assert used == COUNTED.keys()


def test_reaches_and_measures_are_those_of_the_measures():
    assert {reach.id for reach in catalogue().reaches} == REACHES.keys() - {"all"}
    assert {each.measure for each in catalogue().indicators} == MEASURES.keys()


@pytest.mark.parametrize(
    ("change", "slip"),
    [
        ({"topic": "nothing"}, "no topic"),
        ({"reach": "nothing"}, "no reach"),
        ({"names": [[]]}, "no names"),
        ({"formula": "per_pupil"}, "no formula of a county"),
        ({"per": []}, "other inputs"),
        ({"inputs": ["kindergarten_nothing"]}, "no figure of a county"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(change, slip, monkeypatch, tmp_path):
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    raw["indicators"] = [raw["indicators"][0] | change]
    monkeypatch.setattr(indicators.tomllib, "load", lambda file: raw)
    with pytest.raises(ValueError, match=slip):
        catalogue.__wrapped__()


def test_an_id_twice_is_refused(monkeypatch):
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    raw["indicators"] = raw["indicators"][:1] * 2
    monkeypatch.setattr(indicators.tomllib, "load", lambda file: raw)
    with pytest.raises(ValueError, match="used twice"):
        catalogue.__wrapped__()
