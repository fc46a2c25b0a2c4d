"""Plans in words: figures as they are, both languages, alike limits together."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

from jiaoheng.county.moves import KINDS, Move, Reason
from jiaoheng.language import Language, catalogue
from jiaoheng.measures.options import Options
from jiaoheng.plans import proof_words, sums, telling, words
from jiaoheng.plans.plan import Certificate, Even, Failing, Limit, Outlook, Plan, Relaxation
from jiaoheng.plans.words import Voice
from jiaoheng.standards import load

NAMES = {"A": "东街小学", "B": "青石中学"}
HIRE = Move("hire", 2026, "A", 3, "primary", 2025, 360_000.0, reasons=(Reason("1.1", "primary", "threshold", 2.3),))
TRANSFER = Move(
    "transfer", 2027, "A", 2, "primary", 2026, 20_000.0, to_school="B", holds=("above_required_degree",), km=8.33
)
NOW = Outlook(2025, "fails", 10, 4, 5000, 2000, (Even("1.1", "primary", 0.51, 0.5, "fails"),),
              (Failing("A", "primary", "fails", ("1.1",)),))  # fmt: skip
THEN = Outlook(2027, "meets", 10, 10, 5000, 5000, (Even("1.1", "primary", 0.49, 0.5, "meets"),), ())


def _plan(moves: tuple[Move, ...] = (HIRE, TRANSFER), after: tuple[Outlook, ...] = (THEN,), **values: object) -> Plan:
    proven: Mapping[str, object] = {
        "status": "optimal", "sense": "minimise", "unit": "yuan", "objective": 380_000.0, "bound": 379_700.0,
        "gap": 0.00079, "tolerance": 0.001, "seconds": 1.0, "solver": "HiGHS",
    }  # fmt: skip
    certificate = msgspec.convert(dict(proven) | values, Certificate)
    return Plan("path", "1", "望岚县", "s", "cn-2017", Options(), 2025, 2027, {}, moves, certificate, NOW, after)


def _voice(language: Language = "zh") -> Voice:
    return Voice(load("cn-2017"), NAMES, language)


@pytest.mark.parametrize(
    ("yuan", "chinese", "english"),
    [
        (8000.0, "8,000 元", "¥8,000"),
        (1_234_500.0, "123.45 万元", "¥1,234,500"),
        (250_000_000.0, "2.5 亿元", "¥250,000,000"),
        (0.5, "0.5 元", "¥0.5"),
        (None, "—", "—"),
    ],
)
def test_money_is_said_as_people_say_it(yuan: float | None, chinese: str, english: str) -> None:
    assert (words.money(yuan, "zh"), words.money(yuan, "en")) == (chinese, english)


def test_a_move_says_what_when_for_how_much_and_why() -> None:
    line = words.move_line(HIRE, _voice())
    assert line == "东街小学（小学）招聘教师 3 人，2025 学年实施，2026 学年计入，需 36 万元"
    assert words.reasons_line(HIRE, _voice()) == "小学“高于规定学历教师（百名学生）”须达标，缺 3 人"


def test_a_transfer_names_both_schools_what_each_person_counts_in_and_the_way() -> None:
    assert words.move_line(TRANSFER, _voice("en")) == (
        "东街小学 (primary): transfer 2 teachers to 青石中学 (each counts in: Teachers above the required degree), "
        "8.3 km away, done in school year 2026, counts in 2027, ¥20,000"
    )


def test_a_kind_that_has_no_words_yet_is_still_said_with_its_amount() -> None:
    assert "paint_walls 2.5" in words.move_line(Move("paint_walls", 2026, "A", 2.5), _voice())


def test_every_kind_has_a_word_and_a_sentence() -> None:
    assert [kind for kind in KINDS if f"move_{kind}" not in catalogue(words.TEXTS)] == []


@pytest.mark.parametrize("rule", ["threshold", "floor", "coefficient", "class_size"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_can_be_said_without_what_was_short(rule: str, language: Language) -> None:
    said = words.reason_line(Reason("2.5" if rule == "class_size" else "1.4", "primary", rule), _voice(language))
    assert said
    assert "None" not in said
    assert "{" not in said


def test_the_headline_tells_the_least_from_a_plan_that_is_not_proven() -> None:
    assert words.headline(_plan(), _voice()) == "望岚县到 2027 学年达标，最少需要 38 万元。"
    assert "还没有证明" in words.headline(_plan(status="feasible"), _voice())


def test_a_plan_that_does_not_pass_never_says_that_it_does() -> None:
    short = msgspec.structs.replace(THEN, verdict="fails", passing_pupils=3100)
    said = words.headline(_plan(after=(short,), sense="maximise", unit="pupils", objective=3100, bound=3100, gap=0.0),
                          _voice())  # fmt: skip
    assert "不够" in said
    assert "62%" in said
    # Even if the planner says that it minimised: what counts is the assessment.
    assert "不够" in words.headline(_plan(after=(short,)), _voice())


def test_a_gap_that_is_only_noise_is_a_proof_that_nothing_is_cheaper() -> None:
    said = list(proof_words.proof_sentences(_plan(gap=1e-15), _voice()))
    assert said[0] == "已经证明：没有更省的方案。"


def test_a_county_that_passes_already_is_told_to_do_nothing() -> None:
    assert "不需要任何举措" in words.headline(_plan(moves=()), _voice())


@pytest.mark.parametrize(("gap", "said"), [(0.00079, "0.08"), (0.0000001, "0.0001"), (0.0, "0"), (0.1234, "12.4")])
def test_a_gap_is_never_shown_smaller_than_it_is(gap: float, said: str) -> None:
    assert proof_words.gap_label(gap) == said


def test_a_binding_limit_is_told_with_its_price_the_dearest_first() -> None:
    limits = (
        Limit("posts", 120, 120, "person", price=52_000.0),
        Limit("coefficient", 0.5, 0.4999, "0.01", check="1.1", stage="primary", price=100_000.0),
        Limit("rooms", 30, 30, "room", school_id="A"),
    )
    lines = list(proof_words.binding_lines(_plan(binding=limits), _voice()))
    assert "每放宽 0.01 可省 10 万元" in lines[0]
    assert lines[1] == "空余编制 120 名用完；每多 1 名编制可省 5.2 万元"
    assert "可省" not in lines[2]


def test_a_plan_for_most_pupils_prices_its_limits_in_pupils() -> None:
    budget = Limit("budget", 5e6, 5e6, "yuan", price=0.012)
    lines = list(proof_words.binding_lines(_plan(binding=(budget,), sense="maximise"), _voice()))
    assert lines == ["预算 500 万元用完；每多 1 万元可让 120 名学生进入达标学校"]


def test_alike_relaxations_of_several_schools_are_one_line_with_the_pupils_instead() -> None:
    relaxations = (
        Relaxation("site", 2200.0, "m2", school_id="A", check="1.5", pupils=199.2),
        Relaxation("site", 2000.0, "m2", school_id="B", check="1.5", pupils=180.0),
        Relaxation("posts", 3.2, "person"),
    )
    found = list(proof_words.relaxation_lines(_plan(relaxations=relaxations), _voice("en")))
    item = load("cn-2017").item("1.5").name.en
    assert [line for line, _ in found] == [
        f"2 schools (东街小学, 青石中学): 4,200 m² more of “{item}”, or 380 pupils elsewhere",
        "4 more posts",
    ]
    assert all(remedy for _, remedy in found)


def test_what_a_figure_lacks_is_told_of_its_numerator() -> None:
    figure = Relaxation("figure", 209.786, "", school_id="A", check="1.4", stage="primary", pupils=47)
    lines = [line for line, _ in proof_words.relaxation_lines(_plan(relaxations=(figure,)), _voice())]
    assert lines == ["东街小学（小学）“生均教学用房”还差 209.79 ㎡，现有举措补不上，或者分流 47 名学生"]


def test_an_infeasible_plan_tells_what_to_loosen_and_nothing_of_prices() -> None:
    limits = (Limit("posts", 120, 120, "person", price=52_000.0),)
    plan = _plan(moves=(), after=(), status="infeasible", objective=None, bound=None, gap=None, binding=limits,
                 relaxations=(Relaxation("budget", 2e6, "yuan", year=2026),))  # fmt: skip
    said = list(telling.plan_sentences(plan, _voice()))
    assert any("2026 学年预算再增加 200 万元" in line for line in said)
    assert not any("可省" in line for line in said)


@pytest.mark.parametrize("status", ["optimal", "feasible", "infeasible", "unfinished"])
@pytest.mark.parametrize("sense", ["minimise", "maximise"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_came_of_it_can_be_said(status: str, sense: str, language: Language) -> None:
    plan = _plan(status=status, sense=sense)
    said = list(telling.plan_sentences(plan, _voice(language)))
    assert said
    assert not any("{" in line or "None" in line for line in said)


def test_costs_add_up_by_year_of_payment_kind_and_receiving_school() -> None:
    moves = (HIRE, TRANSFER, msgspec.structs.replace(HIRE, begun=None, cost=1.0))
    assert sums.cost_by(moves, sums.year_paid) == {2025: 360_000.0, 2026: 20_001.0}
    assert sums.cost_by(moves, lambda move: move.kind) == {"hire": 360_001.0, "transfer": 20_000.0}
    assert sums.cost_by(moves, sums.school_of) == {"A": 360_001.0, "B": 20_000.0}
    assert sums.people_moved(moves) == 2
