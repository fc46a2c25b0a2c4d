"""Does the program see the demo county as the independent reckoning of ``demo_reckoning`` does?"""

from __future__ import annotations

import pytest
from demo_reckoning import THRESHOLDS, Facts, below, coefficients, passes, sections

from jiaoheng.county import County
from jiaoheng.findings import Assessment, assess
from jiaoheng.standards import load


@pytest.fixture(scope="module")
def assessment(wanglan: County) -> Assessment:
    return assess(wanglan, load("cn-2017"))


def test_coefficients_agree(assessment: Assessment, facts: Facts) -> None:
    for stage in THRESHOLDS:
        found = [even.coefficient for even in assessment.balance if even.stage == stage]
        assert found == pytest.approx(coefficients(sections(facts, stage, 2025)), rel=1e-9)


def test_verdicts_on_schools_agree(assessment: Assessment, facts: Facts) -> None:
    for stage in THRESHOLDS:
        found = {school.school_id: school.verdict == "meets" for school in assessment.schools if school.stage == stage}
        assert found == {school: passes(short) for school, short in below(facts, stage).items()}


def test_the_county_nearly_passes(assessment: Assessment) -> None:
    assert assessment.verdict == "fails"
    status = {item.item: item.status for item in assessment.items if not item.advisory}
    assert len(status) == 32
    assert sorted(item for item, found in status.items() if found == "unknown") == ["3.8", "4.1"]
    failing = {item for item, found in status.items() if found == "fails"}
    assert failing == {"1.3", "1.4", "1.5", "2.3", "2.4", "2.5", "2.9", "3.4"}
