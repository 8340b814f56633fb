"""Every hint that a reader of a standard gives names an option that it has, and following it reads the file."""

import inspect
import re
import warnings

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import MyositisToolsError, ReadingWarning, WrongTypeError

EVENTS = {"events": {"b": 0, "w": 12}}
REDCAP = ("record_id,redcap_event_name,visit_date,haq_di,ck_u_l,arm", "1,b,2024-01-31,1,900,a", "1,w,2024-04-01,2,80,a")
ADAM = ("USUBJID,AVISITN,PARAMCD,AVAL,ADT,TRT01P", "A,0,CKUL,900,2024-01-31,a", "A,12,CKUL,80,2024-04-01,a")
LABS = ("USUBJID,LBTESTCD,LBSTRESN,LBSTNRHI,LBDTC", "A,CK,900,170,2024-01-31", "A,ALT,80,40,2024-04-01")
COURSES = ("USUBJID,CMTRT,CMSTDTC", "Alice,a,2024-01-31", "Bob,900,2024-04-01")

READERS = {
    "redcap": (mt.read_redcap, REDCAP, ("visits",), EVENTS),
    "adam": (mt.read_cdisc, ADAM, ("ADaM",), {}),
    "lb": (mt.read_cdisc, LABS, ("LB",), {}),
    "cm": (mt.read_cdisc, COURSES, ("CM",), {}),
}
OF_PYTHON = ("words",)  # of ColumnMapping


def us(day):
    return f"{day[5:7]}/{day[8:]}/{day[:4]}"


def swapped(lines, change):
    """The lines with every date written in another way."""
    return tuple(re.sub(r"\d{4}-\d\d-\d\d", lambda found: change(found[0]), line) for line in lines)


def excel(day):
    return str((pd.Timestamp(day) - pd.Timestamp("1899-12-30")).days)


CHANGES = {
    "date_format": (lambda lines: "\n".join(swapped(lines, us)), "utf-8", {"date_format": "%m/%d/%Y"}),
    "date_format=dmy": (
        lambda lines: "\n".join(swapped(lines, lambda day: f"{day[8:]}-{day[5:7]}-{day[:4]}")),
        "utf-8", {"date_format": "%d-%m-%Y"},
    ),
    "date_format=excel": (lambda lines: "\n".join(swapped(lines, excel)), "utf-8", {"date_format": "excel"}),
    "encoding": (lambda lines: "\n".join(lines).replace(",a", ",Médecin"), "cp1252", {"encoding": "cp1252"}),
    "encoding=utf-16-le": (lambda lines: "\n".join(lines), "utf-16-le", {"encoding": "utf-16-le"}),
    "missing": (lambda lines: "\n".join(lines).replace("80", "NA"), "utf-8", {"missing": ["NA"]}),
    "missing=.": (lambda lines: "\n".join(lines).replace("80", "n.d."), "utf-8", {"missing": ["n.d."]}),
    "decimal": (lambda lines: "\n".join(lines).replace(",", ";").replace("80", "80,5"), "utf-8", {"decimal": ","}),
    "thousands": (
        lambda lines: "\n".join(lines).replace(",", ";").replace("900", "1,900.5"), "utf-8", {"thousands": ","},
    ),
    "heading_line": (lambda lines: "\n".join(["Export of today", *lines]), "utf-8", {"heading_line": 2}),
    "separator": (lambda lines: "\n".join(lines).replace(",", "~"), "utf-8", {"separator": "~"}),
}  # fmt: skip
NOT_FOR = {("cm", "missing"), ("cm", "missing=."), ("cm", "decimal"), ("cm", "thousands"), ("lb", "encoding")}
CASES = [(reader, change) for reader in READERS for change in CHANGES if (reader, change) not in NOT_FOR]


def follow(reader, path, **how):
    call, _, arguments, usual = READERS[reader]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReadingWarning)
        return call(path, *arguments, **usual, **how)


@pytest.mark.parametrize(("reader", "change"), CASES)
def test_following_the_hint_reads_the_file(reader, change, tmp_path):
    call, lines, _, _ = READERS[reader]
    make, encoding, way = CHANGES[change]
    path = tmp_path / "file.csv"
    path.write_bytes(make(lines).encode(encoding))
    with pytest.raises(MyositisToolsError) as told:
        follow(reader, path)
    named = set(re.findall(r"\b([a-z_]+)=", told.value.hint + told.value.expected + told.value.what))
    assert next(iter(way)) in named, str(told.value)
    assert named <= {*inspect.signature(call).parameters, *OF_PYTHON}
    assert len(follow(reader, path, **way)) == 2


@pytest.mark.parametrize("change", ["date_format", "date_format=dmy", "date_format=excel"])
@pytest.mark.parametrize("reader", READERS)
def test_the_dates_are_those_that_were_meant(reader, change, tmp_path):
    make, _, way = CHANGES[change]
    path = tmp_path / "file.csv"
    path.write_text(make(READERS[reader][1]))
    found = follow(reader, path, **way)
    name = next(name for name in ("visit_date", "date", "start_date") if name in found)
    assert found[name].tolist() == [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-04-01")]


@pytest.mark.parametrize(("text", "found"), [("80,5", [1900.5, 80.5]), ("1.080,5", [1900.5, 1080.5])])
@pytest.mark.parametrize("reader", ["redcap", "adam", "lb"])
def test_numbers_as_they_are_written(reader, text, found, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(
        "\n".join(READERS[reader][1]).replace(",", ";").replace("900", "1.900,5").replace(";80;", f";{text};")
    )
    table = follow(reader, path, decimal=",", thousands=".")
    name = "value" if "value" in table else "ck_u_l"
    assert table[name].tolist() == found


def test_doses_and_ages_and_visits_are_numbers_as_they_are_written(tmp_path):
    path = tmp_path / "ex.csv"
    path.write_text("USUBJID;EXTRT;EXDOSE;EXDOSU;EXDOSFRQ;EXSTDTC\nA;x;2,5;mg;BID;2024\n")
    assert mt.read_cdisc(path, "EX", decimal=",")["dose_mg_day"].tolist() == [5]
    path.write_text("USUBJID;AGE;AGEU\nA;31,2;MONTHS\n")
    with pytest.warns(ReadingWarning, match="in months"):
        assert mt.read_cdisc(path, "DM", decimal=",")["age_years"].tolist() == [pytest.approx(2.6)]
    path.write_text("USUBJID;VISITNUM;QSTESTCD;QSSTRESN;QSSTRESU\nA;1,2;PHGLOB;47,5;mm\n")
    with pytest.warns(ReadingWarning, match="converted"):
        visits = mt.read_cdisc(path, "QS", decimal=",", weeks={1.2: 6})
    assert visits[["week", "physician_global_cm"]].to_numpy().tolist() == [[6, 4.75]]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "wrong", [{"decimal": ";"}, {"thousands": "."} | {"decimal": "."}, {"on_problem": "drop"}, {"decimal": ""}]
)
def test_an_option_that_is_none_is_refused(reader, wrong, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("\n".join(READERS[reader][1]))
    with pytest.raises(mt.errors.OptionError, match="is not known"):
        follow(reader, path, **wrong)


def test_a_word_that_is_no_yes_or_no_can_be_mapped(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("record_id,sex,pregnant\n1,female,maybe\n2,female,oui\n")
    with pytest.raises(WrongTypeError, match=r"ColumnMapping\(words=.*on_problem='keep'.*apply_mapping"):
        mt.read_redcap(path, "patients")
    kept = mt.read_redcap(path, "patients", on_problem="keep")
    words = {"maybe": "no", "oui": "yes"}
    mapping = mt.TableMapping("patients", [mt.ColumnMapping("pregnant", "pregnant", words=words)])
    assert mt.apply_mapping(kept, mapping)["pregnant"].tolist() == [False, True]


@pytest.mark.parametrize("reader", READERS)
def test_a_cell_that_nobody_can_read_can_be_kept(reader, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("\n".join(READERS[reader][1]).replace("2024-01-31", "some day"))
    with pytest.raises(WrongTypeError, match="Hint: "):
        follow(reader, path)
    kept = follow(reader, path, on_problem="keep")
    assert "some day" in kept.astype(str).to_numpy()
