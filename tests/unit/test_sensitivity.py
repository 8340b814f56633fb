"""How the pool changes with a limit, on a cohort worked by hand."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.frames import columns
from tests.spec.cohort import cohort
from tests.spec.eligible import changed, screening_of

TIM = mt.TIME_IS_MUSCLE
POOL = ["eligible", "indeterminate", "ineligible"]


def test_a_cohort_worked_by_hand():
    found = mt.sensitivity(TIM, cohort(), "maximum_duration_months", [13, 5])
    assert list(found.columns) == [name for name in columns("sensitivity") if name != "masked"]
    # below 5: P006 alone is not known to fail; below 13: P003 comes in, P008 stays out for her age
    assert found[["value", *POOL]].to_numpy().tolist() == [[5, 0, 1, 9], [12, 2, 2, 6], [13, 3, 2, 5]]
    assert found["is_published"].tolist() == found["is_current"].tolist() == [False, True, False]
    assert set(found["limit"]) == {"maximum_duration_months"}
    assert set(found["unit"]) == {"months"}


@pytest.mark.parametrize("name", TIM.limits)
def test_each_value_is_what_the_protocol_with_that_limit_decides(name):
    screening = mt.load_screening().iloc[::5]
    limit = TIM.limits[name]
    given = [limit.minimum, limit.minimum + limit.step, (limit.minimum + limit.maximum) // 2, limit.maximum]
    found = mt.sensitivity(TIM, screening, name, given)
    assert len(found) >= len({*given, limit.published})
    for row in found.to_dict("records"):
        decided = TIM.with_limits(**{name: row["value"]}).verdicts(screening)["decision"].value_counts()
        assert [row[word] for word in POOL] == [decided.get(word, 0) for word in POOL]


def test_a_protocol_that_was_changed_marks_both_values():
    found = mt.sensitivity(TIM.with_limits(minimum_age_years=16), cohort(), "minimum_age_years", [20]).set_index(
        "value"
    )
    assert found["is_published"].to_dict() == {16: False, 18: True, 20: False}
    assert found["is_current"].to_dict() == {16: True, 18: False, 20: False}
    assert found.loc[16, POOL].tolist() == [3, 2, 5]  # P001 is 17


def test_the_whole_range_by_default():
    found = mt.sensitivity(TIM, cohort(), "abnormal_enzyme_xuln")
    assert found["value"].is_monotonic_increasing
    assert found["value"].is_unique
    assert (found["value"].iloc[0], found["value"].iloc[-1]) == (0, 50)
    assert found.loc[found["is_published"], "value"].tolist() == [1.5]
    assert 50 <= len(found) <= 110
    assert mt.sensitivity(TIM, cohort(), "abnormal_measures")["value"].tolist() == [1, 2, 3, 4, 5]
    globals_cm = mt.sensitivity(TIM, cohort(), "abnormal_physician_global_cm")["value"].tolist()
    assert globals_cm == [tenths / 10 for tenths in range(101)]  # and no 0.30000000000000004


@pytest.mark.parametrize("people", [cohort().iloc[:0], cohort().iloc[[1]], screening_of([changed("")] * 3)])
def test_the_pool_adds_up_to_the_cohort(people):
    before = people.copy(deep=True)
    found = mt.sensitivity(TIM, people, "minimum_age_years")
    assert (found[POOL].sum(axis=1) == len(people)).all()
    pd.testing.assert_frame_equal(people, before)


def test_one_criterion_alone():
    alone = TIM.without(*(each.key for each in TIM.criteria if each.key != "adult"))
    assert mt.sensitivity(alone, cohort(), "minimum_age_years", [17])[POOL].to_numpy().tolist() == [
        [7, 2, 1],
        [5, 2, 3],
    ]


def test_small_counts_are_hidden():
    found = mt.sensitivity(TIM, cohort(), "maximum_duration_months", [5], mask_below=3)
    assert found["masked"].tolist() == ["indeterminate; ineligible", "eligible; indeterminate; ineligible"]
    assert found["eligible"].iloc[0] == 0
    with pytest.raises(mt.errors.OptionError, match="mask_below"):
        mt.sensitivity(TIM, cohort(), "maximum_duration_months", mask_below=0)


def test_a_count_that_stays_the_same_is_not_told_by_the_values_beside():
    """Of 15, nine are undecided at every value; where two are eligible, the values beside told that it was nine."""
    people = [changed("consent_signed ?")] * 9 + [changed("age_years 30")] * 2 + [changed("age_years 20")] * 4
    found = mt.sensitivity(TIM, screening_of(people), "minimum_age_years", [16, 25, 40], mask_below=5)
    assert found.loc[found["value"] == 25, POOL].isna().all(axis=None)
    assert found.loc[found["value"] == 40, POOL].to_numpy().tolist() == [[0, 9, 6]]


@pytest.mark.parametrize(
    ("limit", "values", "says"),
    [
        ("minimum_age", None, "did you mean 'minimum_age_years'"),
        ("minimum_age_years", [300], "plausible range"),
        ("minimum_age_years", ["18"], "is not a number"),
    ],
)
def test_what_is_refused(limit, values, says):
    with pytest.raises(mt.errors.OptionError, match=r".") as caught:
        mt.sensitivity(TIM, cohort(), limit, values)
    assert says in str(caught.value)
