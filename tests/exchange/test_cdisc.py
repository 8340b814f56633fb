"""What real CDISC data sets have (seen in the CDISC pilot's) and files made for a test do not, each in a small file."""

import warnings

import pandas as pd
import pyreadstat
import pytest

import myositis_tools as mt
from myositis_tools import tables

WEEKS = {1: -1, 3: 0, 4: 2}


def file_of(tmp_path, name, *lines):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    return path


def rows_of(table, *names):
    return [
        tuple(None if pd.isna(cell) else cell for cell in row) for row in table[list(names)].itertuples(index=False)
    ]


# ------------------------------------------------------------------------------------------------ visits and their week

LABS = (
    "USUBJID,VISITNUM,VISIT,LBTESTCD,LBSTRESC,LBSTRESN,LBSTRESU,LBSTNRHI,LBDTC",
    "01,1,SCREENING 1,CK,900,900,U/L,180,2024-01-01T08:30",
    "01,1.2,UNSCHEDULED 1.2,CK,360,360,U/L,180,2024-01-09",
    "01,3,BASELINE,CK,180,180,U/L,180,2024-01",
    "01,4,WEEK 2,CK,>1000,,U/L,180,2024-01-22",
    "01,4,WEEK 2,HGB,8,8,g/L,9,2024-01-22",
)


def test_the_weeks_of_visits_are_asked_for_and_their_names_are_a_proposal(tmp_path):
    path = file_of(tmp_path, "lb.csv", *LABS)
    with pytest.raises(mt.errors.OptionError) as caught:
        mt.read_cdisc(path, "LB")
    assert caught.value.expected == "weeks={1: ..., 1.2: None, 3: 0, 4: 2}"
    assert "1.2 (UNSCHEDULED 1.2)" in caught.value.where
    with pytest.raises(mt.errors.OptionError, match="no number as its week"):
        mt.read_cdisc(path, "LB", weeks={1: ..., 3: 0})
    with pytest.raises(mt.errors.OptionError, match="is no number"):
        mt.read_cdisc(path, "LB", weeks={"BASELINE": 0})
    with pytest.raises(mt.errors.NotFoundError, match=r"names: 30\. .* 3 \(BASELINE\)"):
        mt.read_cdisc(path, "LB", weeks={30: 0})


def test_rows_that_are_left_out_are_told_unless_they_were_declined(tmp_path):
    path = file_of(tmp_path, "lb.csv", *LABS[:4])
    with pytest.warns(
        mt.errors.ReadingWarning, match=r"Rows of LB .* left out, 1 of 3: 1\.2 \(UNSCHEDULED 1\.2\)\."
    ) as told:
        labs = mt.read_cdisc(path, "LB", weeks=WEEKS)
    assert told[0].filename == __file__
    declined = mt.read_cdisc(path, "LB", weeks={**WEEKS, 1.2: None})
    pd.testing.assert_frame_equal(labs, declined)
    assert rows_of(labs, "patient_id", "week", "test", "value") == [("01", -1, "ck", 900), ("01", 0, "ck", 180)]
    assert labs["date"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-01")]
    assert labs["date_precision"].tolist() == ["day", "month"]
    assert mt.validate(labs, "labs").empty


def test_a_number_of_a_transport_file_is_the_visit_that_is_written(tmp_path):
    """1.3 was read as 1.3000000000000003 from the pilot's file, and 1.2 + 0.1 is no 1.3 either."""
    table = pd.DataFrame({"USUBJID": ["A"], "VISITNUM": [1.3000000000000003], "LBTESTCD": ["CK"], "LBSTRESN": [5.0]})
    pyreadstat.write_xport(table, str(tmp_path / "lb.xpt"), file_format_version=5)
    for number in (1.3, 1.2 + 0.1):
        assert mt.read_cdisc(tmp_path / "lb.xpt", "LB", weeks={number: 6})["week"].tolist() == [6]


ANALYSIS = (
    "USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,DTYPE,ANL01FL",
    "A,HAQDI,Baseline,0,1.5,,Y",
    "A,HAQDI,Week 12,12,0.5,,Y",
    "A,HAQDI,Week 24,24,0.5,LOCF,Y",
)


def changed(tmp_path, old, new, lines=ANALYSIS):
    return file_of(tmp_path, "adqs.csv", *(line.replace(old, new) for line in lines))


def test_a_number_that_is_not_the_week_is_not_taken_for_it(tmp_path):
    observed = {"DTYPE": ""}
    assert mt.read_cdisc(changed(tmp_path, "", ""), "ADaM", where=observed)["week"].tolist() == [0, 12]
    order = changed(tmp_path, "Week 12,12", "Week 12,2")
    with pytest.raises(mt.errors.OptionError, match="2 is 'Week 12'") as caught:
        mt.read_cdisc(order, "ADaM", where=observed)
    assert caught.value.expected == "weeks={0: 0, 2: 12}"
    assert mt.read_cdisc(order, "ADaM", where=observed, weeks={0: 0, 2: 12})["week"].tolist() == [0, 12]
    last = changed(tmp_path, "Week 12,12", "End of Treatment,99")
    with pytest.raises(mt.errors.OptionError, match="99 is 'End of Treatment'"):
        mt.read_cdisc(last, "ADaM", where=observed)
    early = changed(tmp_path, "Week 12,12", "Screening,-4")
    assert mt.read_cdisc(early, "ADaM", where=observed)["week"].tolist() == [0, -4]
    two_names = file_of(tmp_path, "adqs.csv", *ANALYSIS[:2], "A,CHAQ,Visit 1,0,1.5,,Y")
    with pytest.raises(mt.errors.OptionError, match="0 is 'Visit 1'"):
        mt.read_cdisc(two_names, "ADaM")


def test_a_record_without_an_analysis_visit_is_told(tmp_path):
    path = changed(tmp_path, "Week 12,12", ",", ANALYSIS[:3])
    with pytest.warns(mt.errors.ReadingWarning, match="left out, 1 of 2: no number"):
        assert mt.read_cdisc(path, "ADaM")["week"].tolist() == [0]


# ------------------------------------------------------------------------------------------------------ the rows read


def test_a_value_carried_forward_is_not_read_as_measured(tmp_path):
    path = changed(tmp_path, "", "")
    with pytest.raises(mt.errors.OptionError, match="1 of 3 values were not observed") as caught:
        mt.read_cdisc(path, "ADaM")
    assert "{'DTYPE': ''}" in caught.value.expected
    for empty in ("", None, [None]):
        assert rows_of(mt.read_cdisc(path, "ADaM", where={"DTYPE": empty}), "week", "haq_di") == [(0, 1.5), (12, 0.5)]
    both = mt.read_cdisc(path, "ADaM", where={"DTYPE": ["", "LOCF"]})
    assert rows_of(both, "week", "haq_di") == [(0, 1.5), (12, 0.5), (24, 0.5)]


def test_the_row_flagged_for_analysis_is_read_of_several(tmp_path):
    path = file_of(tmp_path, "adqs.csv", *ANALYSIS[:3], "A,HAQDI,Week 12,12,0.75,,")
    with pytest.raises(mt.errors.DuplicateRowError, match=r"week 12, haq_di.*where=\{'ANL01FL': 'Y'\}"):
        mt.read_cdisc(path, "ADaM")
    assert mt.read_cdisc(path, "ADaM", where={"ANL01FL": "Y"})["haq_di"].tolist() == [1.5, 0.5]
    with pytest.raises(mt.errors.MissingColumnError, match="did you mean 'ANL01FL'"):
        mt.read_cdisc(path, "ADaM", where={"ANL1FL": "Y"})
    with pytest.raises(mt.errors.NotFoundError, match=r"No row has ANL01FL 'N'\..*Expected: 'Y', ''"):
        mt.read_cdisc(path, "ADaM", where={"ANL01FL": "N"})
    numbers = mt.read_cdisc(path, "ADaM", where={"AVISITN": 0})
    assert numbers["week"].tolist() == [0]


def test_variables_in_small_letters(tmp_path):
    path = file_of(tmp_path, "adqs.csv", ANALYSIS[0].lower(), *ANALYSIS[1:3])
    assert mt.read_cdisc(path, "ADaM")["haq_di"].tolist() == [1.5, 0.5]


# ---------------------------------------------------------------------------------------------------------- laboratory


def test_a_result_that_is_no_number_is_missing_and_told(tmp_path):
    path = file_of(tmp_path, "lb.csv", LABS[0], *LABS[3:5])
    with pytest.warns(mt.errors.ReadingWarning, match=r"Results of LB .* missing, 1 of 2: ck >1000\."):
        labs = mt.read_cdisc(path, "LB", weeks=WEEKS)
    assert rows_of(labs, "week", "value") == [(0, 180), (2, None)]


def test_an_enzyme_of_another_fluid_is_asked_for(tmp_path):
    head = "USUBJID,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRHI,LBSPEC"
    path = file_of(tmp_path, "lb.csv", head, "01,LDH,300,U/L,250,SERUM", "01,LDH,40,U/L,,CEREBROSPINAL FLUID")
    with pytest.raises(mt.errors.OptionError, match=r"results of LDH are not of blood.*CEREBROSPINAL FLUID \(1 of 2"):
        mt.read_cdisc(path, "LB")
    assert mt.read_cdisc(path, "LB", where={"LBSPEC": "SERUM"})["value"].tolist() == [300]


def test_codes_of_laboratory_tests(tmp_path):
    path = file_of(tmp_path, "lb.csv", "USUBJID,LBTESTCD,LBSTRESN", "01,CPK,300", "01,Alt,40", "01,HGB,8")
    with pytest.warns(mt.errors.ReadingWarning, match=r"Rows of LB of other codes are left out, 2 of 3: CPK, HGB\."):
        assert mt.read_cdisc(path, "LB")["test"].tolist() == ["alt"]
    assert mt.read_cdisc(path, "LB", tests={"CPK": "ck", "HGB": None})["test"].tolist() == ["ck", "alt"]
    with pytest.raises(mt.errors.OptionError, match="tests='cpk' is not known"):
        mt.read_cdisc(path, "LB", tests={"CPK": "cpk"})
    with pytest.raises(mt.errors.MissingColumnError, match=r"No test of this LB data set is known.*CPK"):
        mt.read_cdisc(file_of(tmp_path, "none.csv", "USUBJID,LBTESTCD,LBSTRESN", "01,CPK,300"), "LB")


# ------------------------------------------------------------------------------------------------- persons and courses


def test_ages_of_children_and_a_sex_that_is_not_known(tmp_path):
    head = "USUBJID,SEX,AGE,AGEU"
    path = file_of(tmp_path, "dm.csv", head, "A,F,30,MONTHS", "B,u,54,YEARS", "C,m,,", "D,X,7,years")
    with pytest.warns(mt.errors.ReadingWarning, match=r"Ages of DM in months are divided by 12, 1 of 4\."):
        patients = mt.read_cdisc(path, "DM")
    assert rows_of(patients, "age_years", "sex") == [(2.5, "female"), (54, None), (None, "male"), (7, "X")]
    assert mt.validate(patients, "patients")[["value", "problem"]].to_numpy().tolist() == [["X", "word not allowed"]]
    with pytest.raises(mt.errors.ImpossibleValueError, match=r"An age is in WEEKS.*patient_id B"):
        mt.read_cdisc(file_of(tmp_path, "dm.csv", head, "A,F,30,YEARS", "B,M,20,WEEKS"), "DM")


COURSES = (
    "USUBJID,CMSPID,CMTRT,CMDECOD,CMDOSE,CMDOSU,CMDOSFRQ,CMROUTE,VISITNUM,CMSTDTC,CMENDTC,CMENRTPT",
    "A,1,PREDNISON 5MG TAB,PREDNISONE,5,mg,BID,ORAL,1,2023,,ONGOING",
    "A,1,PREDNISON 5MG TAB,PREDNISONE,5,mg,BID,ORAL,2,2023,,ONGOING",
    "A,2,ASPIRIN,UNCODED,1,TABLET,QD,ORAL,1,2023---15,2024-01-01T08:00,",
    "A,3,solumedrol,METHYLPREDNISOLONE,1,g,QD,INTRAVENOUS,1,2024-01,2024-01-05,",
    "A,4,digoxin,,125,ug,PRN,ORAL,1,2024-01-01,,BEFORE",
    "A,5,digoxin,,125,ug,qd,ORAL,1,2024-01-01,,U",
)


def test_the_courses_of_a_medication_list(tmp_path):
    with pytest.warns(mt.errors.ReadingWarning) as told:
        courses = mt.read_cdisc(file_of(tmp_path, "cm.csv", *COURSES), "CM")
    assert [str(one.message) for one in told] == [
        "Rows of CM that repeat a line (the same CMSPID) are one course, 1 of 6.",
        "Doses of CM that are not so many milligrams a day are missing, 2 of 5: 1 TABLET QD, 125 ug PRN.",
    ]
    assert rows_of(courses, "drug", "dose_mg_day", "start_date_precision", "still_taken") == [
        ("PREDNISONE", 10, "year", True),
        ("ASPIRIN", None, "year", None),
        ("METHYLPREDNISOLONE", 1000, "month", None),
        ("digoxin", None, "day", False),
        ("digoxin", 0.125, "day", None),
    ]
    assert courses["stop_date"].dropna().tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-05")]
    assert mt.validate(courses, "medications").empty
    equivalents = mt.prednisone_equivalent(courses)["prednisone_equivalent_mg_day"]
    assert equivalents.dropna().tolist() == [10, 1250]


def test_a_total_daily_dose_goes_before_one_of_an_intake(tmp_path):
    head = "USUBJID,EXTRT,EXDOSE,EXDOSTOT,EXDOSU,EXDOSFRQ,EXSTDTC,EXENDTC"
    path = file_of(
        tmp_path, "ex.csv", head, "A,x,2,,mg,TID,2024,2024", "A,y,2,5,mg,TID,2024,2024", "A,z,,5,mg,,2024,2024"
    )
    assert mt.read_cdisc(path, "EX")["dose_mg_day"].tolist() == [6, 5, 5]
    without = file_of(tmp_path, "ex.csv", "USUBJID,EXTRT,EXDOSE", "A,x,2")
    with pytest.warns(mt.errors.ReadingWarning) as told:
        assert mt.read_cdisc(without, "EX").columns.tolist() == ["patient_id", "drug"]
    assert [str(one.message) for one in told] == [
        "Doses of EX that are not so many milligrams a day are missing, 1 of 1: 2 ? ?.",
        "The EX data set has no EXSTDTC, and no course a start date.",
    ]


def test_lines_without_a_number_of_their_own_are_all_kept(tmp_path):
    """Two courses that say the same may be two; `validate` lists them."""
    path = file_of(tmp_path, "cm.csv", "USUBJID,CMSPID,CMTRT,CMSTDTC,CMENDTC", *["A,,prednisone,2024-01-01,"] * 2)
    courses = mt.read_cdisc(path, "CM")
    assert len(courses) == 2
    assert mt.validate(courses, "medications")["problem"].tolist() == ["row stands twice"]


def test_texts_of_a_transport_file_in_another_encoding(tmp_path):
    path = tmp_path / "cm.xpt"
    table = pd.DataFrame({"USUBJID": ["Zoë"], "CMTRT": ["x"], "CMSTDTC": ["2024"]})
    pyreadstat.write_xport(table, str(path), file_format_version=5)
    path.write_bytes(path.read_bytes().replace("Zoë".encode(), "Zoë ".encode("cp1252")))
    with pytest.raises(mt.errors.WrongTypeError, match="give its encoding"):
        mt.read_cdisc(path, "CM")
    for encoding in ("cp1252", "latin-1"):
        assert mt.read_cdisc(path, "CM", encoding=encoding)["patient_id"].tolist() == ["Zoë"]


def test_frequencies_are_as_their_code_says():
    """A second transcription: what the Latin of each code means."""
    once, twice = "QD QAM QPM QHS QN Q24H", "BID Q12H"
    typed = dict.fromkeys(once.split(), 1) | dict.fromkeys(twice.split(), 2) | {"TID": 3, "Q8H": 3, "QID": 4, "Q6H": 4}
    typed |= {"Q4H": 6, "EVERY AFTERNOON": 1, "EVERY EVENING": 1}
    table = tables.load("cdisc_frequencies")
    assert dict(zip(table["frequency"], table["times_a_day"], strict=True)) == typed


def test_nothing_is_told_of_a_clean_file(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mt.read_cdisc(changed(tmp_path, "LOCF", ""), "ADaM")
