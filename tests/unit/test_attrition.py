"""Small counts of the flow are hidden like those of the other studies."""

import pytest

import myositis_tools as mt
from tests.spec.cohort import cohort

COUNTS = ["remaining_before", "excluded", "unknown", "remaining_after"]


def test_small_counts_are_hidden():
    shown = mt.attrition(mt.TIME_IS_MUSCLE, cohort())
    found = mt.attrition(mt.TIME_IS_MUSCLE, cohort(), mask_below=3)
    assert list(found.columns) == [*shown.columns, "masked"]
    assert found.loc[0, COUNTS[:2]].tolist() == shown.loc[0, COUNTS[:2]].tolist() == [10, 3]
    assert found.loc[0, "masked"] == "unknown < 3"
    assert found[COUNTS].isna().to_numpy().tolist() == shown[COUNTS].isin([1, 2]).to_numpy().tolist()


def test_a_mask_that_is_no_count_is_refused():
    with pytest.raises(mt.errors.OptionError, match="mask_below"):
        mt.attrition(mt.TIME_IS_MUSCLE, cohort(), mask_below=0)
