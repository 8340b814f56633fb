"""Which criteria patients fail together, on a cohort worked by hand."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.frames import columns
from tests.spec.cohort import cohort
from tests.spec.eligible import changed, screening_of

TIM = mt.TIME_IS_MUSCLE
KEYS = [each.key for each in TIM.criteria]


def rows_of(table: pd.DataFrame) -> list[tuple]:
    return list(table.iloc[:, :5].itertuples(index=False, name=None))


def test_a_cohort_worked_by_hand():
    assert rows_of(mt.overlap(TIM, cohort())) == [
        ("", 0, "eligible", 2, 0),
        ("", 0, "indeterminate", 2, 2),
        ("adult", 1, "ineligible", 1, 0),
        ("early_disease", 1, "ineligible", 1, 0),
        ("minimal_disability", 1, "ineligible", 1, 0),
        ("severe_weakness", 1, "ineligible", 1, 1),
        ("adult; early_disease", 2, "ineligible", 1, 0),
        ("adult; early_disease; loop_diuretic", 3, "ineligible", 1, 0),
    ]


def test_the_most_frequent_comes_first():
    table = screening_of([changed("loop_diuretic yes"), changed("loop_diuretic yes"), changed("age_years 17")])
    assert mt.overlap(TIM, table)["combination"].tolist() == ["", "", "loop_diuretic", "adult"]


def test_the_columns_say_what_a_combination_holds():
    table = mt.overlap(TIM, cohort())
    assert list(table.columns) == [*(name for name in columns("overlap") if name != "masked"), *KEYS]
    for row in table.to_dict("records"):
        held = [key for key in KEYS if row[key]]
        assert "; ".join(held) == row["combination"]
        assert len(held) == row["size"]
    assert {str(table[key].dtype) for key in KEYS} == {"boolean"}


def test_nobody_and_one_patient():
    assert rows_of(mt.overlap(TIM, cohort().iloc[:0])) == [
        ("", 0, "eligible", 0, 0),
        ("", 0, "indeterminate", 0, 0),
    ]
    assert rows_of(mt.overlap(TIM, cohort().iloc[[1]]))[2:] == [("adult", 1, "ineligible", 1, 0)]


def test_nobody_fails_and_everybody_fails():
    fit = screening_of([changed("")] * 3)
    assert rows_of(mt.overlap(TIM, fit))[0] == ("", 0, "eligible", 3, 0)
    assert len(mt.overlap(TIM, fit)) == 2
    unfit = screening_of([changed("consent_signed no")] * 3)
    assert mt.overlap(TIM, unfit)["patients"].tolist() == [0, 0, 3]


def test_an_exclusion_that_is_unknown_is_not_failed():
    table = screening_of([changed("thrombosis_within_10_years ?")])
    assert rows_of(mt.overlap(TIM, table)) == [("", 0, "eligible", 0, 0), ("", 0, "indeterminate", 1, 1)]


def test_small_counts_are_hidden_and_nought_is_not():
    table = mt.overlap(TIM, cohort(), mask_below=3)
    assert table["masked"].tolist()[:3] == ["patients", "patients; unknown", "patients"]
    assert table["patients"].isna().all()  # each is 1 or 2
    assert table["unknown"].fillna(-1).tolist() == [0, -1, 0, 0, 0, -1, 0, 0]
    nobody = mt.overlap(TIM, cohort().iloc[[1, 1, 1, 2]].assign(patient_id=[*"abcd"]), mask_below=3)
    assert nobody["patients"].tolist()[:2] == [0, 0]
    assert mt.overlap(TIM, cohort(), mask_below=1)["masked"].tolist() == [""] * 8


def test_a_single_small_count_takes_another_with_it():
    people = [changed("")] * 9 + [changed("age_years 17")] * 6 + [changed("loop_diuretic yes")] * 5
    some = screening_of([*people, *[changed("consent_signed no")] * 2])
    shown = mt.overlap(TIM, some, mask_below=5).set_index("combination")["patients"].iloc[2:]
    assert shown["adult"] == 6
    assert shown[["loop_diuretic", "informed_consent"]].isna().all()  # 7 together; 2 would be told alone


def test_where_only_ones_are_small_twos_are_hidden_too():
    table = screening_of([changed("")] * 9 + [changed("age_years 17")] * 2 + [changed("consent_signed no")])
    assert mt.overlap(TIM, table, mask_below=2)["patients"].isna().tolist() == [False, False, True, True]


def test_a_hidden_count_cannot_be_read_from_its_place():
    table = screening_of([changed("loop_diuretic yes")] * 2 + [changed("age_years 17")])
    assert mt.overlap(TIM, table, mask_below=3)["combination"].tolist() == ["", "", "adult", "loop_diuretic"]
    largest = screening_of([changed("loop_diuretic yes")] * 6 + [changed("age_years 17")] * 3)
    assert mt.overlap(TIM, largest, mask_below=5)["combination"].tolist() == ["", "", "adult", "loop_diuretic"]


@pytest.mark.parametrize("wrong", [0, -1, True, 2.5, "5"])
def test_a_mask_that_is_no_count_is_refused(wrong):
    with pytest.raises(mt.errors.OptionError, match="mask_below"):
        mt.overlap(TIM, cohort(), mask_below=wrong)


def test_a_missing_column_is_named():
    with pytest.raises(mt.errors.MissingColumnError, match="age_years"):
        mt.overlap(TIM, cohort().drop(columns="age_years"))


def test_unknown_as_failed_and_as_passed():
    worst = rows_of(mt.overlap(TIM, cohort(), unknown="worst"))
    assert worst[:2] == [("", 0, "eligible", 2, 0), ("", 0, "indeterminate", 0, 0)]
    assert ("severe_weakness", 1, "ineligible", 1, 1) in worst  # P004, whose FVC is not recorded
    assert ("adult; severe_weakness", 2, "ineligible", 1, 1) in worst  # P005 fails it, and her age is not recorded
    assert sum(row[3] for row in worst) == len(cohort())
    best = rows_of(mt.overlap(TIM, cohort(), unknown="best"))
    assert best[:2] == [("", 0, "eligible", 4, 2), ("", 0, "indeterminate", 0, 0)]
    assert best[2:] == rows_of(mt.overlap(TIM, cohort()))[2:]
