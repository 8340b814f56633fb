"""Enzymes that must not be followed, enzymes that score while normal, and measures that worsen unseen."""

import pandas as pd
import pytest

from myositis_tools.errors import NotFoundError, OptionError
from myositis_tools.scores import explain_total_improvement, score_total_improvement
from myositis_tools.scores.response import score_improvement_definition, score_worsening

OTHERS = {
    "physician_global_cm": 5.0,
    "patient_global_cm": 5.0,
    "mmt8_150": 120.0,
    "haq_di": 1.5,
    "extramuscular_cm": 5.0,
}


def visits(before: dict, now: dict, patients: tuple = ("A", "B")) -> pd.DataFrame:
    rows = [
        {"patient_id": patient, "week": week} | OTHERS | values
        for patient in patients
        for week, values in ((0, before), (12, before | now))
    ]
    return pd.DataFrame(rows)


LIVER = visits({"ck_xuln": 2.0, "alt_xuln": 5.0}, {"ck_xuln": 1.0, "alt_xuln": 1.0})


def test_an_enzyme_is_left_out_in_everybody_or_in_one_patient():
    assert score_total_improvement(LIVER)["enzyme"].tolist() == ["alt"] * 4
    everybody = score_total_improvement(LIVER, leave_out={"alt": "liver disease"})
    assert everybody["enzyme"].tolist() == ["ck"] * 4
    assert set(everybody["enzymes_left_out"]) == {"ALT: liver disease"}
    one = score_total_improvement(LIVER, leave_out={"alt": {"B": "liver disease"}, "ldh": "haemolysis"})
    assert one["enzyme"].tolist() == ["alt", "alt", "ck", "ck"]
    assert one["enzymes_left_out"].tolist() == ["LDH: haemolysis"] * 2 + ["ALT: liver disease; LDH: haemolysis"] * 2
    # ALT 5 to 1 is 133 % of its range: 7.5 points; CK 2 to 1 is 6.7 % of its range: 2.5 points.
    assert one["points_enzyme"].tolist()[1::2] == [7.5, 2.5]
    assert set(score_total_improvement(LIVER)["enzymes_left_out"]) == {""}


def test_numbered_patients_are_found_too():
    numbered = LIVER.assign(patient_id=[7, 7, 8, 8])
    scored = score_total_improvement(numbered, leave_out={"alt": {8: "liver disease"}})
    assert scored["enzyme"].tolist() == ["alt", "alt", "ck", "ck"]


def test_without_any_enzyme_the_score_says_why_it_is_missing():
    scored = score_total_improvement(LIVER, leave_out=dict.fromkeys(("ck", "alt"), "not trusted"))
    assert scored["enzyme"].isna().all()
    assert scored["missing"].tolist()[1] == "muscle enzyme not recorded at baseline beside those left out"
    assert (scored["tis_max"] - scored["tis_min"]).tolist()[1] == 7.5


@pytest.mark.parametrize("leave_out", [{"alt": {"B": "liver disease"}}, {"alt": "x", "ck": "y"}, {"ck": {"A": "z"}}])
@pytest.mark.parametrize("patient", ["A", "B"])
def test_the_receipt_follows_the_same_enzyme(leave_out, patient):
    row = score_total_improvement(LIVER, leave_out=leave_out).query("patient_id == @patient and week == 12").iloc[0]
    receipt = explain_total_improvement(LIVER, patient, 12, leave_out=leave_out).set_index("measure")
    followed = receipt.loc["enzyme", "column"].removesuffix("_xuln")
    assert followed == ("" if pd.isna(row["enzyme"]) else row["enzyme"])
    assert receipt["points"].sum() == row[[f"points_{name}" for name in receipt.index]].sum()


def test_other_scores_leave_it_out_too():
    rising = visits({"ck_xuln": 2.0, "alt_xuln": 5.0}, {"ck_xuln": 4.0, "alt_xuln": 1.0})
    options = {"leave_out": {"alt": {"A": "liver disease"}}}
    assert score_improvement_definition(rising, **options)["doi_improved"].tolist() == ["", "", "", "ALT"]
    worse = score_worsening(rising, definition="dastmalchi", **options)["worsening_enzyme"].tolist()
    assert worse == ["unknown", "met", "unknown", "not met"]


@pytest.mark.parametrize(
    ("leave_out", "error", "message"),
    [
        ({"alat": "liver"}, OptionError, r"leave_out=\{'alat': \.\.\.\} names no enzyme.*did you mean"),
        ({"alt": ""}, OptionError, "gives no reason.*'liver disease'"),
        ({"alt": True}, OptionError, "gives no reason"),
        ({"alt": {"A": None}}, OptionError, "gives no reason"),
        ({"alt": {"Z": "liver"}}, NotFoundError, "no patient Z to leave an enzyme out for"),
    ],
)
def test_what_cannot_be_left_out_is_refused(leave_out, error, message):
    with pytest.raises(error, match=message):
        score_total_improvement(LIVER, leave_out=leave_out)
    with pytest.raises(error, match=message):
        explain_total_improvement(LIVER, "A", 12, leave_out=leave_out)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # AST within its normal range: 1.0 to 0.8 is 6.7 % of three times the limit, 2.5 points.
        ({"ast_xuln": 1.0}, {"ast_xuln": 0.8}, True),
        ({"ast_xuln": 1.01}, {"ast_xuln": 0.8}, False),
        # CK within its normal range hardly can: 1.0 to 0.3 is 4.7 % of fifteen times.
        ({"ck_xuln": 1.0}, {"ck_xuln": 0.3}, False),
        ({"ast_xuln": 1.0}, {"ast_xuln": 0.85}, False),  # exactly 5 %: nothing
        ({"ast_xuln": 1.0}, {"ast_xuln": 0.84}, True),
        ({"ast_xuln": 0.9}, {"ast_xuln": None}, None),
    ],
)
def test_a_normal_enzyme_that_scores_is_flagged(before, now, expected):
    found = score_total_improvement(visits(before, now))["enzyme_normal_yet_scores"]
    assert (None if pd.isna(found[1]) else bool(found[1])) is expected
    assert pd.isna(found[0])


def test_the_physical_summary_score_has_no_normal_range():
    juvenile = visits({"chq_phs": 0.5}, {"chq_phs": 30.0})
    options = {"population": "juvenile", "ranges": {"chq_phs": 50}}
    scored = score_total_improvement(juvenile, **options)
    assert scored["points_enzyme"].tolist()[1] == 7.5
    assert scored["enzyme_normal_yet_scores"].isna().all()


def test_worsening_beside_a_rising_score_is_named():
    """The edges are those of the points table: more than 5 % of the range, for strength more than 2 %."""
    now = {"physician_global_cm": 1.0, "haq_di": 1.65, "patient_global_cm": 5.5, "mmt8_150": 117.0}
    at_the_edge = score_total_improvement(visits({"ck_xuln": 5.0}, now)).iloc[1]
    assert (at_the_edge["tis"], at_the_edge["worsened"]) == (17.5, "")
    now = {"physician_global_cm": 1.0, "haq_di": 1.7, "patient_global_cm": 5.6, "mmt8_150": 116.0, "ck_xuln": 5.8}
    beyond = score_total_improvement(visits({"ck_xuln": 5.0}, now)).iloc[1]
    assert beyond["tis"] == 17.5
    assert beyond["worsened"] == "patient global activity, MMT-8 (of 150), HAQ-DI, CK"
    first = score_total_improvement(visits({"ck_xuln": 5.0}, {"haq_di": None})).iloc[1]
    assert first["worsened"] == ""  # what was not recorded is in `missing`
