"""A unit or a scale that a CDISC data set states is looked at: converted, or asked for; never taken for another."""

import warnings

import pandas as pd
import pyreadstat
import pytest

import myositis_tools as mt
from myositis_tools.errors import OptionError, ReadingWarning
from myositis_tools.exchange.standards.stated_units import factor_of, unit_of
from myositis_tools.frames import columns

VAS = columns("visits")["physician_global_cm"]


def qs(tmp_path, head, *rows, name="qs.csv"):
    path = tmp_path / name
    path.write_text("\n".join([f"USUBJID,VISITNUM,QSTESTCD,{head}", *rows]) + "\n", encoding="utf-8")
    return path


def adam(tmp_path, head, *rows):
    path = tmp_path / "adqs.csv"
    path.write_text("\n".join([f"USUBJID,AVISITN,PARAMCD,AVAL,{head}", *rows]) + "\n", encoding="utf-8")
    return path


def read(path, domain="QS", **how):
    """The values of the physician, by row, and whether anything was told."""
    weeks = {"weeks": {1: 0, 2: 12}} if domain == "QS" else {}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        table = mt.read_cdisc(path, domain, **weeks, **how)
    assert {one.category for one in told} <= {ReadingWarning}
    return table["physician_global_cm"].tolist(), [str(one.message) for one in told]


@pytest.mark.parametrize("unit", ["mm", "MM", " mm ", "millimeter", "Millimetres", "0-100", "0 - 100"])
def test_millimetres_are_tenths_of_a_centimetre(unit, tmp_path):
    found, told = read(qs(tmp_path, "QSSTRESN,QSSTRESU", f"A,1,PHGLOB,47,{unit}", f"A,2,PHGLOB,3,{unit}"))
    assert found == [4.7, 0.3]
    assert told == [
        f"Values of QS are converted to the unit of their column: physician_global_cm from {unit.strip()!r}, 2 of 2."
    ]


@pytest.mark.parametrize("unit", ["cm", "CM", "", "centimeters", "0-10", "0 to 10"])
def test_the_unit_of_the_column_itself_is_no_news(unit, tmp_path):
    rows = qs(tmp_path, "QSSTRESN,QSSTRESU", f"A,1,PHGLOB,4.7,{unit}", f"A,2,PHGLOB,3,{unit}")
    assert read(rows) == ([4.7, 3], [])


@pytest.mark.parametrize("unit", ["points", "score", "SCORE", "unitless", "{score}", ""])
def test_a_score_has_no_unit(unit, tmp_path):
    rows = qs(tmp_path, "QSSTRESN,QSSTRESU", f"A,1,MMT8A150,140,{unit}", f"A,1,HAQDI,1.5,{unit}")
    table = mt.read_cdisc(rows, "QS", weeks={1: 0})
    assert table[["mmt8_150", "haq_di"]].to_numpy().tolist() == [[140, 1.5]]


def test_a_unit_that_changes_by_row_is_followed_row_by_row(tmp_path):
    rows = ("A,1,PHGLOB,62,mm", "A,2,PHGLOB,6.2,cm", "B,1,PHGLOB,9,mm", "B,2,PHGLOB,9,", "B,1,PTGLOB,8,cm")
    path = qs(tmp_path, "QSSTRESN,QSSTRESU", *rows)
    found, told = read(path)
    assert found == [6.2, 6.2, 0.9, 9]
    assert "from 'mm', 2 of 4." in told[0]


@pytest.mark.parametrize("unit", ["inch", "%", "score", "parsecs", "kg", "points", "0-7", "mmHg", "U/L"])
def test_a_unit_that_a_column_cannot_be_made_from_is_asked_for(unit, tmp_path):
    path = qs(tmp_path, "QSSTRESN,QSSTRESU", f"A,1,PHGLOB,8,{unit}", "A,2,PHGLOB,4,mm")
    with pytest.raises(
        OptionError, match=r"physician_global_cm is stated in .*QSSTRESU.*1 of 2 values.*units="
    ) as told:
        read(path)
    assert repr(unit) in told.value.what
    # the way that the hint names exists, for the rows that need it and no other
    assert read(path, units={"physician_global_cm": "cm"})[0] == [8, 0.4]
    assert read(path, units={"physician_global_cm": "mm"})[0] == [0.8, 0.4]


def test_units_are_said_of_columns_and_of_what_they_can_be(tmp_path):
    path = qs(tmp_path, "QSSTRESN", "A,1,PHGLOB,80")
    assert read(path, units={"physician_global_cm": "mm"})[0] == [8]
    for wrong in ({"physician_global_cm": "kg"}, {"PHGLOB": "mm"}, {"physician_global_cm": "MMM"}):
        with pytest.raises(OptionError, match="units="):
            read(path, units=wrong)
    labs = tmp_path / "lb.csv"
    labs.write_text("USUBJID,LBTESTCD,LBSTRESN\nA,CK,5\n")
    with pytest.raises(OptionError, match=r"not for LB.*to_xuln"):
        mt.read_cdisc(labs, "LB", units={"ck": "U/L"})


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ("PARAM", "Physician global VAS (mm)"),
        ("PARAM", "Physician Global Activity [0-100]"),
        ("PARAM", '"Physician global, 100 mm"'),
        ("PARAM", "Physician global (VAS 0-100 mm)"),
        ("AVALU", "mm"),
        ("AVALU", "MM"),
    ],
)
def test_the_unit_of_adam_stands_in_a_cell_or_in_a_name(stated, found, tmp_path):
    assert read(adam(tmp_path, stated, f"A,0,PHGLOB,8,{found}"), "ADaM")[0] == [0.8]


@pytest.mark.parametrize(
    "name", ["Physician global (cm)", "Physician Global Assessment (PGA)", "Physician global (0-10)", "MD (M)", ""]
)
def test_a_name_that_states_no_other_unit_changes_nothing(name, tmp_path):
    assert read(adam(tmp_path, "PARAM", f"A,0,PHGLOB,8,{name}"), "ADaM") == ([8], [])


@pytest.mark.parametrize(("unit", "name"), [("cm", "VAS (mm)"), ("mm", "VAS (cm)"), ("", "VAS (kg)"), ("mm", "(%)")])
def test_two_units_that_contradict_are_asked_for(unit, name, tmp_path):
    path = adam(tmp_path, "AVALU,PARAM", f"A,0,PHGLOB,8,{unit},{name}")
    with pytest.raises(OptionError, match="physician_global_cm is stated in"):
        read(path, "ADaM")
    assert read(path, "ADaM", units={"physician_global_cm": "mm"})[0] == [0.8]


def test_a_score_of_another_scale_and_an_enzyme_in_units_are_asked_for(tmp_path):
    for code, column, name in (("MMT8A150", "mmt8_150", "MMT-8 (0-80)"), ("CKXULN", "ck_xuln", "CK (U/L)")):
        path = adam(tmp_path, "PARAM", f"A,0,{code},60,{name}")
        with pytest.raises(OptionError, match=column):
            mt.read_cdisc(path, "ADaM")
    assert mt.read_cdisc(adam(tmp_path, "PARAM", "A,0,CKUL,60,CK (U/L)"), "ADaM")["ck_u_l"].tolist() == [60]


def test_grams_a_day(tmp_path):
    path = adam(tmp_path, "AVALU", "A,0,PREDMGD,1,g/day", "B,0,PREDMGD,500,µg/day", "C,0,PREDMGD,5,mg/d")
    with pytest.warns(ReadingWarning, match="prednisone_mg_day from 'g/day', 1 of 3; prednisone_mg_day from 'µg/day'"):
        assert mt.read_cdisc(path, "ADaM")["prednisone_mg_day"].tolist() == [1000, 0.5, 5]


def test_a_transport_file_states_its_unit_as_well(tmp_path):
    table = pd.DataFrame(
        {"USUBJID": ["A"], "VISITNUM": [1.0], "QSTESTCD": ["PHGLOB"], "QSSTRESN": [8.0], "QSSTRESU": ["mm"]}
    )
    pyreadstat.write_xport(table, str(tmp_path / "qs.xpt"), file_format_version=5)
    assert read(tmp_path / "qs.xpt")[0] == [0.8]


def test_what_the_package_writes_is_read_without_a_word(tmp_path):
    written = mt.write_adam(mt.load_visits(), tmp_path / "adtis.xpt")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert mt.read_cdisc(written[0], "ADaM").shape[0] == 512


# ------------------------------------------------------------------------------------- as collected, not standardised


def test_a_result_as_it_was_collected_has_its_own_unit(tmp_path):
    path = qs(tmp_path, "QSORRES,QSORRESU", "A,1,PHGLOB,80,mm", "A,2,PHGLOB,4,cm")
    found, told = read(path)
    assert found == [8, 4]
    assert told[0] == "Results are as collected (QSORRES), for they are not standardised, 2 of 2: physician_global_cm."


def test_the_unit_that_was_collected_counts_where_the_number_is_the_same(tmp_path):
    head = "QSORRES,QSORRESU,QSSTRESN,QSSTRESU"
    assert read(qs(tmp_path, head, "A,1,PHGLOB,80,mm,80,"))[0] == [8]
    assert read(qs(tmp_path, head, "A,1,PHGLOB,80,mm,8,cm")) == ([8], [])
    with pytest.raises(OptionError, match="mm of QSORRES"):  # changed into a unit that nobody states
        read(qs(tmp_path, head, "A,1,PHGLOB,80,mm,8,"))
    assert read(qs(tmp_path, head, "A,1,PHGLOB,80,mm,8,"), units={"physician_global_cm": "cm"})[0] == [8]


LB = "USUBJID,LBTESTCD"


def labs_of(tmp_path, head, *rows):
    path = tmp_path / "lb.csv"
    path.write_text("\n".join([f"{LB},{head}", *rows]) + "\n", encoding="utf-8")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        labs = mt.read_cdisc(path, "LB")
    xuln = mt.to_xuln(labs.assign(unit=labs.get("unit"), upper_limit=labs.get("upper_limit")))["xuln"]
    return [None if pd.isna(one) else one for one in xuln], [str(one.message) for one in told]


def test_labs_that_are_not_standardised_are_read_as_collected(tmp_path):
    head = "LBORRES,LBORRESU,LBORNRHI"
    found, told = labs_of(tmp_path, head, "A,CK,900,U/L,180", "B,CK,15,ukat/L,3", "C,CK,>1000,U/L,180", "D,CK,,,")
    assert found == [5, 5, None, None]
    assert told == [
        "Results are as collected (LBORRES), for they are not standardised, 2 of 4: ck.",
        "Results of LB that are no numbers are missing, 1 of 4: ck >1000.",
    ]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("A,CK,15,ukat/L,3,900,900,U/L,180", 5),  # all in standard units
        ("A,CK,15,ukat/L,3,900,900,U/L,", 5),  # the limit as collected, with its own unit
        ("A,CK,900,U/L,180,900,900,,180", 5),  # the unit as collected, for the number is the same
        ("A,CK,15,ukat/L,3,900,900,,180", None),  # the unit of 900 is not stated
        ("A,CK,15,ukat/L,3,,900,U/L,180", 5),  # the standard result as a text
        ("A,CK,15,ukat/L,,,,U/L,180", 5),  # as collected, beside a limit in standard units
        ("A,CK,15,ukat/L,,,,,180", None),  # a limit in standard units, which nobody states
        ("A,CK,15,ukat/L,3,,>900,U/L,180", None),  # the standard result is no number, and so is the result
        ("A,CK,15,IU/L,3,,,,", 5),
        ("A,CK,15,nkat/L,3,15,15,NKAT/L,3", 5),
    ],
)
def test_a_result_and_its_limit_are_in_units_that_are_stated(row, found, tmp_path):
    head = "LBORRES,LBORRESU,LBORNRHI,LBSTRESN,LBSTRESC,LBSTRESU,LBSTNRHI"
    assert labs_of(tmp_path, head, row)[0] == ([pytest.approx(found)] if found else [None])


def test_a_domain_without_any_result_is_refused(tmp_path):
    with pytest.raises(mt.errors.MissingColumnError, match=r"lacks LBSTRESN.*LBORRES"):
        labs_of(tmp_path, "LBSTRESU", "A,CK,U/L")


# ------------------------------------------------------------------------------------------------------- the spellings


def test_a_unit_is_what_its_letters_say():
    assert [unit_of(text) for text in ("MM", "[iU]/L", "μkat/L", "mU/L", "Ku/l", "x ULN")] == [
        "mm", "U/L", "μkat/L", "mU/L", "kU/L", "× ULN",
    ]  # fmt: skip
    assert [unit_of(text) for text in ("MU/L", "MKAT/L", "mm2", "", "m m")] == [None] * 5


def test_every_spelling_has_one_meaning_and_a_source():
    table = mt.tables.load("unit_spellings")
    assert not table["spelling"].str.casefold().duplicated().any()
    assert set(table["evidence"]) == {"decision"}
    assert set(table["read_in"]) == {"cells", "headings", "both"}
    assert all(mt.tables.source(key).citation for key in table["source"].unique())


def test_what_each_unit_is_worth():
    found = {unit: factor_of(unit, VAS) for unit in ("cm", "mm", "0-100", "0-10", "0-7", "m", "in", "points", "%")}
    assert found == {
        "cm": 1, "mm": 0.1, "0-100": 0.1, "0-10": 1, "0-7": None, "m": None, "in": None, "points": None, "%": None,
    }  # fmt: skip
