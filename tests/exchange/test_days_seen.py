"""A birth date under another name: an error of the table, and never in what leaves with numbered patients."""

import warnings

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.exchange import wide_to_long
from myositis_tools.privacy.pseudonyms import Naming, described_by

BIRTHS = ["1959-11-10", "1971-04-03", "1990-01-05", "2001-06-30"]
DAYS = [f"202{4 + week // 50}-{1 + week // 4 % 12:02}-15" for week in (0, 12, 24)]


def visits(dates):
    rows = [(name, week) for name in "ABCD" for week in (0, 12, 24)]
    table = pd.DataFrame(rows, columns=["patient_id", "week"]).assign(haq_di=1.0)
    return table.assign(visit_date=pd.to_datetime(pd.Series(dates(rows))))


def births_at_every_visit(rows):
    return [BIRTHS["ABCD".index(name)] for name, _ in rows]


def births_of_one_patient(rows):
    return [BIRTHS[0] if name == "A" else DAYS[week // 12] for name, week in rows]


def one_birth_among_the_days(rows):
    return [BIRTHS[1] if (name, week) == ("B", 12) else DAYS[week // 12] for name, week in rows]


def birth_of_a_child(rows):
    return ["2010-03-04" if (name, week) == ("C", 24) else DAYS[week // 12] for name, week in rows]


def two_patients_with_one_date_each(rows):
    return [BIRTHS[0] if name in "AB" else BIRTHS[2] if name == "C" else DAYS[week // 12] for name, week in rows]


HIDDEN = [
    births_at_every_visit,
    births_of_one_patient,
    one_birth_among_the_days,
    birth_of_a_child,
    two_patients_with_one_date_each,
]


@pytest.mark.parametrize("dates", HIDDEN)
def test_it_is_an_error_and_does_not_leave(dates):
    table = visits(dates)
    problems = mt.validate(table, "visits")
    assert (problems["severity"] == "error").any()
    assert set(problems.loc[problems["severity"] == "error", "column"]) == {"visit_date"}
    assert problems.loc[problems["severity"] == "error", "hint"].str.contains("birth date").all()
    scored = mt.score_total_improvement(table.assign(**dict.fromkeys(("physician_global_cm", "patient_global_cm"), 1.0)
        , extramuscular_cm=1.0, mmt8_150=100.0, ck_xuln=1.0))  # fmt: skip
    for each in (table, scored, table.rename(columns={"patient_id": "Patient", "visit_date": "Visit date"})):
        with pytest.warns(mt.errors.PrivacyWarning, match="is left out of the numbered table"):
            kept = Naming(list("ABCD")).table(each)
        assert not {"visit_date", "Visit date"} & set(kept.columns)
    assert "visit_date" in Naming(list("ABCD"), identifiers=True).table(table)


def test_a_text_with_a_year_in_it_is_looked_at_as_well():
    table = visits(births_of_one_patient)
    table["visit_date"] = table["visit_date"].dt.strftime("%d-%m-%Y")
    with pytest.warns(mt.errors.PrivacyWarning):
        kept = Naming(list("ABCD")).table(table, described_by("visits"))
    assert "visit_date" not in kept


def test_birth_dates_that_a_wide_table_repeats():
    wide = pd.DataFrame({"patient_id": list("AB"), "visit_date": pd.to_datetime(BIRTHS[:2])})
    long = wide_to_long(wide.assign(haq_di_w0=1.0, haq_di_w24=0.5))
    assert (mt.validate(long, "visits")["problem"] == "the same at every visit").sum() == 4
    with pytest.warns(mt.errors.PrivacyWarning):
        assert "visit_date" not in Naming("AB").table(long, described_by("visits"))


def days_of_a_visit(rows):
    return [DAYS[week // 12] for _, week in rows]


def a_registry_of_thirty_years(rows):
    return [f"{1994 + 10 * 'ABCD'.index(name)}-{1 + week // 4:02}-01" for name, week in rows]


def a_date_beyond_every_other(rows):
    return ["2199-12-31" if (name, week) == ("A", 24) else DAYS[week // 12] for name, week in rows]


@pytest.mark.parametrize("dates", [days_of_a_visit, a_registry_of_thirty_years, a_date_beyond_every_other])
def test_days_of_visits_leave_as_they_are(dates):
    table = visits(dates)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "visit_date" in Naming(list("ABCD")).table(table, described_by("visits"))
    assert (mt.validate(table, "visits")["severity"] == "warning").all()


def test_screening_and_baseline_may_be_on_one_day():
    table = pd.DataFrame(
        {"patient_id": list("AABB"), "week": [-2, 0] * 2, "visit_date": pd.to_datetime(["2024-01-01"] * 4)}
    )
    assert not (mt.validate(table, "visits")["severity"] == "error").any()


def test_the_screening_date_of_a_patient_is_the_same_at_every_visit():
    table = visits(days_of_a_visit).assign(screening_date=pd.Timestamp("2024-01-10"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "screening_date" in Naming(list("ABCD")).table(table)


def test_the_sample_leaves_whole():
    for table in (mt.load_visits(), mt.load_patients()):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            kept = Naming(table["patient_id"]).table(table)
        assert {"visit_date", "screening_date"} & set(kept.columns) == {"visit_date", "screening_date"} & set(
            table.columns
        )
