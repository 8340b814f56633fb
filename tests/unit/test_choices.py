"""The same visits under other admissible choices: who changes class, and what is refused."""

import pandas as pd
import pytest

from myositis_tools.errors import OptionError
from myositis_tools.frames import columns
from myositis_tools.scores import score_total_improvement
from myositis_tools.studies import admissible_choices, choice_changes_frame, compare_choices, summarise_choices

BASELINE = {
    "physician_global_cm": 6.0,
    "patient_global_cm": 5.0,
    "mmt8_150": 120.0,
    "haq_di": 1.5,
    "ck_xuln": 6.0,
    "ast_xuln": 2.5,
    "extramuscular_cm": 3.0,
}


def visits_of(**patients: dict) -> pd.DataFrame:
    """A baseline and week 26 for each patient; what is not named stays as it was."""
    rows = []
    for name, now in patients.items():
        rows += [{"patient_id": name, "week": 0} | BASELINE, {"patient_id": name, "week": 26} | BASELINE | now]
    return pd.DataFrame(rows)


# physician global by 2.5 cm is exactly 25 %: 15 points; AST by 1.5 is half its range: 7.5; MMT by 4 of 150: 10.
VISITS = visits_of(
    A={"physician_global_cm": 3.5, "ast_xuln": 1.0},  # 15 with CK: none; 22.5 with AST: minimal
    B={"physician_global_cm": 3.5, "mmt8_150": 124.0},  # 25: minimal for adults, none for juveniles
    C={"physician_global_cm": 0.5, "mmt8_150": 124.0, "haq_di": None},  # 30 to 40
)


def classes_under(options: dict, visits: pd.DataFrame = VISITS, **reference) -> dict:
    compared = compare_choices(visits, {"other": options}, **reference)
    rows = compared[compared["choice"] == "other"]
    return {row["patient_id"]: (row["response"], row["class_change"]) for row in rows.to_dict("records")}


def missing(value: object) -> object:
    return None if pd.isna(value) else value


def test_the_reference_stands_beside_every_choice():
    compared = compare_choices(VISITS, {"other": {"enzyme_by": "range_share"}})
    assert compared["choice"].tolist() == ["reference"] * 3 + ["other"] * 3
    assert compared["choice_number"].tolist() == [0, 0, 0, 1, 1, 1]
    scored = score_total_improvement(VISITS).query("week == 26")
    reference = compared[compared["choice"] == "reference"]
    assert [missing(word) for word in reference["response"]] == [missing(word) for word in scored["response"]]
    assert [missing(word) for word in reference["reference_response"]] == ["none", "minimal", None]
    assert list(compared.columns) == list(columns("choices"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"enzyme_by": "range_share"},
            {"A": ("minimal", "higher"), "B": ("minimal", "same"), "C": (None, "not known")},
        ),
        ({"population": "juvenile"}, {"A": ("none", "same"), "B": ("none", "lower"), "C": ("minimal", "not known")}),
        ({"missing": "no_points"}, {"A": ("none", "same"), "B": ("minimal", "same"), "C": ("minimal", "not known")}),
        # C: 30 of the 90 points that are left is 33.3
        ({"missing": "rescaled"}, {"A": ("none", "same"), "B": ("minimal", "same"), "C": ("minimal", "not known")}),
        ({"leave_out": {"ck": {"A": "training"}}}, {"A": ("minimal", "higher"), "B": ("minimal", "same")}),
    ],
)
def test_who_changes_class(options, expected):
    found = classes_under(options)
    assert {name: (missing(found[name][0]), found[name][1]) for name in expected} == expected


def test_rescaled_is_no_more_than_the_missing_could_have_given():
    """30 of the 67.5 points without MMT are 44.4 %; from 146 the MMT can give 10 at most, so 40."""
    now = {"physician_global_cm": 0.5, "patient_global_cm": 0.5}
    visits = visits_of(A=now | {"mmt8_150": None})
    visits.loc[0, "mmt8_150"] = 146.0
    compared = compare_choices(visits, {"other": {"missing": "rescaled"}}).query("choice == 'other'")
    assert compared["tis"].tolist() == [40]


def test_rescaled_is_percent_of_what_could_be_earned():
    compared = compare_choices(VISITS, {"other": {"missing": "rescaled"}}).query("choice == 'other'")
    assert compared["tis"].round(6).tolist() == [15.0, 25.0, 33.333333]
    nothing = visits_of(D=dict.fromkeys(BASELINE))
    compared = compare_choices(nothing, {"other": {"missing": "rescaled"}}).query("choice == 'other'")
    # the bounds by what is left from the baseline: 60, 50, 20 (MMT), 50, 40 and 30 % of the ranges
    assert compared[["tis_min", "tis_max"]].to_numpy().tolist() == [[0, 20 + 10 + 20 + 10 + 7.5 + 15]]
    assert pd.isna(compared["tis"].iloc[0])


def test_the_reference_may_be_any_choice():
    found = classes_under({"missing": "rescaled"}, missing="no_points")
    assert found["C"] == ("minimal", "same")
    assert classes_under({"population": "adult"}, population="juvenile")["B"] == ("minimal", "higher")


def test_other_scales_of_strength_disagree():
    # imacs-scoring, section 8: 4 points more are 2.67 % of 150 and 5 % of 80 (10 points), 1.54 % of 260 (none).
    both = VISITS.assign(mmt26_260=[200.0, 200.0, 200.0, 204.0, 200.0, 204.0])
    assert "MMT-26 (of 260)" in admissible_choices(both, mmt="mmt8_150")
    compared = compare_choices(both, mmt="mmt8_150")
    changed = compared.query("choice == 'MMT-26 (of 260)'").set_index("patient_id")
    assert (changed.loc["B", "response"], changed.loc["B", "class_change"]) == ("none", "lower")


def test_a_window_takes_the_last_visit_in_it_as_baseline():
    screening = VISITS.query("week == 0").assign(week=-2, physician_global_cm=9.0)
    lost = VISITS[~((VISITS["patient_id"] == "A") & (VISITS["week"] == 0))]
    visits = pd.concat([screening, lost], ignore_index=True)
    before = visits.copy(deep=True)
    found = classes_under({"baseline_window": (-4, 0)}, visits)
    assert found["A"] == ("minimal", "not known")  # 9.0 to 3.5 is 55 %: 20 points, from the visit at week -2
    assert found["B"] == ("minimal", "same")  # her own baseline is the later one
    assert classes_under({"baseline_week": -2}, visits)["B"] == ("minimal", "same")
    pd.testing.assert_frame_equal(visits, before)
    assert "baseline at week -2" in admissible_choices(visits)


def test_the_admissible_choices_can_all_be_scored():
    found = admissible_choices(VISITS)
    assert list(found) == [
        "enzyme by range share",
        "CK alone",
        "missing measures without points",
        "missing measures rescaled",
        "juvenile thresholds",
    ]
    compared = compare_choices(VISITS)
    assert compared["choice"].unique().tolist() == ["reference", *found]
    other = admissible_choices(VISITS, population="juvenile", enzyme_by="range_share", missing="rescaled")
    assert list(other) == ["enzyme by xuln", "CK alone", "missing measures without points", "adult thresholds"]


def test_the_summary_counts_visits_and_patients():
    more = pd.concat([VISITS, VISITS.query("week == 26").assign(week=52)], ignore_index=True)
    choices = {"share": {"enzyme_by": "range_share"}, "juvenile": {"population": "juvenile"}}
    table = summarise_choices(compare_choices(more, choices))
    assert table.to_dict("records") == [
        {"choice": "share", "visits": 6, "same": 2, "higher": 2, "lower": 0, "not_known": 2, "patients": 3}
        | {"patients_changed": 1},
        {"choice": "juvenile", "visits": 6, "same": 2, "higher": 0, "lower": 2, "not_known": 2, "patients": 3}
        | {"patients_changed": 1},
    ]
    assert list(table.columns) == list(columns("choices_summary"))


def test_the_frame_of_a_figure_counts_every_visit_once():
    compared = compare_choices(VISITS, {"share": {"enzyme_by": "range_share"}})
    frame = choice_changes_frame(compared)
    assert frame.to_dict("records") == [
        {"choice": "share", "reference_response": was, "response": now, "class_change": change, "visits": 1}
        for was, now, change in [
            ("none", "minimal", "higher"),
            ("minimal", "minimal", "same"),
            ("not certain", "not certain", "not known"),
        ]
    ]
    assert list(frame.columns) == list(columns("choice_changes"))


@pytest.mark.parametrize(
    ("choices", "reference", "message"),
    [
        ({"x": {"enzymes_by": "xuln"}}, {}, "'enzymes_by' is no option of a choice.*choice 'x'.*did you mean"),
        ({"reference": {}}, {}, "cannot be called 'reference'"),
        ({"x": {"missing": "zero"}}, {}, "missing='zero' is not known"),
        ({"x": {"baseline_window": (0, -4)}}, {}, "is no window"),
        ({"x": {"baseline_window": 4}}, {}, "is no window"),
        ({}, {"weeks": [4]}, r"compare_choices\(\) has no option weeks"),
    ],
)
def test_what_is_refused(choices, reference, message):
    with pytest.raises(OptionError, match=message):
        compare_choices(VISITS, choices, **reference)
