"""A REDCap export: what is left out is told, two headings never become one column, and no error is a traceback."""

import warnings

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError, ReadingWarning, WrongTypeError

WEEKS = {"baseline_arm_1": 0, "week_12_arm_1": 12}


def export(tmp_path, *lines, encoding="utf-8"):
    path = tmp_path / "export.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def read(path, kind="visits", **how):
    """The table, and what was told; each from the line that called."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        table = mt.read_redcap(path, kind, **how)
    assert {(one.category, one.filename) for one in told} <= {(ReadingWarning, __file__)}
    return table, [str(one.message) for one in told]


# ----------------------------------------------------------------------------- instruments and events that are left out

REPEATING = (
    "record_id,redcap_repeat_instrument,redcap_repeat_instance,sex,drug,start_date,bp",
    "1,,,female,,,",
    "1,medications,1,,prednisone,2024-01-02,",
    "1,medications,2,,methotrexate,2024-02-01,",
    "1,blood_pressure,1,,,,110",
)


def test_an_instrument_that_nobody_asked_for_is_told(tmp_path):
    path = export(tmp_path, *REPEATING)
    patients, told = read(path, "patients")
    assert patients["sex"].tolist() == ["female"]
    left = "Rows of repeating instruments are left out, 3 of 4: medications (2), blood_pressure (1); "
    assert told == [f"{left}instrument='blood_pressure' reads one."]
    courses, told = read(path, "medications")
    assert courses.columns.tolist() == ["patient_id", "drug", "start_date"]  # and not a table without columns
    assert courses.empty
    assert told[0].startswith(left)
    assert told[1] == "Patients without a value of medications are left out, 1 of 1: 1."
    courses, told = read(path, "medications", instrument="medications")
    assert courses["drug"].tolist() == ["prednisone", "methotrexate"]
    assert told == []
    with pytest.raises(NotFoundError, match="leave instrument= out"):
        mt.read_redcap(export(tmp_path, "record_id,sex", "1,female"), "patients", instrument="medications")
    nameless = export(tmp_path, REPEATING[0], "1,,,female,,,", "2,,,male,,,")
    with pytest.raises(NotFoundError, match="leave instrument= out"):
        mt.read_redcap(nameless, "patients", instrument="medications")


def test_an_instrument_of_a_labelled_export(tmp_path):
    head = REPEATING[0].replace("redcap_repeat_instrument,redcap_repeat_instance", "Repeat Instrument,Repeat Instance")
    path = export(tmp_path, head, *REPEATING[1:])
    assert "medications (2)" in read(path, "patients")[1][0]
    assert len(read(path, "medications", instrument="medications")[0]) == 2


EVENTS = (
    "record_id,redcap_event_name,haq_di",
    "1,baseline_arm_1,1.5",
    "1,week_12_arm_1,0.5",
    "1,unscheduled_arm_1,1",
    "2,baseline_arm_1,2",
    "2,,3",
)


def test_events_that_nobody_named_are_told_unless_they_were_declined(tmp_path):
    path = export(tmp_path, *EVENTS)
    visits, told = read(path, events=WEEKS)
    assert visits[["week", "haq_di"]].to_numpy().tolist() == [[0, 1.5], [12, 0.5], [0, 2]]
    assert told == [
        "Rows of events that events= does not name are left out, 2 of 5: unscheduled_arm_1 (1), none (1).",
    ]
    visits, told = read(export(tmp_path, *EVENTS[:-1]), events={**WEEKS, "unscheduled_arm_1": None})
    assert len(visits) == 3
    assert told == []


def test_every_event_is_proposed_and_needs_a_number(tmp_path):
    path = export(tmp_path, EVENTS[0], *(f"1,event_{number}_arm_1,1" for number in range(20)))
    with pytest.raises(OptionError) as told:
        mt.read_redcap(path, "visits")
    assert told.value.expected.count(": ...") == 20
    for week in (..., "12", True):
        with pytest.raises(OptionError, match="no number as its week"):
            mt.read_redcap(path, "visits", events={"event_1_arm_1": week})


def test_an_event_that_repeats_has_one_week_and_is_told(tmp_path):
    head = "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,haq_di"
    for given in (head, head.replace("redcap_repeat_instrument,", "")):
        cells = "," if given == head else ""
        rows = (f"1,baseline_arm_1,{cells}1,1.5", f"1,baseline_arm_1,{cells}2,1", f"2,baseline_arm_1,{cells},2")
        visits, told = read(export(tmp_path, given, *rows), events={"baseline_arm_1": 0})
        assert len(visits) == 3
        assert told == ["Rows that repeat an event have the week of the event, 1 of 3: patient_id 1."]
        assert mt.validate(visits, "visits")["problem"].tolist() == ["row stands twice"] * 2


# ----------------------------------------------------------------------------------------------- rows of nothing, boxes


@pytest.mark.parametrize(
    ("heading", "empty"),
    [
        ("symptoms___1", "0"), ("symptoms___other", "0"), ("symptoms___2", ""),
        ("Symptoms (choice=Fever)", "Unchecked"),
        ("core_set_complete", "0"), ("core_set_complete", "2"), ("core_set_timestamp", "[not completed]"),
        ("redcap_data_access_group", "amsterdam"), ("redcap_survey_identifier", "x@y"),
    ],
)  # fmt: skip
def test_what_nobody_filled_in_is_no_visit(heading, empty, tmp_path):
    head = f"record_id,redcap_event_name,haq_di,{heading}"
    path = export(tmp_path, head, f"1,baseline_arm_1,1.5,{empty}", f"1,week_12_arm_1,,{empty}")
    visits, told = read(path, events=WEEKS)
    assert visits["week"].tolist() == [0]
    assert told == ["Rows with nothing filled in are left out, 1 of 2."]


@pytest.mark.parametrize(("heading", "ticked"), [("symptoms___1", "1"), ("Symptoms (choice=Fever)", "Checked")])
def test_a_box_that_was_ticked_fills_a_row(heading, ticked, tmp_path):
    head = f"record_id,redcap_event_name,haq_di,{heading}"
    path = export(tmp_path, head, f"1,baseline_arm_1,1.5,{ticked}", f"1,week_12_arm_1,,{ticked}")
    visits, told = read(path, events=WEEKS)
    assert visits["week"].tolist() == [0, 12]
    assert told == []


def test_a_number_of_nothing_is_a_value(tmp_path):
    path = export(tmp_path, EVENTS[0], "1,baseline_arm_1,0", "1,week_12_arm_1,0")
    assert read(path, events=WEEKS)[0]["haq_di"].tolist() == [0, 0]


@pytest.mark.parametrize(("ticked", "not_ticked"), [("Checked", "Unchecked"), ("1", "0"), ("Yes", "No")])
def test_a_box_is_a_yes_or_no_where_it_is_renamed_to_one(ticked, not_ticked, tmp_path):
    path = export(tmp_path, "record_id,sex,habits___pregnant", f"1,female,{ticked}", f"2,male,{not_ticked}", "3,male,")
    patients, told = read(path, "patients", rename={"habits___pregnant": "pregnant"})
    assert patients["pregnant"].tolist()[:2] == [True, False]
    assert patients["pregnant"].isna().tolist() == [False, False, True]
    assert told == []


def test_a_row_of_boxes_alone_is_none_under_another_name_as_well(tmp_path):
    path = export(tmp_path, "record_id,habits___pregnant", "1,1", "2,0")
    patients, told = read(path, "patients", rename={"habits___pregnant": "pregnant"})
    assert patients["patient_id"].tolist() == ["1"]
    assert told == ["Patients without a value of patients are left out, 1 of 2: 2."]


# ------------------------------------------------------------------------------------------ the patients of many events


def test_a_patient_of_several_events_stands_once(tmp_path):
    """A HAQ-DI is a column of patients too, and each of its events made the patient stand again."""
    head = "record_id,redcap_event_name,sex,birth_date,haq_di,remark"
    rows = ("1,enrolment,female,1970-01-01,,", "1,baseline,,,1.5,called", "1,week_12,,,0.5,", "2,enrolment,male,,1,")
    patients, told = read(export(tmp_path, head, *rows), "patients")
    assert patients.columns.tolist() == ["patient_id", "sex", "birth_date", "remark"]
    assert patients["patient_id"].tolist() == ["1", "2"]
    assert patients["remark"].tolist()[0] == "called"
    assert told == [
        "Columns that differ between the rows of one patient are left out (of so many patients): haq_di (1); "
        "events={'enrolment': 0} reads one event.",
    ]
    patients, told = read(export(tmp_path, head, *rows), "patients", events={"baseline": 0})
    assert patients["haq_di"].tolist() == [1.5]
    agreeing = export(tmp_path, head, "1,enrolment,female,,,", "1,baseline,female,,1.5,")
    patients, told = read(agreeing, "patients")
    assert patients[["sex", "haq_di"]].to_numpy().tolist() == [["female", 1.5]]
    assert told == []


def test_columns_that_nobody_knows_are_named(tmp_path):
    path = export(tmp_path, "participant,dob,gender,consent___1,demographics_complete", "1,1980-01-01,2,1,2")
    patients, told = read(path, "patients", record_id="participant")
    assert patients.empty
    assert told == [
        "No column of the export is one of patients: dob, gender, consent___1; rename= says what they stand for.",
    ]
    renamed = {"dob": "birth_date"}
    patients, told = read(path, "patients", record_id="participant", rename=renamed)
    assert patients["birth_date"].tolist() == [pd.Timestamp("1980-01-01")]
    assert told == []
    assert "is one of visits" in read(path, "visits", record_id="participant")[1][0]


def test_an_export_without_rows_says_so(tmp_path):
    assert read(export(tmp_path, "record_id,sex"), "patients")[1] == ["The export has no row of patients."]


# -------------------------------------------------------------------------------------- headings that would stand twice


@pytest.mark.parametrize(
    ("lines", "how", "match", "way"),
    [
        (
            ("record_id,patient_id,redcap_event_name,haq_di", "1,P-07,b,1.5"), {},
            "would be patient_id: record_id, patient_id", {"record_id": "patient_id"},
        ),
        (
            ("record_id,patient_id,redcap_event_name,haq_di", "1,P-07,b,1.5"), {},
            "would be patient_id", {"rename": {"patient_id": "patient_id_of_export"}},
        ),
        (
            ("record_id,redcap_event_name,week,haq_di", "1,b,0,1.5"), {},
            "column week of its own", {"rename": {"week": "week_of_form"}},
        ),
        (
            ("record_id,redcap_event_name,haq,haq_di", "1,b,1.5,2.5"), {"rename": {"haq": "haq_di"}},
            "would be haq_di: haq, haq_di", {"rename": {"haq": "haq_di", "haq_di": "haq_di_of_export"}},
        ),
        (
            ("record_id,redcap_event_name,haq_1,haq_2", "1,b,1.5,2"),
            {"rename": {"haq_1": "haq_di", "haq_2": "haq_di"}},
            "would be haq_di: haq_1, haq_2", {"rename": {"haq_1": "haq_di", "haq_2": "haq_2_of_export"}},
        ),
    ],
)  # fmt: skip
def test_two_headings_for_one_column_are_asked_for(lines, how, match, way, tmp_path):
    path = export(tmp_path, *lines)
    with pytest.raises(OptionError, match=match) as told:
        mt.read_redcap(path, "visits", events={"b": 0}, **how)
    assert next(iter(way)) in told.value.hint
    visits = mt.read_redcap(path, "visits", events={"b": 0}, **way)
    assert visits[["week", "haq_di"]].to_numpy().tolist() == [[0, 1.5]]


def test_other_names_that_cannot_be(tmp_path):
    path = export(tmp_path, *EVENTS[:3])
    with pytest.raises(MissingColumnError, match=r"no column 'haq'.*did you mean 'haq_di'"):
        mt.read_redcap(path, "visits", events=WEEKS, rename={"haq": "chaq"})
    with pytest.raises(OptionError, match="gives the identifier another name"):
        mt.read_redcap(path, "visits", events=WEEKS, rename={"record_id": "number"})
    two = export(tmp_path, "record_id,week,visit", "1,0,12")
    with pytest.raises(OptionError, match="would be week"):
        mt.read_redcap(two, "visits", rename={"visit": "week"})
    with pytest.raises(MissingColumnError, match=r"record_id= says .* first column is 'study_id'"):
        mt.read_redcap(export(tmp_path, "study_id,haq_di", "1,1"), "visits")
    half = export(tmp_path, "record_id,patient_id,haq_di", "1,P-07,1", "1,,2")
    with pytest.raises(OptionError, match=r"1 of 2 rows have no patient_id.*lines 3 of the file"):
        mt.read_redcap(half, "visits", record_id="patient_id")
    with pytest.raises(WrongTypeError, match="same heading twice: Date"):
        mt.read_redcap(export(tmp_path, "Record ID,Date,Date", "1,2024,2024"), "visits", record_id="Record ID")


def test_a_heading_is_renamed_before_its_label_is_known(tmp_path):
    label = mt.redcap_dictionary().set_index("Variable / Field Name").loc["haq_di", "Field Label"]
    path = export(tmp_path, f"Record ID,Event Name,{label},week", "1,Baseline,1.5,3")
    how = {"record_id": "Record ID", "events": {"Baseline": 0}}
    visits = mt.read_redcap(path, "visits", **how, rename={label: "chaq", "week": "week_of_form"})
    assert visits["chaq"].tolist() == [1.5]
    visits = mt.read_redcap(path, "visits", **how, rename={"week": "week_of_form"})
    assert visits["haq_di"].tolist() == [1.5]
