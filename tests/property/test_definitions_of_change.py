"""What is always true of the definitions of change, and a slow second opinion in exact fractions."""

import random
from fractions import Fraction
from functools import partial
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_tools.scores.response import score_important_change, score_improvement_definition, score_worsening

# The second opinion, typed from the sources. measure: (column, direction of better, lowest, highest, steps to one unit)
SCALES = {
    "physician_global": ("physician_global_cm", -1, 0, 10, 10),
    "patient_global": ("patient_global_cm", -1, 0, 10, 10),
    "mmt": ("mmt8_150", 1, 0, 150, 1),
    "haq": ("haq_di", -1, 0, 3, 8),
    "enzyme": ("ck_xuln", -1, 0, None, 100),
    "extramuscular": ("extramuscular_cm", -1, 0, 10, 10),
}
COLUMNS = [column for column, *_ in SCALES.values()]
FAR = 10**9  # stands for the end of a scale that has none


def exactly(value: float | None) -> Fraction | None:
    """The decimal that was written down, not the binary number nearest to it."""
    return None if value is None or value != value else Fraction(repr(float(value)))


def is_better(measure: str, before: Fraction, now: Fraction, percent: int) -> bool:
    gained = SCALES[measure][1] * (now - before)
    return before > 0 and gained >= before * percent / 100


def is_worse(measure: str, before: Fraction, now: Fraction, percent: int) -> bool:
    lost = -SCALES[measure][1] * (now - before)
    return lost > 0 if before == 0 else lost >= before * percent / 100


def might_be(measure: str, before: float | None, now: float | None) -> set:
    """All couples of baseline and visit that a couple with gaps might be; the ends of the scale go furthest.

    Of a baseline the value just above the lowest is tried as well: from zero there is no relative change.
    """
    _, _, low, high, _ = SCALES[measure]
    ends = [Fraction(low), Fraction(1, FAR), Fraction(FAR if high is None else high)]
    was, is_now = exactly(before), exactly(now)
    return {
        (first, then)
        for first in ([was] if was is not None else ends if is_now is None else [*ends, is_now])
        for then in ([is_now] if is_now is not None else [*ends, first])
    }


def improvement_by_hand(before: dict, now: dict) -> str:
    """Try every completion of what is missing."""
    kinds = []
    for measure, (column, *_) in SCALES.items():
        couples = might_be(measure, before[column], now[column])
        kinds.append({(is_better(measure, *couple, 20), is_worse(measure, *couple, 25)) for couple in couples})
    strength = list(SCALES).index("mmt")
    answers = {
        sum(better for better, _ in one) >= 3 and sum(worse for _, worse in one) <= 2 and not one[strength][1]
        for one in product(*kinds)
    }
    return "unknown" if len(answers) > 1 else "met" if answers == {True} else "not met"


def fell_by(measure: str, before: Fraction, now: Fraction, amount: int) -> bool:
    return -SCALES[measure][1] * (now - before) >= amount


def worsening_by_hand(before: dict, now: dict, definition: str) -> str:
    """Each measure as a triple: worse by 30 %, by 20 %, by 2 units; every completion of what is missing is tried."""
    kinds = []
    for measure, (column, *_) in SCALES.items():
        couples = might_be(measure, before[column], now[column])
        kinds.append(
            {(is_worse(measure, *one, 30), is_worse(measure, *one, 20), fell_by(measure, *one, 2)) for one in couples}
        )
    answers = set()
    for one in product(*kinds):
        of = dict(zip(SCALES, one, strict=True))
        if definition == "dastmalchi":
            answers.add(any(thirty for thirty, *_ in one))
            continue
        counted = [thirty for measure, (thirty, *_) in of.items() if definition == "imacs_rim" or measure != "enzyme"]
        both = of["physician_global"][2] and of["mmt"][1]
        answers.add(both or of["extramuscular"][2] or sum(counted) >= 3)
    return "unknown" if len(answers) > 1 else "met" if answers == {True} else "not met"


def confirmed_by_hand(verdicts: list[str]) -> list[str]:
    """Two visits that follow each other after the baseline; nothing confirms the first."""
    order = ["not met", "unknown", "met"]  # and is the minimum
    return [
        min(now, before, key=order.index) for now, before in zip(verdicts, ["not met", *verdicts[:-1]], strict=True)
    ]


def random_value(chance: random.Random, measure: str, missing: float) -> float | None:
    _, _, _, high, grid = SCALES[measure]
    if chance.random() < missing:
        return None
    top = (20 if high is None else high) * grid
    return chance.choice([0, top, *(chance.randint(0, top) for _ in range(8))]) / grid


def random_couple(chance: random.Random, missing: float) -> tuple[dict, dict]:
    """A baseline and a visit; often the change is exactly a percentage of the baseline that some definition names."""
    before = {SCALES[measure][0]: random_value(chance, measure, missing) for measure in SCALES}
    now = {}
    for measure, (column, direction, _, high, _) in SCALES.items():
        now[column] = random_value(chance, measure, missing)
        if before[column] and now[column] is not None and chance.random() < 0.7:
            percent = chance.choice([-50, -30, -29, -25, -24, 0, 19, 20, 20, 40])
            moved = exactly(before[column]) * (100 + direction * percent) / 100
            now[column] = float(min(moved, Fraction(high or FAR)))
    return before, now


def visits_of(couples: list[tuple[dict, dict]]) -> pd.DataFrame:
    rows = [
        visit | {"patient_id": f"P{number}", "week": week}
        for number, couple in enumerate(couples)
        for week, visit in zip((0, 12), couple, strict=True)
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(COLUMNS, float))


@pytest.fixture(scope="module", name="couples")
def _couples() -> list[tuple[dict, dict]]:
    chance = random.Random(2004)  # noqa: S311 - a test, not a secret
    return [random_couple(chance, missing) for missing in [0, 0.05, 0.2, 0.4] * 500]


def test_the_definition_of_improvement_agrees_with_the_second_opinion(couples):
    scored = score_improvement_definition(visits_of(couples))
    found = scored.loc[scored["week"] == 12, "doi"].tolist()
    expected = [improvement_by_hand(*couple) for couple in couples]
    assert [(one, *couple) for one, couple in zip(found, couples, strict=True)] == [
        (one, *couple) for one, couple in zip(expected, couples, strict=True)
    ]
    assert min(expected.count(word) for word in ("met", "not met", "unknown")) > 100


@pytest.mark.parametrize("definition", ["proderm", "imacs_rim", "dastmalchi"])
def test_worsening_agrees_with_the_second_opinion(couples, definition):
    scored = score_worsening(visits_of(couples), definition=definition)
    found = scored.loc[scored["week"] == 12, "worsening"].tolist()
    expected = [worsening_by_hand(*couple, definition) for couple in couples]
    assert [(one, *couple) for one, couple in zip(found, couples, strict=True)] == [
        (one, *couple) for one, couple in zip(expected, couples, strict=True)
    ]
    assert min(expected.count(word) for word in ("met", "not met", "unknown")) > 50


def test_confirmed_worsening_agrees_with_the_second_opinion(couples):
    """Each patient has one baseline and five visits, the rows in no order."""
    chance = random.Random(2023)  # noqa: S311 - a test, not a secret
    rows = []
    for number in range(150):
        visits = [couples[number * 5][0], *(now for _, now in couples[number * 5 : number * 5 + 5])]
        rows += [visit | {"patient_id": f"P{number:03d}", "week": 4 * order} for order, visit in enumerate(visits)]
    chance.shuffle(rows)
    scored = score_worsening(pd.DataFrame(rows).astype(dict.fromkeys(COLUMNS, float))).sort_values(
        ["patient_id", "week"]
    )
    seen = set()
    for _, visits in scored[scored["week"] > 0].groupby("patient_id"):
        assert visits["worsening_confirmed"].tolist() == confirmed_by_hand(visits["worsening"].tolist())
        seen |= set(visits["worsening_confirmed"])
    assert seen == {"met", "not met", "unknown"}
    assert set(scored.loc[scored["week"] == 0, "worsening_confirmed"]) == {"unknown"}


# ---------------------------------------- properties

SCORES = {
    "imacs": (score_improvement_definition, "doi"),
    "proderm": (score_worsening, "worsening"),
    "proderm, confirmed": (score_worsening, "worsening_confirmed"),
    "dastmalchi": (partial(score_worsening, definition="dastmalchi"), "worsening"),
    "important improvement of strength": (score_important_change, "important_mmt"),
    "important total": (score_important_change, "important_tis"),
}
COUPLES = st.lists(
    st.tuples(st.randoms(use_true_random=False), st.sampled_from([0, 0.2, 0.5])).map(lambda draw: random_couple(*draw)),
    min_size=1,
    max_size=12,
)
FEW = settings(max_examples=8)


@pytest.mark.parametrize("score", SCORES)
@FEW
@given(couples=COUPLES, chance=st.randoms(use_true_random=False))
def test_filling_in_never_turns_met_into_not_met_or_back(score, couples, chance):
    scores, name = SCORES[score]
    filled = []
    for couple in couples:
        complete = random_couple(chance, 0)
        filled.append(
            tuple(
                {column: full[column] if value is None else value for column, value in visit.items()}
                for visit, full in zip(couple, complete, strict=True)
            )
        )
    before, after = (scores(visits_of(some))[name].tolist() for some in (couples, filled))
    assert {(was, then) for was, then in zip(before, after, strict=True) if was != then} <= {
        ("unknown", "met"),
        ("unknown", "not met"),
    }


@pytest.mark.parametrize("score", SCORES)
@FEW
@given(couples=COUPLES, chance=st.randoms(use_true_random=False))
def test_order_index_and_other_rows_do_not_matter_and_the_visits_stay(score, couples, chance):
    scores, _ = SCORES[score]
    visits = visits_of(couples)
    given_visits = visits.copy(deep=True)
    scored = scores(visits)
    pd.testing.assert_frame_equal(visits, given_visits)
    pd.testing.assert_frame_equal(scored[visits.columns.tolist()], visits)
    order = list(range(len(visits)))
    chance.shuffle(order)
    shuffled = visits.iloc[order].set_axis([f"row {number}" for number in order])
    again = scores(shuffled)
    assert again.index.tolist() == shuffled.index.tolist()
    pd.testing.assert_frame_equal(again.reset_index(drop=True), scored.iloc[order].reset_index(drop=True))
    alone = scores(visits[visits["patient_id"] == "P0"])
    pd.testing.assert_frame_equal(alone, scored[scored["patient_id"] == "P0"])
    pd.testing.assert_frame_equal(scores(scored), scored)
