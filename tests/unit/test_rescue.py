"""Rescue as a named estimand: what each makes of one patient who was rescued, worked by hand."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import ImpossibleValueError, MissingColumnError, OptionError, WrongTypeError
from tests.unit.test_responders import BEFORE, NOTHING, WELL

# Half way: the MMT alone is better, by 20 % of its range.
SOME = BEFORE | {"mmt8_150": 120}
# of each patient the arm, the week of rescue, and what was seen at weeks 4, 8 and 12
PATIENTS = {
    "A": ("IVIg", None, (SOME, WELL, WELL)),
    "B": ("IVIg", 6, (SOME, BEFORE, WELL)),  # rescued between weeks 4 and 8
    "C": ("IVIg", 12, (BEFORE, BEFORE, WELL)),  # in the week of the visit: it counts as before
    "D": ("placebo", 2, (BEFORE, BEFORE, SOME)),  # before any visit
    "E": ("placebo", None, (BEFORE, BEFORE, BEFORE)),
    "F": ("placebo", 8, (SOME, SOME, NOTHING)),  # at a visit
}
VISITS = pd.DataFrame(
    [
        {"patient_id": name, "week": week, "arm": arm, "rescue_week": rescue, **state}
        for name, (arm, rescue, seen) in PATIENTS.items()
        for week, state in zip((0, 4, 8, 12), (BEFORE, *seen), strict=True)
    ]
)


def counts(estimand, missing="complete", **options):
    found = mt.compare_responders(
        VISITS, 12, level="minimal", rescue="rescue_week", estimand=estimand, missing=missing, **options
    )
    row = found[(found["estimate"] == "difference") & (found["method"] == "newcombe")].iloc[0]
    return tuple(int(row[name]) for name in ("responders", "patients", "reference_responders", "reference_patients"))


@pytest.mark.parametrize(
    ("estimand", "complete", "worst", "best"),
    [
        # at week 12 A, B and C are well, D gains 27.5 points for her strength, E none; F is not known
        ("treatment policy", (3, 3, 1, 2), (3, 3, 2, 3), (3, 3, 1, 3)),
        # B, D and F have failed
        ("composite", (2, 3, 0, 3), (2, 3, 0, 3), (2, 3, 0, 3)),
        # B as at week 4 and F as at week 8; of D nothing was seen before rescue
        ("while on treatment", (3, 3, 1, 2), (3, 3, 2, 3), (3, 3, 1, 3)),
        # B, D and F are not known
        ("hypothetical", (2, 2, 0, 1), (2, 3, 2, 3), (3, 3, 0, 3)),
    ],
)
def test_each_estimand_counts_as_it_says(estimand, complete, worst, best):
    assert counts(estimand) == complete
    assert counts(estimand, "worst") == worst
    assert counts(estimand, "best") == best


def test_scores_follow_the_same_estimand():
    def mean(estimand):
        found = mt.compare_scores(VISITS, 12, rescue="rescue_week", estimand=estimand, resamples=9)
        return found[found["method"] == "welch"].iloc[0]

    some = mt.score_total_improvement(VISITS).query("patient_id == 'B' and week == 4")["tis"].iloc[0]
    row = mean("while on treatment")
    assert row["value"] == pytest.approx((100 + some + 100) / 3 - (0 + some) / 2)
    assert mean("composite")["value"] == pytest.approx(200 / 3)
    assert (row["estimand"], row["rescued"], row["reference_rescued"]) == ("while on treatment", 1, 2)


def test_who_was_rescued_and_when():
    found = mt.rescued_patients(VISITS, 12, rescue="rescue_week", estimand="while on treatment")
    assert found[["patient_id", "arm", "rescue_week", "counted"]].to_numpy().tolist() == [
        ["B", "IVIg", 6, "as seen at week 4"],
        ["D", "placebo", 2, "not known"],
        ["F", "placebo", 8, "as seen at week 8"],
    ]
    assert found.loc[1, ["tis_min", "tis_max"]].tolist() == [0, 100]
    assert len(mt.rescued_patients(VISITS, 4, rescue="rescue_week")) == 1


def test_without_rescue_nothing_changes():
    plain = mt.compare_responders(VISITS, 12)
    asked = mt.compare_responders(VISITS, 12, rescue="rescue_week")
    assert set(asked.columns) - set(plain.columns) == {"estimand", "rescued", "reference_rescued"}
    pd.testing.assert_frame_equal(asked[plain.columns], plain)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"estimand": "composite"}, OptionError, "needs to know who was rescued"),
        ({"estimand": "per protocol", "rescue": "rescue_week"}, OptionError, "'hypothetical'"),
        ({"rescue": "rescue_weeks"}, MissingColumnError, "did you mean 'rescue_week'"),
        ({"rescue": "arm"}, WrongTypeError, "holds what is no number"),
        ({"rescue": "week"}, OptionError, "two things of one patient"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        mt.compare_responders(VISITS, 12, **options)


def test_rescue_at_baseline_is_refused():
    with pytest.raises(ImpossibleValueError, match="not after the baseline"):
        mt.compare_scores(VISITS.assign(rescue_week=0), 12, rescue="rescue_week")
