"""From records to the screening table: each window at both ends and one day to each side.

The patient is screened on 31 March 2026. Windows are calendar windows (C7) and both their ends belong to them. Source:
registry record NCT05832034, inclusion criterion 4 and the exclusion criteria.
"""

from datetime import date
from io import StringIO

import numpy as np
import pandas as pd
import pytest

import myositis_tools as mt

SCREENED = pd.Timestamp("2026-03-31")
PATIENT = {"patient_id": "A", "screening_date": SCREENED, "weight_kg": 70.0}
LINE = {
    "patient_id": "A",
    "drug": None,
    "atc": None,
    "dose_mg_day": None,
    "route": None,
    "start_date": None,
    "stop_date": None,
    "stable_since": None,
    "non_muscular_indication": None,
    "known_for_myositis": None,
    "induces_myopathy": None,
}
DATES = ["start_date", "stop_date", "stable_since"]
VERDICT = {True: "yes", False: "no"}


def patients(**given: object) -> pd.DataFrame:
    return pd.DataFrame([PATIENT | given])


def medications(*lines: dict[str, object]) -> pd.DataFrame:
    table = pd.DataFrame([LINE | line for line in lines], columns=list(LINE)).astype(
        {"drug": "object", "atc": "object"}
    )
    for name in DATES:
        table[name] = pd.to_datetime(table[name])
    table["dose_mg_day"] = table["dose_mg_day"].astype("float64")
    return table


def word(value: object) -> str:
    return "unknown" if pd.isna(value) else VERDICT[bool(value)]


def derived(column: str, *lines: dict[str, object], **given: object) -> tuple[str, str]:
    """The answer for a patient with these lines, and why it is unknown."""
    return answers(mt.derive_screening(patients(**given), medications=medications(*lines)), column)[0]


def derived_each(column: str, lines: list[dict[str, object]]) -> list[tuple[str, str]]:
    """The answer for each line, as the only line of a patient of its own."""
    names = [f"P{place:03}" for place in range(len(lines))]
    each = pd.DataFrame([PATIENT | {"patient_id": name} for name in names])
    listed = medications(*[line | {"patient_id": name} for line, name in zip(lines, names, strict=True)])
    return answers(mt.derive_screening(each, medications=listed), column)


def answers(screening: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    because = screening[f"{column}_because"].fillna("")
    return [(word(value), why) for value, why in zip(screening[column], because, strict=True)]


def lines_of(table: pd.DataFrame, **names: str) -> list[dict[str, object]]:
    """The rows of a table as lines of a medication list; a blank cell is a missing value."""
    table = table.rename(columns=names)
    table = table[[name for name in table if name in LINE]].astype("object")
    return table.where(table.notna(), None).to_dict("records")


AGE_AND_DURATION = """
birth      | onset      | age | months
2008-03-31 | 2025-03-31 | 18  | 12      # the birthday, and exactly 12 months
2008-04-01 | 2025-04-01 | 17  | 11      # one day short of both
2008-03-30 | 2025-03-30 | 18  | 12
1956-02-29 | 2025-04-30 | 70  | 11
1960-01-01 | 2026-02-28 | 66  | 1
1960-01-01 | 2026-03-31 | 66  | 0
1960-01-01 |            | 66  |
           | 2025-09-30 |     | 6       # September has no 31st: the last day of March completes the month
"""


def test_age_and_duration_in_calendar_months(read):
    table = read(AGE_AND_DURATION)
    given = pd.DataFrame(
        {
            "patient_id": [f"P{place}" for place in range(len(table))],
            "screening_date": SCREENED,
            "birth_date": pd.to_datetime(table["birth"]),
            "symptom_onset_date": pd.to_datetime(table["onset"]),
        }
    )
    screening = mt.derive_screening(given)
    pd.testing.assert_series_equal(screening["age_years"], table["age"].astype(float), check_names=False)
    pd.testing.assert_series_equal(
        screening["disease_duration_months"], table["months"].astype(float), check_names=False
    )


def test_a_leap_day_has_its_anniversary_on_the_last_day_of_february():
    given = patients(screening_date=pd.Timestamp("2025-02-28"), symptom_onset_date=pd.Timestamp("2024-02-29"))
    assert mt.derive_screening(given)["disease_duration_months"].tolist() == [12]
    given = patients(screening_date=pd.Timestamp("2025-02-27"), symptom_onset_date=pd.Timestamp("2024-02-29"))
    assert mt.derive_screening(given)["disease_duration_months"].tolist() == [11]


TREATMENT_SO_FAR = """
drug               | start      | non_muscular | naive   | because
prednisone         | 2026-03-31 | no           | no      |         # begun on the day of screening
prednisone         | 2026-04-01 | no           | yes     |         # and the day after
prednisone         | 2024-01-01 | no           | no      |         # long ago, and treatment all the same
prednisone         | 2026-01-01 | yes          | yes     |         # for asthma, say
prednisone         | 2026-01-01 |              | unknown | not recorded whether a drug was for a non-muscular condition
prednisone         |            | no           | unknown | start not recorded
methotrexate       | 2025-01-01 | no           | no      |
immunoglobulins    | 2025-01-01 | no           | no      |
hydroxychloroquine | 2025-01-01 | yes          | yes     |
hydroxychloroquine | 2025-01-01 | no           | no      |
ibuprofen          | 2025-01-01 |              | yes     |         # no treatment of myositis, whatever it is for
snake oil          | 2025-01-01 | no           | unknown | drug not recognised: snake oil
"""


def test_treatment_naive(read):
    table = read(TREATMENT_SO_FAR)
    lines = lines_of(
        table.assign(non_muscular=table["non_muscular"].map({"yes": True, "no": False})),
        start="start_date",
        non_muscular="non_muscular_indication",
    )
    expected = list(zip(table["naive"], table["because"].fillna(""), strict=True))
    assert derived_each("treatment_naive", lines) == expected


def test_an_empty_list_is_naive_only_if_it_was_taken():
    assert derived("treatment_naive", medications_recorded=True) == ("yes", "")
    assert derived("treatment_naive") == ("unknown", "no medication list")


def test_of_several_lines_one_treatment_is_enough():
    asthma = {
        "drug": "prednisone",
        "start_date": "2020-01-01",
        "stop_date": "2020-02-01",
        "non_muscular_indication": True,
    }
    unsaid = asthma | {"non_muscular_indication": None}
    treated = asthma | {"non_muscular_indication": False}
    assert derived("treatment_naive", asthma, unsaid)[0] == "unknown"
    assert derived("treatment_naive", asthma, unsaid, treated)[0] == "no"


def test_a_site_that_calls_a_treated_patient_naive_is_told():
    line = {"drug": "prednisone", "start_date": "2026-03-01", "non_muscular_indication": False}
    screening = mt.derive_screening(patients(treatment_naive=True), medications=medications(line))
    assert screening["treatment_naive"].tolist() == [True]
    assert screening["conflicts"].tolist() == ["treatment-naive: given yes, from the records no"]


def test_a_dose_in_another_unit_is_refused():
    line = medications({"drug": "prednisone", "dose_mg_day": 20, "start_date": "2026-03-01"})
    mt.derive_screening(patients(), medications=line.assign(dose_unit="mg/day"))
    with pytest.raises(mt.errors.UnknownWordError, match=r"dose_unit") as refused:
        mt.derive_screening(patients(), medications=line.assign(dose_unit="g/day"))
    assert "mg/day" in str(refused.value)


IMMUNOSUPPRESSION = """
drug           | start      | stop       | recent
methotrexate   | 2024-01-01 |            | yes      # still taken
methotrexate   | 2024-01-01 | 2025-12-30 | no       # stopped the day before the window opens
methotrexate   | 2024-01-01 | 2025-12-31 | yes      # stopped on its first day
methotrexate   | 2024-01-01 | 2026-01-01 | yes
methotrexate   | 2026-03-31 |            | yes      # begun on the day of screening
methotrexate   | 2026-04-01 |            | no       # and the day after
prednisone     | 2024-01-01 |            | no       # a glucocorticoid is judged with prior treatment
paracetamol    | 2024-01-01 |            | unknown  # without an ATC code we do not know every drug
adalimumab     | 2024-01-01 |            | unknown  # may be a stable drug for another disease: the list does not say
methotrexate   |            |            | unknown  # no start
"""


def test_the_window_of_immunosuppression(read):
    table = read(IMMUNOSUPPRESSION)
    found = derived_each("recent_immunosuppression", lines_of(table, start="start_date", stop="stop_date"))
    assert [answer for answer, _ in found] == table["recent"].tolist()


STABLE_DRUG = """
stable     | non_muscular | known | induces | stop       | recent
2025-09-30 | yes          | no    | no      |            | no       # six months to the day: 30 September has no 31st
2025-10-01 | yes          | no    | no      |            | yes
2025-09-29 | yes          | no    | no      |            | no
2024-01-01 | no           | no    | no      |            | yes
2024-01-01 | yes          | yes   | no      |            | yes
2024-01-01 | yes          | no    | yes     |            | yes
2024-01-01 | yes          | no    |         |            | unknown
           | yes          | no    | no      |            | unknown
2024-01-01 | yes          | no    | no      | 2026-03-01 | yes      # no longer taken: no allowance to rest on
"""


def test_all_conditions_of_the_stable_drug_allowance(read):
    table = read(STABLE_DRUG)
    names = {
        "stable": "stable_since",
        "non_muscular": "non_muscular_indication",
        "known": "known_for_myositis",
        "induces": "induces_myopathy",
        "stop": "stop_date",
    }
    flags = ["non_muscular", "known", "induces"]
    table[flags] = table[flags].map({"yes": True, "no": False}.get)
    lines = [{"drug": "adalimumab", "start_date": "2022-01-01"} | line for line in lines_of(table, **names)]
    found = derived_each("recent_immunosuppression", lines)
    assert [answer for answer, _ in found] == table["recent"].tolist()


SILENT = {
    "late": "a pulse begun more than 7 days before screening",
    "large": "more than 1 mg/kg/day for no more than 14 days, and no pulse of the size of the record's examples",
    "between": "more than 20 mg/day and less than 1 mg/kg/day for more than 14 days",
}
PRIOR_TREATMENT = """
drug               | mg   | route       | start      | stop       | within  | because
# a pulse within a week: 24 March is the first day of the window
dexamethasone      | 40   |             | 2026-03-28 | 2026-03-31 | yes     |
methylprednisolone | 1000 | intravenous | 2026-03-24 | 2026-03-26 | yes     |
methylprednisolone | 1000 | intravenous | 2026-03-23 | 2026-03-25 | unknown | {late}
methylprednisolone | 1000 | intravenous | 2026-03-28 | 2026-03-31 | unknown | {large}
methylprednisolone | 1250 | intravenous | 2026-03-29 | 2026-03-31 | unknown | {large}
dexamethasone      | 40   |             | 2026-03-27 | 2026-03-31 | unknown | {large}
methylprednisolone | 1000 |             | 2026-03-24 | 2026-03-26 | unknown | route not recorded
# 1 mg/kg at 70 kg, up to 14 days before screening: 17 March is the fourteenth of them
prednisone         | 70   |             | 2026-03-17 |            | yes     |
prednisone         | 70   |             | 2026-03-16 |            | no      |
prednisone         | 70   |             | 2026-03-18 |            | yes     |
prednisone         | 70   |             | 2026-03-16 | 2026-03-29 | yes     |
prednisone         | 70   |             | 2026-03-16 | 2026-03-30 | no      |
prednisone         | 60   |             | 2026-03-17 |            | yes     |
prednisone         | 60   |             | 2026-03-16 |            | unknown | {between}
prednisone         | 80   |             | 2026-03-25 |            | unknown | {large}
prednisone         | 80   |             | 2026-03-01 |            | no      |
# 20 mg, begun no earlier than three months before
prednisone         | 20   |             | 2025-12-31 |            | yes     |
prednisone         | 20   |             | 2025-12-30 |            | no      |
prednisone         | 20   |             | 2026-01-01 |            | yes     |
prednisone         | 20.5 |             | 2026-01-01 |            | unknown | {between}
# equivalents: 16 mg methylprednisolone is 20 mg prednisone
methylprednisolone | 16   | oral        | 2026-01-01 |            | yes     |
methylprednisolone | 16.5 | oral        | 2026-01-01 |            | unknown | {between}
prednisone         |      |             | 2026-01-01 |            | unknown | dose not recorded
# an immunosuppressant is within only as a stable drug
azathioprine       | 100  |             | 2024-01-01 | 2024-06-01 | no      |
"""


def test_each_allowance_at_its_edges(read):
    table = read(PRIOR_TREATMENT.format(**{name: f"protocol text silent: {words}" for name, words in SILENT.items()}))
    lines = lines_of(table, mg="dose_mg_day", start="start_date", stop="stop_date")
    found = derived_each("prior_treatment_within_limits", lines)
    assert found == list(zip(table["within"], table["because"].fillna(""), strict=True))


def test_a_pulse_followed_by_a_full_dose_is_where_the_record_is_silent():
    pulse = {"drug": "dexamethasone", "dose_mg_day": 40, "start_date": "2026-03-24", "stop_date": "2026-03-27"}
    after = {"drug": "prednisone", "dose_mg_day": 60, "start_date": "2026-03-28"}
    assert derived("prior_treatment_within_limits", pulse, after) == (
        "unknown",
        "protocol text silent: a pulse and a course of up to 1 mg/kg/day",
    )


def test_full_doses_are_counted_together():
    first = {"drug": "prednisone", "dose_mg_day": 60, "start_date": "2026-03-01", "stop_date": "2026-03-10"}
    second = {"drug": "prednisone", "dose_mg_day": 60, "start_date": "2026-03-26"}
    assert derived("prior_treatment_within_limits", first, second) == (
        "unknown",
        "protocol text silent: courses of up to 1 mg/kg/day of together more than 14 days",
    )
    shorter = second | {"start_date": "2026-03-27"}
    assert derived("prior_treatment_within_limits", first, shorter) == ("yes", "")


def test_courses_at_the_same_time_are_not_judged_one_by_one():
    """Two low doses may make a high one; a change of dose on one day is no overlap."""
    first = {"drug": "prednisone", "dose_mg_day": 15, "start_date": "2026-01-10", "stop_date": "2026-02-10"}
    for start, expected in (("2026-02-09", "unknown"), ("2026-02-10", "yes"), ("2026-02-11", "yes")):
        second = {"drug": "prednisolone", "dose_mg_day": 15, "start_date": start}
        found = derived("prior_treatment_within_limits", first, second)
        assert found[0] == expected, start
        assert ("at the same time" in found[1]) is (expected == "unknown")
    other = {"drug": "furosemide", "start_date": "2026-01-10"}
    assert derived("prior_treatment_within_limits", first, other) == ("yes", "")


def test_what_begins_after_screening_is_no_treatment_before_it():
    for start, expected in (("2026-03-31", "no"), ("2026-04-01", "yes")):
        line = {"drug": "azathioprine", "dose_mg_day": 100, "start_date": start}
        assert derived("prior_treatment_within_limits", line)[0] == expected


def test_a_dose_per_weight_needs_the_weight():
    line = {"drug": "prednisone", "dose_mg_day": 60, "start_date": "2026-03-20"}
    assert derived("prior_treatment_within_limits", line, weight_kg=None) == ("unknown", "weight not recorded")


def test_a_definite_failure_beside_a_silent_text_decides():
    silent = {"drug": "prednisone", "dose_mg_day": 30, "start_date": "2026-01-01"}
    outside = {"drug": "azathioprine", "start_date": "2025-01-01", "stop_date": "2025-02-01"}
    assert derived("prior_treatment_within_limits", silent, outside)[0] == "no"


IN_USE = """
atc     | drug        | start      | stop       | loop    | nephrotoxic
C03CA01 | furosemide  | 2026-01-01 |            | yes     | no
C03EB01 |             | 2026-01-01 |            | yes     | no
        | Furosemide  | 2026-01-01 |            | yes     | no          # by name, whatever its spelling of letters
C03CA01 | furosemide  | 2026-01-01 | 2026-03-30 | no      | no          # stopped the day before screening
C03CA01 | furosemide  | 2026-01-01 | 2026-03-31 | yes     | no          # stopped on the day
C03AA03 |             | 2026-01-01 |            | no      | no          # a thiazide
M01AE01 | ibuprofen   | 2026-01-01 |            | no      | yes
M02AA15 | diclofenac  | 2026-01-01 |            | no      | no          # on the skin
M01AX05 | glucosamine | 2026-01-01 |            | no      | no          # in M01A and no anti-inflammatory drug
        | unheard-of  | 2026-01-01 |            | unknown | unknown
C03     |             | 2026-01-01 |            | unknown | no          # a group that is wider than loop diuretics
M01     |             | 2026-01-01 |            | no      | unknown
C3CA01  | furosemide  | 2026-01-01 |            | yes     | no          # no ATC code: the name counts
C3CA01  |             | 2026-01-01 |            | unknown | unknown
        | Torsemide   | 2026-01-01 |            | yes     | no
        | POLYMYXIN-B | 2026-01-01 |            | no      | yes
L04AX03 |             | 2026-01-01 |            | no      | no          # nephrotoxic on the broad list only
"""


def test_drugs_in_use_at_screening(read):
    table = read(IN_USE)
    for column, expected in (("loop_diuretic", "loop"), ("nephrotoxic_medication", "nephrotoxic")):
        found = derived_each(column, lines_of(table, start="start_date", stop="stop_date"))
        assert [answer for answer, _ in found] == table[expected].tolist(), column


@pytest.mark.parametrize("text", ["object", "string", pytest.param(None, id="as pandas reads it")])
def test_a_drug_without_a_code_is_open_whatever_pandas_keeps_text_as(text):
    given = pd.DataFrame({"patient_id": ["A", "B"], "drug": ["unheard-of", None], "atc": [None, "N02BA01"]})
    given = given.astype({"drug": text, "atc": text}) if text else pd.read_csv(StringIO(given.to_csv(index=False)))
    given = given.assign(start_date=pd.Timestamp("2026-01-01"), stop_date=pd.NaT, route=None)
    both = pd.concat([patients(), patients(patient_id="B")], ignore_index=True)
    found = mt.derive_screening(both, medications=given)
    for column in ("loop_diuretic", "nephrotoxic_medication", "recent_immunosuppression"):
        assert [word(value) for value in found[column]] == ["unknown", "no"], column
    assert mt.judge_exposures(given, both)["exposure"].tolist() == ["not recognised", "other"]


def test_the_broad_list_of_nephrotoxic_drugs_is_asked_for():
    lines = medications(*[{"atc": code, "start_date": "2026-01-01"} for code in ("C09AA02", "M01AX05")])
    lines["patient_id"] = ["A", "B"]
    both = pd.concat([patients(), patients(patient_id="B")], ignore_index=True)
    found = mt.derive_screening(both, medications=lines)["nephrotoxic_medication"]
    assert found.tolist() == [False, False]
    found = mt.derive_screening(both, medications=lines, nephrotoxic="broad")["nephrotoxic_medication"]
    assert found.tolist() == [True, False]
    with pytest.raises(mt.errors.OptionError, match="nephrotoxic"):
        mt.derive_screening(both, medications=lines, nephrotoxic="wide")


CODES = """
before  | since   # criteria.md 3.5: the same drug before and after the renumberings of 2022, 2024 and 2026
L01XC02 | L01FA01
L04AA29 | L04AF01
L04AA37 | L04AF02
L04AA26 | L04AG04
L04AA47 | L04AG10
L04AA25 | L04AJ01
L04AA10 | L04AH01
L04AA13 | L04AK01
L04AA27 | L04AE01
L04AA58 | L04AL01
L01BA01 | L04AX03
"""


def test_codes_before_and_after_renumbering(read):
    codes = [code for row in read(CODES).itertuples(index=False) for code in row]
    found = derived_each(
        "prior_treatment_within_limits",
        [{"atc": code, "start_date": "2024-01-01", "stop_date": "2025-01-01"} for code in codes],
    )
    assert {answer for answer, _ in found} == {"no"}


COARSE = """
start      | start_is | stop       | stop_is | recent  # the window opens on 31 December 2025
2025-12-15 | month    | 2025-12-20 |         | no
2025-10-01 |          | 2025-12-15 | month   | unknown # the 31st is a day of December
2025-10-01 |          | 2025-11-15 | month   | no
2025-10-01 |          | 2026-01-15 | month   | yes
2024-01-01 |          | 2025-06-15 | year    | unknown
2025-06-15 | year     | 2026-01-01 |         | yes
2026-03-15 | month    |            |         | yes
2026-04-15 | month    |            |         | no
2026-06-15 | year     |            |         | unknown
"""


def test_a_date_of_which_only_the_month_or_year_is_recorded(read):
    table = read(COARSE)
    names = {"start": "start_date", "stop": "stop_date", "start_is": "start_date_precision"}
    table = table.rename(columns=names | {"stop_is": "stop_date_precision"})
    lines = medications(*[{"drug": "methotrexate"} for _ in range(len(table))])
    lines["patient_id"] = [f"P{place}" for place in range(len(table))]
    for name in ("start_date", "stop_date"):
        lines[name] = pd.to_datetime(table[name])
        lines[f"{name}_precision"] = table[f"{name}_precision"]
    each = pd.concat([patients(patient_id=name) for name in lines["patient_id"]], ignore_index=True)
    found = answers(mt.derive_screening(each, medications=lines), "recent_immunosuppression")
    assert [answer for answer, _ in found] == table["recent"].tolist()
    doubt = "a date with only the month or year recorded"
    assert {why for answer, why in found if answer == "unknown"} == {
        doubt,  # it may have begun after screening
        f"methotrexate ({doubt}), 90 to 120 days before screening",
        f"methotrexate ({doubt}), 90 to 454 days before screening",
    }


def test_age_and_duration_of_a_month():
    given = pd.DataFrame(
        {
            "patient_id": list("ABCD"),
            "screening_date": pd.to_datetime(["2026-03-31", "2026-03-15", "2026-03-15", "2026-03-15"]),
            "birth_date": pd.to_datetime(["2008-03-01", "2008-03-01", "2007-01-01", "2008-01-01"]),
            "birth_date_precision": ["month", "month", "year", "day"],
            "symptom_onset_date": pd.to_datetime(["2025-09-01", "2025-09-01", "2026-03-01", "2025-01-01"]),
            "symptom_onset_date_precision": ["month", "month", "month", None],
        }
    )
    found = mt.derive_screening(given)
    assert found["age_years"].fillna(-1).tolist() == [18, -1, -1, 18]
    assert found["disease_duration_months"].fillna(-1).tolist() == [6, -1, 0, 14]
    assert found["age_years_min"].tolist() == [18, 17, 18, 18]
    assert found["age_years_max"].tolist() == [18, 18, 19, 18]
    assert found["disease_duration_months_min"].tolist() == [6, 5, 0, 14]
    assert found["disease_duration_months_max"].tolist() == [6, 6, 0, 14]
    assert found["age_years_because"].fillna("").tolist() == [
        "",
        "only the month of birth is recorded",
        "only the year of birth is recorded",
        "",
    ]
    assert found["disease_duration_months_because"][1] == "only the month of the first symptom is recorded"


def test_a_drug_stopped_on_a_day_not_written_down():
    lines = medications(*[{"drug": "methotrexate", "start_date": start} for start in ("2025-01-01", "2026-03-01")])
    lines = lines.assign(patient_id=["A", "B"], still_taken=pd.array([False, False], "boolean"))
    both = pd.concat([patients(), patients(patient_id="B")], ignore_index=True)
    found = answers(mt.derive_screening(both, medications=lines), "recent_immunosuppression")
    told = "methotrexate (stopped on a day that is not recorded), 0 to 454 days before screening"
    assert found == [("unknown", told), ("yes", "")]  # begun in the window
    lines["still_taken"] = pd.array([True, None], "boolean")
    assert mt.derive_screening(both, medications=lines)["recent_immunosuppression"].tolist() == [True, True]


def test_what_is_not_recognised_is_named():
    line = {"drug": "Wonder drug", "start_date": "2026-01-01"}
    for column in ("loop_diuretic", "recent_immunosuppression", "prior_treatment_within_limits"):
        assert derived(column, line) == ("unknown", "drug not recognised: wonder drug")


def test_what_cannot_be_is_refused_with_its_date():
    line = {"drug": "prednisone", "start_date": "2026-01-02", "stop_date": "2026-01-01"}
    with pytest.raises(mt.errors.ImpossibleValueError, match=r"stop_date.*patient_id A, value 2026-01-01"):
        derived("loop_diuretic", line)
    assert derived("loop_diuretic", line | {"stop_date": "2026-01-02"})[0] == "no"
    with pytest.raises(mt.errors.ImpossibleValueError, match="negative"):
        derived("loop_diuretic", line | {"stop_date": None, "dose_mg_day": -1})
    for column in ("birth_date", "symptom_onset_date"):
        with pytest.raises(mt.errors.ImpossibleValueError, match=rf"{column}.*value 2026-04-01"):
            mt.derive_screening(patients(**{column: pd.Timestamp("2026-04-01")}))
    with pytest.raises(mt.errors.DuplicateRowError):
        mt.derive_screening(pd.concat([patients(), patients()]))


JUDGED = """
drug         | mg | start      | stop       | taken for         | allowed | reason
prednisone   | 15 | 2026-01-01 |            | glucocorticoid    | met     | low
prednisone   | 40 | 2026-03-25 |            | glucocorticoid    | met     | full
prednisone   | 90 | 2026-01-01 |            | glucocorticoid    | not met | outside
prednisone   |    | 2026-01-01 |            | glucocorticoid    | unknown | dose not recorded
prednisone   | 90 | 2026-04-01 |            | glucocorticoid    | met     | begun after screening
azathioprine |    | 2025-01-01 | 2025-02-01 | immunosuppressant | not met | stopped
methotrexate |    | 2025-01-01 |            | immunosuppressant | not met | known for its use in myositis
adalimumab   |    | 2025-01-01 |            | immunosuppressant | unknown | stable
dapsone      |    | 2025-01-01 |            | review            | unknown | a drug that a person must judge
furosemide   |    | 2025-01-01 |            | other             |         | other
unheard-of   |    | 2025-01-01 |            | not recognised    | unknown | drug not recognised
"""
IN_FULL = {
    "low": "no more than 20 mg/day of prednisone, begun within 3 months",
    "full": "no more than 1 mg/kg/day of prednisone for no more than 14 days",
    "outside": "more or longer than the record allows for glucocorticoids",
    "stopped": "no longer taken: only a stable drug is allowed",
    "stable": "not recorded whether a drug was for a non-muscular condition",
    "other": "no glucocorticoid, immunosuppressant or immunomodulator",
    "review": "immunomodulator to review",
}


def test_each_exposure_is_judged_with_a_reason(read):
    table = read(JUDGED)
    lines = medications(*lines_of(table, mg="dose_mg_day", start="start_date", stop="stop_date"))
    before = lines.copy()
    found = mt.judge_exposures(lines, patients())
    pd.testing.assert_frame_equal(lines, before)
    assert found["exposure"].tolist() == [
        IN_FULL["review"] if kind == "review" else kind for kind in table["taken for"]
    ]
    assert found["allowed"].fillna("").tolist() == table["allowed"].fillna("").tolist()
    assert found["because"].tolist() == [IN_FULL.get(reason, reason) for reason in table["reason"]]
    assert found["by_low_dose"].tolist()[:3] == ["met", "not met", "not met"]
    nobody = mt.judge_exposures(lines, patients(patient_id="B"))
    assert set(nobody["because"].iloc[:4]) == {"patient not in the patients table"}


THROMBOSIS = """
event                      | date       | thrombosis
thrombosis                 | 2016-03-31 | yes       # ten years to the day
thrombosis                 | 2016-03-30 | no
thrombosis                 | 2016-04-01 | yes
pulmonary_embolism         | 2026-03-31 | yes
pulmonary_embolism         | 2026-04-01 | no
thrombosis                 |            | unknown
transient_ischaemic_attack | 2020-01-01 | unknown   # whether the record means it is for a person to judge
blood_product_reaction     | 2020-01-01 | no
"""


def test_the_window_of_thrombosis(read):
    table = read(THROMBOSIS)
    for row in table.itertuples():
        events = pd.DataFrame({"patient_id": ["A"], "event": [row.event], "date": pd.to_datetime([row.date])})
        screening = mt.derive_screening(patients(), events=events).iloc[0]
        assert word(screening["thrombosis_within_10_years"]) == row.thrombosis, row
        assert word(screening["blood_product_reaction"]) == ("yes" if "reaction" in row.event else "no")


@pytest.mark.parametrize(("recorded", "expected"), [(True, "no"), (False, "unknown"), (None, "unknown")])
def test_no_line_is_unknown_unless_the_list_was_taken(recorded, expected):
    other = {"patient_id": "B", "drug": "furosemide", "start_date": "2026-01-01"}
    given = patients(medications_recorded=pd.array([recorded], dtype="boolean")[0])
    given["medications_recorded"] = given["medications_recorded"].astype("boolean")
    screening = mt.derive_screening(given, medications=medications(other)).iloc[0]
    for column in ("loop_diuretic", "nephrotoxic_medication", "recent_immunosuppression"):
        assert word(screening[column]) == expected
    within = {"no": "yes", "unknown": "unknown"}[expected]
    assert word(screening["prior_treatment_within_limits"]) == within


def test_the_core_set_comes_from_the_visit_at_screening():
    visits = pd.DataFrame(
        {
            "patient_id": ["A", "A"],
            "week": [4, 0],
            "mmt8_150": [150, 135],
            "physician_global_cm": [1.0, 4.1],
            "ck_xuln": [1.0, 2.0],
            "ast_xuln": [9.0, 2.5],
        }
    )
    screening = mt.derive_screening(patients(), visits=visits).iloc[0]
    assert screening["mmt_loss_percent"] == 10
    assert screening["physician_global_cm"] == 4.1
    assert screening["enzyme_xuln"] == 2.5
    assert pd.isna(screening["haq_di"])


def test_a_given_value_wins_and_a_conflict_is_reported():
    given = patients(age_years=40.0, birth_date=pd.Timestamp("1970-01-01"), loop_diuretic=False)
    line = {"drug": "furosemide", "start_date": "2026-01-01"}
    screening = mt.derive_screening(given, medications=medications(line)).iloc[0]
    assert screening["age_years"] == 40
    assert not screening["loop_diuretic"]
    assert screening["conflicts"] == (
        "age: given 40.0, from the records 56.0; loop diuretic in use: given no, from the records yes"
    )


def test_the_sample_cohort_goes_all_the_way():
    screening = mt.derive_screening(
        mt.load_patients(), visits=mt.load_visits(), medications=mt.load_medications(), events=mt.load_events()
    )
    decisions = mt.TIME_IS_MUSCLE.decide(screening)["decision"].value_counts()
    assert decisions.sum() == len(mt.load_patients())
    assert set(decisions.index) == {"eligible", "indeterminate", "ineligible"}
    randomised = mt.load_patients().loc[lambda table: table["randomised"], "patient_id"]
    decided = mt.TIME_IS_MUSCLE.decide(screening).set_index("patient_id")["decision"]
    assert set(decided[randomised]) == {"eligible"}


# ------------------------------------------------------------------------------------------- dates that nobody lives


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"screening_date": pd.Timestamp("2226-03-31"), "birth_date": pd.Timestamp("1970-05-01")}, "birth_date"),
        ({"screening_date": date(9999, 12, 31), "birth_date": date(1970, 5, 1)}, "birth_date"),
        ({"birth_date": date(1, 1, 1)}, "birth_date"),
        ({"symptom_onset_date": date(1, 1, 1)}, "symptom_onset_date"),
        ({"birth_date": pd.Timestamp("1905-03-31")}, "birth_date"),
    ],
)
def test_an_age_of_more_than_a_life_is_refused(given, column):
    with pytest.raises(mt.errors.ImpossibleValueError) as refused:
        mt.derive_screening(patients(**given))
    assert f"Column {column} holds impossible values" in str(refused.value)
    assert "no more than 120 years before screening_date" in str(refused.value)


def test_the_oldest_age_is_taken():
    found = mt.derive_screening(patients(birth_date=pd.Timestamp("1905-04-01")))
    assert found["age_years"].tolist() == [120.0]


@pytest.mark.parametrize("day", ["200000-12-31", "-0044-03-15"])
def test_a_day_outside_the_calendar_is_refused(day):
    table = patients().assign(screening_date=np.array([day], dtype="datetime64[s]"))
    with pytest.raises(mt.errors.ImpossibleValueError, match=r"screening_date holds impossible .* a day of the year"):
        mt.derive_screening(table)
    found = mt.validate(table, "patients").query("column == 'screening_date'")
    assert found["severity"].tolist() == ["error"]
    assert found["value"].str.startswith("a day of the year").all()
