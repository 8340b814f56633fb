"""What a reader of CDISC leaves out, or reads as other than stored, it tells: how many, and which."""

import warnings

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError, ReadingWarning, WrongTypeError
from myositis_tools.exchange.standards.cdisc_dates import known_part


def file_of(tmp_path, *lines, name="data.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path, domain, **how):
    """The table, and what was told; each from the line that called."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        table = mt.read_cdisc(path, domain, **how)
    assert {(one.category, one.filename) for one in told} <= {(ReadingWarning, __file__)}
    return table, [str(one.message) for one in told]


# ---------------------------------------------------------------------------------------------------------- the dates

UNKNOWN = ("--01-02", "--01", "-----", "-----15", "--", "-", "UN-01-02", "UNK-UNK-UNK", "---", "--01-02T10:30")
PARTS = {
    "2024-01-02": "2024-01-02", "2024-01-02T10:30": "2024-01-02", "2024-01": "2024-01", "2024": "2024",
    "2024---15": "2024", "2024-----": "2024", "2024----": "2024", "2024-01--": "2024-01", "2024-01-UN": "2024-01",
    "2024-UNK-UNK": "2024", "2024-UN": "2024", " 2024-01-02 ": "2024-01-02",
}  # fmt: skip


@pytest.mark.parametrize("date", UNKNOWN)
def test_a_date_without_its_year_is_missing_and_told(date, tmp_path):
    head = "USUBJID,CMTRT,CMSTDTC,CMENDTC"
    courses, told = read(file_of(tmp_path, head, "A,x,2024-01-02,", f"B,y,{date},2024"), "CM")
    assert courses["start_date"].isna().tolist() == [False, True]
    assert courses["stop_date_precision"].tolist()[1] == "year"
    assert told == [f"Dates of CM without a year are missing, 1 of 2: CMSTDTC {date!r}."]


@pytest.mark.parametrize(("date", "known"), PARTS.items())
def test_what_is_known_of_a_date(date, known):
    assert known_part(date) == known


def test_a_date_that_cannot_be_is_refused_where_it_stands(tmp_path):
    head = "USUBJID,CMTRT,CMSTDTC"
    for date in ("2024-02-60", "UN-JAN-2024", "02/03/2024", "2024-13"):
        with pytest.raises(WrongTypeError, match=r"start_date of data.csv .*lines 3 of the file"):
            mt.read_cdisc(file_of(tmp_path, head, "A,x,2024-01-02", f"B,y,{date}"), "CM")
    for domain, lines in {
        "DM": ("USUBJID,BRTHDTC", "A,1970", "B,--01-02"),
        "LB": ("USUBJID,LBTESTCD,LBSTRESN,LBDTC", "A,CK,1,2024", "B,CK,1,--01-02"),
        "ADaM": ("USUBJID,AVISITN,PARAMCD,AVAL,ADT", "A,0,HAQDI,1,2024-01-02", "B,0,HAQDI,1,--01-02"),
    }.items():
        assert read(file_of(tmp_path, *lines), domain)[1][0].startswith(f"Dates of {domain} without a year are missing")


def test_dates_under_another_name_are_read_and_none_at_all_is_told(tmp_path):
    for start, stop in (("CMSTDT", "CMENDT"), ("ASTDT", "AENDT")):
        path = file_of(tmp_path, f"USUBJID,CMTRT,{start},{stop}", "A,x,2015-07-16,2015-08-14")
        courses, told = read(path, "CM")
        assert courses["start_date"].tolist() == [pd.Timestamp("2015-07-16")]
        assert told == []
    courses, told = read(file_of(tmp_path, "USUBJID,CMTRT,CMSTDY,CMSTRTDT", "A,x,57,2015-07-16"), "CM")
    assert told == ["The CM data set has no CMSTDTC, and no course a start date; not read: CMSTRTDT."]


# ----------------------------------------------------------------------------------------------- the rows and the codes


def test_rows_of_other_codes_are_told_unless_they_were_declined(tmp_path):
    rows = ("A,0,HAQDI,1", "A,0,EQ5D,1", "A,0,SF36,2", "A,12,EQ5D,1", "A,12,,3")
    path = file_of(tmp_path, "USUBJID,AVISITN,PARAMCD,AVAL", *rows)
    visits, told = read(path, "ADaM")
    assert len(visits) == 1
    assert told == ["Rows of ADaM of other codes are left out, 4 of 5: EQ5D, SF36, no code."]
    declined = {"HAQDI": "haq_di", "EQ5D": None, "SF36": None}
    assert read(path, "ADaM", tests=declined)[1] == ["Rows of ADaM of other codes are left out, 1 of 5: no code."]
    assert read(path, "ADaM", where={"PARAMCD": "HAQDI"})[1] == []
    with pytest.raises(OptionError, match="did you mean 'haq_di'"):
        mt.read_cdisc(path, "ADaM", tests={"HAQDI": "haqdi"})


def test_a_test_with_a_name_and_no_code(tmp_path):
    path = file_of(
        tmp_path, "USUBJID,LBTEST,LBSTRESN,LBSTRESU,LBSTNRHI", "A,Creatine Kinase,900,U/L,180", "A,IgE,1,g/L,"
    )
    with pytest.raises(MissingColumnError, match=r"codes: Creatine Kinase, IgE.*tests= says"):
        mt.read_cdisc(path, "LB")
    labs, told = read(path, "LB", tests={"Creatine Kinase": "ck", "IgE": None})
    assert mt.to_xuln(labs)["xuln"].tolist() == [5]
    assert told == []


def test_visits_with_a_name_and_no_number(tmp_path):
    head = "USUBJID,AVISIT,PARAMCD,AVAL"
    path = file_of(tmp_path, head, "A,Baseline,HAQDI,1", "A,Week 12,HAQDI,0.5")
    assert read(path, "ADaM")[0]["week"].tolist() == [0, 12]
    path = file_of(tmp_path, head, "A,Baseline,HAQDI,1", "A,End of Treatment,HAQDI,0.5", "A,,HAQDI,2")
    with pytest.raises(OptionError) as told:
        mt.read_cdisc(path, "ADaM")
    assert told.value.expected == "weeks={'Baseline': 0, 'End of Treatment': ...}"
    visits, said = read(path, "ADaM", weeks={"Baseline": 0, "End of Treatment": 12})
    assert visits["week"].tolist() == [0, 12]
    assert said == ["Rows of ADaM whose visit has no week are left out, 1 of 3: no name."]
    with pytest.raises(NotFoundError, match="'Week 12'"):
        mt.read_cdisc(path, "ADaM", weeks={"Baseline": 0, "Week 12": 12})
    with pytest.raises(MissingColumnError, match=r"lacks AVISITN.*AVISITN or AVISIT"):
        mt.read_cdisc(file_of(tmp_path, "USUBJID,PARAMCD,AVAL", "A,HAQDI,1"), "ADaM")


def test_after_the_baseline_is_not_the_baseline(tmp_path):
    for name in ("Post-baseline minimum", "POST BASELINE LAST", "Postbaseline"):
        path = file_of(tmp_path, "USUBJID,AVISITN,AVISIT,PARAMCD,AVAL", f"A,0,{name},HAQDI,1")
        with pytest.raises(OptionError, match="is not the week"):
            mt.read_cdisc(path, "ADaM")


def test_a_variable_that_stands_twice_is_not_chosen_between(tmp_path):
    for head in ("USUBJID,usubjid,SEX", "usubjid,Usubjid,sex", "USUBJID,SEX,sex"):
        with pytest.raises(WrongTypeError, match=r"a variable twice: "):
            mt.read_cdisc(file_of(tmp_path, head, "A,B,F"), "DM")


def test_a_variable_that_is_not_there_has_a_way_to_be_there(tmp_path):
    with pytest.raises(MissingColumnError, match=r"lacks EXTRT.*name of the study's drug"):
        mt.read_cdisc(file_of(tmp_path, "USUBJID,EXDOSE,EXSTDTC", "A,1,2024"), "EX")
    doses = file_of(tmp_path, "USUBJID,EXTRT,EXSTDTC", "A,x,2024")
    with pytest.raises(MissingColumnError, match=r"lacks CMTRT"):
        mt.read_cdisc(doses, "CM")
    results = file_of(tmp_path, "USUBJID,LBTESTCD,LBSTRESN", "A,CK,1")
    with pytest.raises(MissingColumnError, match=r"lacks QSTESTCD.*is it LB\?"):
        mt.read_cdisc(results, "QS")


def test_lines_that_are_no_courses_are_told(tmp_path):
    head = "USUBJID,CMSPID,CMTRT,CMDOSE,CMDOSU,CMDOSFRQ,CMSTDTC"
    rows = ("A,1,x,5,mg,QD,2024", "A,1,x,5,mg,QD,2024", "B,,,,,,", "C,2,,5,mg,QD,2024", "D,3,z,5,mg/kg,QD,2024")
    courses, told = read(file_of(tmp_path, head, *rows), "CM")
    assert courses["patient_id"].tolist() == ["A", "C", "D"]
    assert courses["drug"].isna().tolist() == [False, True, False]
    assert told == [
        "Rows of CM that repeat a line (the same CMSPID) are one course, 1 of 5.",
        "Rows of CM without a drug, a dose and a date are left out, 1 of 4.",
        "Doses of CM that are not so many milligrams a day are missing, 1 of 3: 5 mg/kg QD.",
    ]


@pytest.mark.parametrize(("unit", "dose"), [("MG", 5), ("µg", 0.005), ("mcg", 0.005), ("G", 5000), ("milligrams", 5)])
def test_masses_however_they_are_spelt(unit, dose, tmp_path):
    path = file_of(tmp_path, "USUBJID,EXTRT,EXDOSE,EXDOSU,EXDOSFRQ,EXSTDTC", f"A,x,5,{unit},QD,2024")
    courses, told = read(path, "EX")
    assert courses["dose_mg_day"].tolist() == [pytest.approx(dose)]
    assert told == []


def test_visits_of_several_days_or_arms_are_told(tmp_path):
    head = "USUBJID,AVISITN,PARAMCD,AVAL,ADT,TRT01P"
    rows = ("A,0,HAQDI,1,2024-03-05,x", "A,0,CHAQ,1,2024-03-06,y", "B,0,HAQDI,1,2024-03-05,x", "B,0,CHAQ,1,,x")
    visits, told = read(file_of(tmp_path, head, *rows), "ADaM")
    assert visits["visit_date"].isna().tolist() == [True, False]
    assert told == [
        "Visits of ADaM whose parameters have more than one date have none, 1 of 2: A week 0.",
        "Visits of ADaM whose parameters have more than one arm have none, 1 of 2: A week 0.",
    ]


def test_a_value_that_is_no_number_is_named_by_its_line(tmp_path):
    """The line of the table that was made of the file was named."""
    rows = ("A,12,HAQDI,0.5", "A,0,CHAQ,1", "A,0,HAQDI,NA")
    with pytest.raises(WrongTypeError, match=r"Column haq_di of data.csv holds 'NA'.*lines 4 of the file"):
        mt.read_cdisc(file_of(tmp_path, "USUBJID,AVISITN,PARAMCD,AVAL", *rows), "ADaM")


def test_an_empty_table_says_why(tmp_path):
    for domain, head in {"DM": "USUBJID,SEX", "CM": "USUBJID,CMTRT,CMSTDTC"}.items():
        table, told = read(file_of(tmp_path, head), domain)
        assert table.empty
        assert told == [f"The {domain} data set has no row."]
    with pytest.raises(MissingColumnError, match="has no row"):
        mt.read_cdisc(file_of(tmp_path, "USUBJID,AVISITN,PARAMCD,AVAL"), "ADaM")


def test_nothing_is_told_of_what_is_read_as_it_stands(tmp_path):
    clean = {
        "DM": ("USUBJID,BRTHDTC,SEX,AGE,AGEU", "A,1970-05,F,53,YEARS", "B,1980,U,,"),
        "CM": ("USUBJID,CMTRT,CMDOSE,CMDOSU,CMDOSFRQ,CMSTDTC", "A,x,5,mg,BID,2024---15"),
        "LB": ("USUBJID,VISITNUM,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRHI,LBSPEC", "A,1,CK,900,IU/L,180,SERUM"),
        "QS": ("USUBJID,VISITNUM,QSTESTCD,QSSTRESN,QSSTRESU", "A,1,PHGLOB,4,cm", "A,1,HAQDI,,"),
    }
    for domain, lines in clean.items():
        weeks = {"weeks": {1: 0}} if domain in ("LB", "QS") else {}
        assert read(file_of(tmp_path, *lines), domain, **weeks)[1] == [], domain
