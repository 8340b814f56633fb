"""What each criterion costs, on a cohort worked by hand."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.frames import columns
from tests.spec.cohort import cohort
from tests.spec.eligible import changed, screening_of

TIM = mt.TIME_IS_MUSCLE
COUNTS = ["fails", "unknown", "fails_only_this", "unknown_only_this", "gain_if_dropped", "share", "share_unknown"]


def row(table: pd.DataFrame, criterion: str) -> list[float]:
    return table.set_index("criterion").loc[criterion, COUNTS].tolist()


# From the comments of tests/spec/cohort.py. P001 fails adult alone, P002 two criteria with it, P008 three:
# 1 + 1/2 + 1/3. P005 fails severe_weakness alone but is no gain: her age is unknown. P004 is a gain.
@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("adult", [3, 2, 1, 0, 1, 1 + 1 / 2 + 1 / 3, 1 / 2]),
        ("early_disease", [3, 1, 1, 0, 1, 1 / 2 + 1 + 1 / 3, 1 / 2]),
        ("minimal_disability", [1, 0, 1, 0, 1, 1, 0]),
        ("severe_weakness", [1, 1, 1, 1, 1, 1, 1]),
        ("loop_diuretic", [1, 0, 0, 0, 0, 1 / 3, 0]),
        ("thrombosis", [0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_a_cohort_worked_by_hand(criterion, expected):
    assert row(mt.influence(TIM, cohort()), criterion) == pytest.approx(expected)


# P004, P005 and P006 now fail what is unknown: severe_weakness alone; adult beside it; adult and early_disease.
@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("adult", [5, 2, 1, 0, 1, 1 + 1 / 2 + 1 / 3 + 1 / 2 + 1 / 2, 0]),
        ("early_disease", [4, 1, 1, 0, 1, 1 / 2 + 1 + 1 / 3 + 1 / 2, 0]),
        ("severe_weakness", [2, 1, 1, 1, 1, 1 + 1 / 2, 0]),
    ],
)
def test_unknown_as_failed(criterion, expected):
    assert row(mt.influence(TIM, cohort(), unknown="worst"), criterion) == pytest.approx(expected)


def test_unknown_as_passed():
    found = mt.influence(TIM, cohort(), unknown="best")
    assert row(found, "adult") == pytest.approx([3, 2, 1, 0, 1, 11 / 6, 0])
    assert row(found, "severe_weakness") == pytest.approx([1, 1, 1, 1, 1, 1, 0])  # P005 passes without it, P004 anyway


@pytest.mark.parametrize(("unknown", "lost", "left_open"), [("itself", 6, 2), ("worst", 8, 0), ("best", 6, 0)])
def test_the_shares_add_up_to_the_patients_lost(unknown, lost, left_open):
    found = mt.influence(TIM, cohort(), unknown=unknown)
    assert found["share"].sum() == pytest.approx(lost)
    assert found["share_unknown"].sum() == pytest.approx(left_open)


def test_one_row_a_criterion_in_the_protocol_s_order():
    found = mt.influence(TIM, cohort())
    assert list(found.columns) == [name for name in columns("influence") if name != "masked"]
    assert list(zip(found["criterion"], found["kind"], strict=True)) == [(each.key, each.kind) for each in TIM.criteria]


@pytest.mark.parametrize("people", [cohort().iloc[:0], screening_of([changed("")] * 3)])
def test_nobody_and_nobody_fails(people):
    assert (mt.influence(TIM, people)[COUNTS] == 0).all(axis=None)


def test_everybody_fails_and_one_patient():
    unfit = screening_of([changed("consent_signed no, loop_diuretic yes")] * 3)
    assert row(mt.influence(TIM, unfit), "loop_diuretic") == [3, 0, 0, 0, 0, 1.5, 0]
    assert row(mt.influence(TIM, cohort().iloc[[1]]), "adult") == [1, 0, 1, 0, 1, 1, 0]


def test_small_counts_are_hidden_with_the_shares_that_tell_them():
    found = mt.influence(TIM, cohort(), mask_below=3).set_index("criterion")
    assert found.loc["adult", "masked"] == "unknown; fails_only_this; gain_if_dropped"
    assert found.loc["adult", "fails"] == 3
    assert found[["share", "share_unknown"]].isna().all(axis=None)  # they add up to the patients lost
    assert found.loc["thrombosis", "masked"] == ""
    assert (found.loc["thrombosis", COUNTS[:5]] == 0).all()
    large = mt.influence(TIM, screening_of([changed("age_years 17")] * 5 + [changed("")] * 5), mask_below=5)
    assert large["masked"].eq("").all()
    assert large["share"].sum() == 5


def test_where_nearly_everybody_fails_nothing_is_shown():
    """Whoever fails another criterion alone is among the few that are left, whom the size of the cohort tells."""
    people = [changed("age_years 17")] * 9 + [changed("consent_signed no")] * 2
    found = mt.influence(TIM, screening_of(people), mask_below=5)
    assert found[COUNTS].isna().all(axis=None)


def test_who_fails_two_criteria_is_counted_in_both():
    """One fails two: what the first row says of her told how many of the second fail nothing else."""
    people = [changed("")] * 9 + [changed("age_years 17")] * 8 + [changed("consent_signed no")] * 4
    people += [changed("age_years 17, consent_signed no")]
    found = mt.influence(TIM, screening_of(people), mask_below=5).set_index("criterion")
    assert found.loc[["adult", "informed_consent"], ["fails", "fails_only_this"]].isna().all(axis=None)


def test_what_is_refused():
    with pytest.raises(mt.errors.OptionError, match="did you mean 'worst'"):
        mt.influence(TIM, cohort(), unknown="wors")
    with pytest.raises(mt.errors.OptionError, match="mask_below"):
        mt.influence(TIM, cohort(), mask_below=0)
