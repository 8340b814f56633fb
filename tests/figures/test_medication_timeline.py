"""What a patient took before screening: the windows and the courses that are drawn."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.figures.patient.medication_timeline import NOT_JUDGED, OTHER, WINDOW

DAY = pd.Timestamp("2026-05-31")


@pytest.fixture(name="patients")
def _patients():
    return pd.DataFrame({"patient_id": ["A", "B"], "screening_date": [DAY, DAY], "weight_kg": [70.0, 70.0]})


def courses(**columns):
    given = {
        "patient_id": ["A"],
        "drug": ["prednisone"],
        "dose_mg_day": [15.0],
        "start_date": [DAY],
        "stop_date": [DAY],
    }
    return pd.DataFrame(given | columns).astype({"start_date": "datetime64[ns]", "stop_date": "datetime64[ns]"})


def timeline(medications, patients, patient_id="A"):
    return mt.figures.medication_timeline_frame(medications, patients, patient_id)


def test_the_windows_are_those_of_the_table_and_end_at_screening(patients):
    windows = timeline(courses(), patients).query("effect == @WINDOW", local_dict={"WINDOW": WINDOW})
    assert windows["label"].tolist() == [
        "Stable drug for at least 6 months",
        "Immunosuppression within 3 months",
        "Low dose begun within 3 months",
        "Pulse begun within 7 days",
    ]
    # calendar months: the last day of a shorter one
    assert windows["since"].dt.strftime("%Y-%m-%d").tolist() == ["2025-11-30", "2026-02-28", "2026-02-28", "2026-05-24"]
    assert (windows["until"] == DAY).all()


def test_each_effect_is_that_of_judge_exposures(patients):
    table = courses(
        patient_id=["A"] * 3,
        drug=["prednisone", "methotrexate", "enalapril"],
        dose_mg_day=[15.0, 2.0, 5.0],
        start_date=[DAY - pd.Timedelta(days=30)] * 3,
        stop_date=[pd.NaT] * 3,
    )
    drawn = timeline(table, patients).query("effect != 'window'")
    assert dict(zip(drawn["label"], drawn["effect"], strict=True)) == {
        "prednisone 15 mg/day": "passes",
        "methotrexate 2 mg/day": "keeps out",
        "enalapril 5 mg/day": OTHER,
    }
    judged = mt.judge_exposures(table, patients)
    assert sorted(drawn["because"]) == sorted(judged["because"])


def test_a_course_beyond_the_edges_is_cut_and_told(patients):
    table = courses(start_date=[pd.Timestamp("2019-01-01")], stop_date=[pd.NaT])
    drawn = timeline(table, patients)
    course = drawn.iloc[-1]
    assert course["said"] == "2019-01-01 to no stop recorded"
    assert course["since"] < drawn["since"].iloc[0]
    assert (course["since"].year, course["until"]) == (2025, DAY)


def test_only_the_patients_own_courses_are_drawn(patients):
    assert (timeline(courses(), patients, "B")["effect"] == WINDOW).all()
    assert "No medication" in mt.figures.plot_medication_timeline(courses(), patients, "B").layout.annotations[0].text


def test_no_day_of_screening(patients):
    patients["screening_date"] = pd.Series([pd.NaT, DAY])
    drawn = mt.figures.plot_medication_timeline(courses(), patients, "A")
    assert "not recorded" in drawn.layout.annotations[0].text


def test_nothing_by_colour_alone_and_text_stays_text(patients):
    table = courses(
        patient_id=["A"] * 2,
        drug=["<b>x</b>", "methotrexate"],
        dose_mg_day=[1.0, 2.0],
        start_date=[DAY] * 2,
        stop_date=[pd.NaT] * 2,
    )
    drawn = mt.figures.plot_medication_timeline(table, patients, "A")
    assert any("&lt;b&gt;" in label for label in drawn.layout.yaxis.ticktext)
    words = next(trace for trace in drawn.data if trace.uid == "words")
    assert any("✕ not allowed" in text for text in words.text)
    with pytest.raises(mt.errors.NotFoundError, match="no patient"):
        mt.figures.plot_medication_timeline(table, patients, "Z")


def test_a_protocol_without_words_on_courses_judges_none(patients):
    """Another trial's allowances are not hers."""
    silent = next(each for each in mt.PROTOCOLS.values() if not each.courses.groups)
    drawn = mt.figures.medication_timeline_frame(courses(), patients, "A", protocol=silent)
    of_courses = drawn[drawn["effect"] != WINDOW]
    assert of_courses["effect"].tolist() == [NOT_JUDGED]
    assert of_courses["because"].tolist() == [f"{silent.title} does not say which courses it allows"]
    title = mt.figures.plot_medication_timeline(courses(), patients, "A", protocol=silent).layout.title.text
    assert "1 course before screening, which the protocol does not judge" in title


def test_a_course_that_cannot_be_is_refused_whatever_the_protocol_judges(patients):
    silent = next(each for each in mt.PROTOCOLS.values() if not each.courses.groups)
    wrong = courses(stop_date=[DAY - pd.Timedelta(days=1)])
    with pytest.raises(mt.errors.ImpossibleValueError):
        mt.figures.medication_timeline_frame(wrong, patients, "A", protocol=silent)
