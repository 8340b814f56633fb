"""The published numbers against a second transcription, typed here independently of the files."""

from fractions import Fraction

import pandas as pd
import pytest

from myositis_tools.errors import NotFoundError
from myositis_tools.sample import load_published
from myositis_tools.sample.files import PUBLISHED

# Manufacturer's patient pages: physician global, patient global, extramuscular, HAQ-DI, MMT-8 of 150, CK.
TWO_PATIENTS = {
    ("RCI_A", "baseline"): (5.5, 2.0, 5.5, 0, 146, 66),
    ("RCI_A", "end"): (0.5, 1.0, 0, 0, 150, 84),
    ("RCI_B", "baseline"): (3.2, 4.0, 3.5, 0.125, 149, 93),
    ("RCI_B", "end"): (2.0, 3.0, 2.2, 0.25, 150, 65),
}
MEASURES = ["physician_global_cm", "patient_global_cm", "extramuscular_cm", "haq_di", "mmt8_150", "ck_value"]

# Dastmalchi 2008, Table 3: diagnosis, CK before and after (microkat/L), MMT-8 of 80, functional index, outcome.
THIRTEEN = """
1  PM   1.8  1.3  57 61  23 31  improved
2  PM   1.9  3.9  66 73  49 54  improved
3  PM   4.0 16.8  76 77  56 58  worse
4  PM   4.4  8.1  65 64  34 27  worse
5  PM   4.3   -   54  -  15  -  dropped-out
6  DM   1.8  2.7  48 56  42 42  unchanged
7  DM    47   -   63  -  40  -  dropped-out
8  DM    11   -   68  -  56  -  dropped-out
9  DM    88   -   55  -   -  -  dropped-out
10 IBM  3.3  2.7  61 56  32 33  improved
11 IBM  2.5  2.3  49 57  25 33  unchanged
12 IBM  4.6  3.8  59 65  34 35  unchanged
13 IBM  3.9  3.8  57 61  33 28  unchanged
"""
THIRTEEN_COLUMNS = [
    "ck_before_ukat_l",
    "ck_after_ukat_l",
    "mmt8_80_before",
    "mmt8_80_after",
    "functional_index_64_before",
    "functional_index_64_after",
]


def test_the_two_patients_equal_the_second_transcription():
    found = load_published("two_patients").set_index(["patient_id", "measure"])
    assert len(found) == len(TWO_PATIENTS) // 2 * len(MEASURES)
    for (patient, when), values in TWO_PATIENTS.items():
        assert [found.loc[(patient, measure), when] for measure in MEASURES] == list(values)


def test_the_two_patients_visits_equal_the_second_transcription():
    visits = load_published("two_patients_visits").set_index(["patient_id", "week"])
    assert visits.index.is_unique
    for (patient, when), values in TWO_PATIENTS.items():
        assert visits.loc[(patient, {"baseline": 0, "end": 24}[when]), MEASURES].tolist() == list(values)


def test_their_points_for_ck_do_not_depend_on_the_assumed_limit():
    visits = load_published("two_patients_visits").set_index(["patient_id", "week"])
    rise = visits.loc[("RCI_A", 24), "ck_value"] - visits.loc[("RCI_A", 0), "ck_value"]
    fall = Fraction(int(visits.loc[("RCI_B", 0), "ck_value"] - visits.loc[("RCI_B", 24), "ck_value"]))
    assert rise > 0
    # At most 5 % of a range of 15 times the limit earns nothing; 38 is the lowest whole limit for which that holds.
    percent = {limit: fall / (15 * limit) * 100 for limit in (37, 38, 200)}
    assert percent[37] > 5 >= percent[38] > percent[200]
    assert visits["assumed_reason"].str.startswith("Assumed").all()
    assert (visits["assumed_ck_upper_limit"] >= 38).all()


def test_the_thirteen_patients_equal_the_second_transcription():
    found = load_published("thirteen_patients").set_index("patient")
    lines = THIRTEEN.split("\n")[1:-1]
    assert len(found) == len(lines) == 13
    for line in lines:
        patient, diagnosis, *values, outcome = line.split()
        row = found.loc[int(patient)]
        assert (row["diagnosis"], row["outcome_as_stated"]) == (diagnosis, outcome.replace("-", " "))
        assert row["completed"] == (outcome != "dropped-out")
        for column, value in zip(THIRTEEN_COLUMNS, values, strict=True):
            assert pd.isna(row[column]) if value == "-" else row[column] == float(value)


@pytest.mark.parametrize(
    ("patient", "improved", "worsened"),
    [
        (1, "physician_global; patient_global; haq; ck; extramuscular (arthritis)", ""),
        (2, "physician_global; haq; extramuscular (arthritis)", "extramuscular (skin, dysphagia, myalgia)"),
        (3, "haq", "physician_global; ck; extramuscular (myalgia)"),
        (4, "", "physician_global; ck; extramuscular (arthralgia, myalgia)"),
        (6, "physician_global; haq", "ck"),
        (9, "", "ck"),
        (10, "physician_global; patient_global; haq", "extramuscular (GI, fever)"),
        (11, "", "extramuscular (dysphagia)"),
        (12, "physician_global", ""),
        (13, "physician_global", ""),
    ],
)
def test_the_measures_listed_for_a_patient(patient, improved, worsened):
    row = load_published("thirteen_patients").set_index("patient").loc[patient].fillna("")
    assert (row["measures_improved"], row["measures_worsened"]) == (improved, worsened)


@pytest.mark.parametrize(
    ("trial", "arm", "week", "measure", "value"),
    [
        ("ProDERM", "IVIg 2 g/kg q4w", 16, "TIS>=20 responders (percent)", 78.7),
        ("ProDERM", "IVIg 2 g/kg q4w", 16, "TIS>=20 responders (count)", 37),
        ("ProDERM", "placebo", 16, "TIS>=20 responders (percent)", 43.8),
        ("ProDERM", "placebo", 16, "TIS>=20 responders (count)", 21),
        ("ProDERM", "IVIg 2 g/kg q4w", 16, "TIS mean", 48.4),
        ("ALKIVIA phase 2", "efgartigimod PH20 SC weekly", 24, "TIS mean", 50.45),
        ("ALKIVIA phase 2", "placebo", 24, "TIS>=60 responders (percent)", 9.5),
        ("VALOR", "placebo", 52, "TIS mean", 31.2),
        ("DETERMINE", "placebo", 28, "TIS mean", 26.7),
        ("RIM", "all analysed", 44, "IMACS DOI responders (count)", 161),
        ("IMMEDIATE pilot", "single arm", 9, "TIS>=40 by week 9 (count)", 8),
    ],
)
def test_a_group_result(trial, arm, week, measure, value):
    found = load_published("group_results")
    row = found[
        (found["trial"] == trial) & (found["arm"] == arm) & (found["week"] == week) & (found["measure"] == measure)
    ]
    assert row["value"].tolist() == [value]


def test_proderms_stated_difference_and_interval():
    found = load_published("group_results")
    row = found[found["measure"] == "TIS>=20 risk difference"].iloc[0]
    assert (row["value"], row["interval_low"], row["interval_high"]) == (34.97, 16.70, 53.24)


def test_a_baseline_measure():
    found = load_published("baseline_measures").set_index(["cohort", "group", "measure"])
    row = found.loc[("CARRA registry, new JDM", "all", "phga")]
    assert (row["n"], row["value"], row["quartile_low"], row["quartile_high"]) == (119, 4.0, 2.5, 5.0)
    row = found.loc[("myositis training trial (Czech)", "control", "mmt8")]
    assert (row["n"], row["value"], row["quartile_low"], row["quartile_high"]) == (23, 64.0, 55.0, 71.0)


@pytest.mark.parametrize(("name", "rows"), [("group_results", 67), ("baseline_measures", 35)])
def test_no_row_was_lost(name, rows):
    assert len(load_published(name)) == rows


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_row_is_cited(name):
    table = load_published(name)
    assert table["citation"].notna().all()
    assert table["source_url"].str.match(r"https?://\S+$").all()


def test_numbers_are_numbers():
    found = load_published("group_results")
    for column in ("value", "standard_deviation", "interval_low", "interval_high", "week", "n"):
        assert found[column].dtype.kind == "f"
    inside = found.dropna(subset=["interval_low", "value"])
    assert ((inside["interval_low"] < inside["value"]) & (inside["value"] < inside["interval_high"])).all()


def test_an_unknown_table_is_refused_with_the_nearest_name():
    with pytest.raises(NotFoundError, match="did you mean 'two_patients'"):
        load_published("two_patient")
