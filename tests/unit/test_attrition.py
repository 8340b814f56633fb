"""Small counts of the flow are hidden like those of the other studies."""

import pytest

import myositis_tools as mt
from tests.spec.cohort import cohort
from tests.spec.eligible import changed, screening_of

COUNTS = ["remaining_before", "excluded", "unknown", "remaining_after"]


def test_small_counts_are_hidden():
    shown = mt.attrition(mt.TIME_IS_MUSCLE, cohort())
    found = mt.attrition(mt.TIME_IS_MUSCLE, cohort(), mask_below=3)
    assert list(found.columns) == [*shown.columns, "masked"]
    assert shown.loc[0, COUNTS].tolist() == [10, 3, 2, 5]
    assert found[COUNTS].fillna(-1).loc[0].tolist() == [10, -1, -1, 5]  # 10 less 5 would tell the 2 beside a 3
    assert found.loc[0, "masked"] == "excluded; unknown"
    assert found.loc[2, "masked"] == "excluded; remaining_after"  # 5 before; who is left would tell who was excluded
    assert found.loc[3, "masked"].startswith("remaining_before")


def test_nothing_small_hides_nothing():
    people = screening_of([changed("")] * 9 + [changed("age_years 17")] * 5)
    assert mt.attrition(mt.TIME_IS_MUSCLE, people, mask_below=5)["masked"].eq("").all()


def test_a_mask_that_is_no_count_is_refused():
    with pytest.raises(mt.errors.OptionError, match="mask_below"):
        mt.attrition(mt.TIME_IS_MUSCLE, cohort(), mask_below=0)
