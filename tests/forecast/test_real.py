"""The forecast on real and realistic counties: Miaoli end to end, the demo county, the path on projected pupils."""

from __future__ import annotations

from pathlib import Path

import pytest

import jiaoheng.demo
from jiaoheng.county import admit
from jiaoheng.county.moves import carried
from jiaoheng.forecast import ForecastRequest, enrolment, forecast
from jiaoheng.forecast.seats import totals
from jiaoheng.forecast.words import sentences
from jiaoheng.plans.path import PathRequest, plan_path
from jiaoheng.sources import read_mapped

MAPPING = Path(__file__).resolve().parents[2] / "examples" / "open-data" / "mapping.toml"


@pytest.fixture(scope="module")
def demo():
    county = jiaoheng.demo.county()
    return county, forecast(county, ForecastRequest())


def pupils(found, stage, year, level="county", subject=""):
    (own,) = [e for e in found.stages if (e.level, e.subject, e.stage, e.year) == (level, subject, stage, year)]
    return own.pupils.value


@pytest.mark.slow
def test_miaoli_end_to_end(shared):
    county = admit(read_mapped(shared / "data" / "miaoli", MAPPING)).county
    found = forecast(county, ForecastRequest())
    assert found.bases == {"primary": 2025, "junior": 2024}
    assert {"base:junior:2024", "children_one_year:2025"} <= set(found.notes)
    # 4 054 children were six in 2025 and 2 296 not yet one: grade 1 of 2031 is about as many.
    first = {year: sum(e.pupils for e in found.grades if (e.grade, e.year) == (1, year)) for year in range(2026, 2036)}
    assert first[2026] == pytest.approx(3609, rel=0.05)
    assert first[2031] == pytest.approx(2296, rel=0.05)
    assert 10_000 < pupils(found, "primary", 2035) < 17_000
    # Grade 6 of 2024, 4 982 pupils, is grade 7 of 2025.
    assert sum(e.pupils for e in found.grades if (e.grade, e.year) == (7, 2025)) == pytest.approx(4960, rel=0.03)
    errors = {(t.stage, t.level, t.horizon, t.method): t.error for t in found.tests}
    for horizon in (1, 3):
        assert errors["junior", "school", horizon, "jiaoheng"] < 0.8 * errors["junior", "school", horizon, "average"]
        assert errors["junior", "county", horizon, "jiaoheng"] < 1.0
    assert len({each.place_id for each in found.places}) == 275
    seated = sum(e.seated for e in found.places if (e.stage, e.year) == ("primary", 2030))
    private = {row["school_id"] for row in county["schools"].to_pylist() if row["ownership"] == "private"}
    public = sum(e.pupils for e in found.grades if e.year == 2030 and e.grade < 7 and e.school_id not in private)
    assert seated == pytest.approx(public)
    later = carried(county, 2030, enrolment(county, found))
    assert max(later.years) == 2030
    assert all("{" not in line for language in ("zh", "en") for line in sentences(county, found, language))


def test_the_demo_county_has_a_crowded_seat_and_emptying_villages(demo):
    county, found = demo
    assert list(found.bases) == ["kindergarten", "primary", "junior", "senior"]
    seat = {each.subject: each for each in totals(county, found) if each.stage == "junior" and each.year == 2029}
    crowded = [each for each in seat.values() if each.level == "town" and each.net < 0]
    assert [each.subject for each in crowded] == ["410999101"] or len(crowded) == 1
    today = {e.subject: e.pupils for e in found.history if (e.level, e.stage, e.year) == ("town", "primary", 2025)}
    emptying = [town for town, count in today.items() if pupils(found, "primary", 2035, "town", town) < 0.5 * count]
    assert len(emptying) > 12
    used = {(t.stage, t.horizon): t.error for t in found.tests if t.used and t.level == "school"}
    for (stage, horizon), error in used.items():
        plain = [
            t.error for t in found.tests if not t.used and (t.level, t.stage, t.horizon) == ("school", stage, horizon)
        ]
        assert error < min(plain)


@pytest.mark.slow
def test_a_path_for_the_pupils_of_the_forecast_agrees_with_the_assessment(demo):
    county, _ = demo
    plan = plan_path(county, PathRequest(until=2027, forecast=True, seconds=20))
    assert plan.request["forecast"] is True
    table = enrolment(county, forecast(county, ForecastRequest(years=2)))
    compulsory = sum(row["pupils"] for row in table.to_pylist() if row["year"] == 2027 and 1 <= row["grade"] <= 9)
    assert plan.after[-1].year == 2027
    assert plan.after[-1].pupils < plan.before.pupils
    assert plan.after[-1].pupils == pytest.approx(compulsory, rel=0.02)
