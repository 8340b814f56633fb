"""What is written is read back the same: every format, and any text, number and date."""

import json
import re
import sqlite3
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import myositis_tools as mt
from myositis_tools.exchange import write_tables
from myositis_tools.frames import columns

KINDS = {
    "visits": mt.load_visits,
    "patients": mt.load_patients,
    "medications": mt.load_medications,
    "events": mt.load_events,
}


def known(kind):
    table = KINDS[kind]()
    return table[[name for name in columns(kind) if name in table]]


def same(found, expected):
    for name in expected:
        assert found[name].isna().tolist() == expected[name].isna().tolist(), name
        assert found[name].dropna().tolist() == expected[name].dropna().tolist(), name
    assert found.columns.tolist() == expected.columns.tolist()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_the_sample_cohort_comes_back(kind, suffix, tmp_path):
    table = known(kind)
    [file] = write_tables(tmp_path / f"{kind}{suffix}", {kind: table})
    same(mt.read_table(file, kind), table)


def test_a_day_that_a_workbook_cannot_hold_is_a_text(tmp_path):
    days = pd.DataFrame({"day": [date(1850, 3, 1), np.datetime64("200000-01-01", "s"), date(1900, 1, 2)]}, dtype=object)
    days.loc[1, "day"] = pd.Timestamp(days.loc[1, "day"])
    [file] = write_tables(tmp_path / "days.xlsx", {"days": days})
    found = [row[0].value for row in openpyxl.load_workbook(file)["days"].iter_rows(min_row=2)]
    assert found == ["1850-03-01", "200000-01-01", datetime(1900, 1, 2)]


def test_a_sheet_shows_a_day_without_a_clock(tmp_path):
    days = pd.DataFrame(
        {"day": pd.to_datetime(["2024-05-01", None]), "moment": pd.to_datetime(["2024-05-01 10:30"] * 2)}
    )
    [file] = write_tables(tmp_path / "days.xlsx", {"days": days})
    row = openpyxl.load_workbook(file)["days"][2]
    assert [cell.number_format for cell in row] == ["yyyy-mm-dd", "yyyy-mm-dd h:mm:ss"]
    pd.testing.assert_frame_equal(pd.read_excel(file), days, check_dtype=False)


@pytest.mark.parametrize("suffix", [".sav", ".dta", ".xpt"])
def test_files_of_statistics_programs(suffix, tmp_path):
    names = ["patient_id", "week", "haq_di", "mmt8_150", "arm"]
    table = mt.load_visits()[names].head(60).astype({"mmt8_150": "float64", "arm": object})
    table["arm"] = table["arm"].where(table["arm"].notna(), "")
    path = tmp_path / f"visits{suffix}"
    write = {".sav": pyreadstat.write_sav, ".dta": pyreadstat.write_dta, ".xpt": pyreadstat.write_xport}[suffix]
    write(table, str(path), **({"file_format_version": 8} if suffix == ".xpt" else {}))
    found = mt.read_table(path, "visits")
    same(found, table.assign(arm=table["arm"].replace("", None)))


@pytest.mark.parametrize("suffix", [".sav", ".dta"])
def test_codes_come_raw_or_as_their_label(suffix, tmp_path):
    path = tmp_path / f"patients{suffix}"
    write = {".sav": pyreadstat.write_sav, ".dta": pyreadstat.write_dta}[suffix]
    own = pd.DataFrame({"patient_id": ["A", "B", "C"], "sex": [1.0, 2.0, None], "pregnant": [1.0, 0.0, None]})
    labels = {"sex": {1: "female", 2: "male"}, "pregnant": {0: "no", 1: "yes"}}
    write(own, str(path), variable_value_labels=labels)
    raw = mt.read_table(path, "patients", on_problem="keep")
    assert raw["sex"].tolist()[:2] == ["1", "2"]
    assert raw["pregnant"].tolist()[:2] == [True, False]
    named = mt.read_table(path, "patients", labelled=True)
    assert named["sex"].tolist()[:2] == ["female", "male"]
    assert named["pregnant"].tolist()[:2] == [True, False]
    assert named[["sex", "pregnant"]].isna().iloc[2].all()
    assert mt.validate(named, "patients").empty


def test_a_query_of_a_database_reads_it_and_nothing_else(tmp_path):
    path = tmp_path / "site.duckdb"
    visits = known("visits")
    with duckdb.connect(str(path)) as connection:
        connection.register("given", visits)
        connection.execute("CREATE TABLE visits AS SELECT * FROM given")
    found = mt.read_table(path, "visits", query="SELECT * FROM visits ORDER BY rowid")
    same(found, visits)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    for query in (
        f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')",  # noqa: S608 (asked in order to be refused)
        "DROP TABLE visits",
        f"COPY visits TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'other.duckdb'}'",
        "SELECT * FROM nowhere",
    ):
        with pytest.raises(mt.errors.WrongTypeError, match="does not answer"):
            mt.read_table(path, "visits", query=query)
    with pytest.raises(mt.errors.OptionError, match="nothing is asked"):
        mt.read_table(path, "visits")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["secret.csv", "site.duckdb"]


# letters of many scripts, signs that a spreadsheet or a CSV minds, no control characters: these Excel cannot hold
TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), st.sampled_from("=+-@'\",;| ")),
    min_size=1,
    max_size=8,
).filter(lambda text: text == text.strip() and not text.startswith("_x"))
NUMBERS = st.floats(0, 10, allow_nan=False).map(lambda number: round(number, 6))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(TEXTS, st.integers(-4, 500), st.dates(), st.none() | NUMBERS, st.none() | TEXTS),
        min_size=1,
        max_size=6,
    )
)
def test_read_of_write_is_what_was_written(suffix, rows, tmp_path_factory):
    names = ["patient_id", "week", "visit_date", "physician_global_cm", "arm"]
    table = pd.DataFrame(rows, columns=names).astype({"physician_global_cm": "float64", "arm": object})
    # Excel has no day before 1900 and no year beyond 9999
    days = pd.to_datetime(pd.Series([date.replace(year=1901 + date.year % 200) if (date.month, date.day) != (2, 29)
                                     else date.replace(year=2024) for date in table["visit_date"]]))  # fmt: skip
    table["visit_date"] = days.astype("datetime64[us]")
    [file] = write_tables(tmp_path_factory.mktemp("files") / f"v{suffix}", {"visits": table})
    found = mt.read_table(file, "visits")
    if table["arm"].isna().all() and suffix != ".parquet":
        found["arm"] = found["arm"].astype(object) if "arm" in found else None
    same(found.reindex(columns=names), table)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_text_that_looks_like_a_formula_or_like_a_protected_one_comes_back(suffix, tmp_path):
    texts = ["=1+1", "'=1+1", "''=1+1", "'", "''", "'a", "-5", "@x", "\t=x", "+", "a'=1"]
    [file] = write_tables(tmp_path / f"v{suffix}", {"visits": pd.DataFrame({"patient_id": texts, "week": 0})})
    assert mt.read_table(file, "visits")["patient_id"].tolist() == texts
    if suffix == ".csv":
        cells = file.read_text(encoding="utf-8-sig").splitlines()[1:]
        assert [cell for cell in cells if cell.lstrip('"').startswith(("=", "+", "-", "@", "\t"))] == []


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "visits.csv"
    path.write_text("mine")

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="Input/output"):
        write_tables(path, {"visits": known("visits")})
    assert path.read_text() == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["visits.csv"]


def test_what_cannot_be_written_is_named_as_it_was_asked_for(tmp_path):
    folder = tmp_path / "scored.csv"
    folder.mkdir()
    with pytest.raises(OSError, match=r"scored\.csv") as refused:
        write_tables(folder, {"scored": mt.load_events()})
    assert refused.value.filename == str(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["scored.csv"]


def test_a_write_that_is_interrupted_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "visits.csv"
    path.write_text("mine")
    from myositis_tools.exchange.files import writing

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "as_csv", fail)
    with pytest.raises(OSError, match="No space left"):
        write_tables(path, {"visits": known("visits")})
    assert path.read_text() == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["visits.csv"]


# shapes


def test_wide_and_long_are_inverse():
    visits = mt.load_visits().drop(columns=["visit_date", "infusion"])
    visits["arm"] = visits.groupby("patient_id")["arm"].transform("first")
    wide = mt.long_to_wide(visits, same=["arm"])
    assert len(wide) == visits["patient_id"].nunique()
    assert {"mmt8_150_w0", "ck_xuln_w52"} <= set(wide.columns)
    long = mt.wide_to_long(wide, drop_empty=True)
    place = {name: place for place, name in enumerate(visits["patient_id"].unique())}
    expected = visits.assign(place=visits["patient_id"].map(place)).sort_values(["place", "week"])
    expected = expected.drop(columns="place").reset_index(drop=True)
    same(long[["patient_id", "week"]], expected[["patient_id", "week"]])
    same(long[expected.columns], expected)
    pd.testing.assert_frame_equal(mt.long_to_wide(mt.wide_to_long(wide), same=["arm"]), wide, check_dtype=False)


def test_wide_headings_and_their_mistakes():
    wide = pd.DataFrame({"patient_id": ["A", "B"], "sex": ["f", "m"], "haq_di_w-4": [1, 2], "haq_di_W0": [3, None]})
    long = mt.wide_to_long(wide)
    assert long["week"].tolist() == [-4, 0, -4, 0]
    assert long["haq_di"].tolist()[:3] == [1, 3, 2]
    assert long["sex"].tolist() == ["f", "f", "m", "m"]
    assert len(mt.wide_to_long(wide, drop_empty=True)) == 3
    with pytest.raises(mt.errors.MissingColumnError, match="names a measure and a week"):
        mt.wide_to_long(wide[["patient_id"]])
    with pytest.raises(mt.errors.DuplicateRowError, match="a patient twice"):
        mt.wide_to_long(pd.concat([wide, wide]))
    with pytest.raises(mt.errors.DuplicateRowError, match="a visit twice"):
        mt.long_to_wide(pd.concat([long, long]))
    with pytest.raises(mt.errors.WrongTypeError, match="says two things"):
        mt.long_to_wide(long.assign(sex=["f", "m", "m", "m"]), same=["sex"])


# REDCap, CDISC, FHIR

EXPORT = """record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,sex,vas,drug,start_date
1,baseline_arm_1,,,female,6.0,,
1,week_12_arm_1,,,,-99,,
1,week_12_arm_1,medication,1,,,prednisone,2024-01
1,week_12_arm_1,medication,2,,,methotrexate,2024-02-01
02,baseline_arm_1,,,male,5,,
"""


def test_a_redcap_export(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(EXPORT)
    weeks = {"baseline_arm_1": 0, "week_12_arm_1": 12}
    with pytest.warns(mt.errors.ReadingWarning) as told:
        visits = mt.read_redcap(path, "visits", events=weeks, missing=["-99"], rename={"vas": "physician_global_cm"})
    assert [str(one.message) for one in told] == [
        "Rows of repeating instruments are left out, 2 of 5: medication (2); instrument='medication' reads one.",
        "Rows with nothing filled in are left out, 1 of 3.",
    ]
    assert visits["patient_id"].tolist() == ["1", "02"]
    assert visits["physician_global_cm"].tolist() == [6.0, 5.0]
    medications = mt.read_redcap(path, "medications", instrument="medication")
    assert medications["drug"].tolist() == ["prednisone", "methotrexate"]
    assert medications["start_date_precision"].tolist() == ["month", "day"]
    labelled = EXPORT.replace(
        "redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance",
        "Event Name,Repeat Instrument,Repeat Instance",
    )
    path.write_text(labelled.replace("record_id", "Record ID"))
    same(mt.read_redcap(path, "medications", instrument="medication", record_id="Record ID"), medications)
    with pytest.raises(mt.errors.OptionError, match=r"events=\{'baseline_arm_1'"):
        mt.read_redcap(path, "visits", record_id="Record ID")
    with pytest.raises(mt.errors.NotFoundError, match="did you mean 'medication'"):
        mt.read_redcap(path, "medications", instrument="medications", record_id="Record ID")
    with pytest.raises(mt.errors.NotFoundError, match="week_12"):
        mt.read_redcap(path, "visits", events={"week_11_arm_1": 11}, record_id="Record ID")
    with pytest.raises(mt.errors.MissingColumnError, match="record_id= says"):
        mt.read_redcap(path, "visits")


def test_what_redcap_writes_itself_fills_no_row_in(tmp_path):
    """A visit that was only planned has a form status and a group, and was read as a visit without a value."""
    path = tmp_path / "export.csv"
    path.write_text(
        "record_id,redcap_event_name,redcap_data_access_group,visit_date,haq_di,core_set_complete\n"
        '1,baseline_arm_1,a,2024-01-01 09:30,"1,5",2\n1,week_12_arm_1,a,,,0\n'
    )
    weeks = {"baseline_arm_1": 0, "week_12_arm_1": 12}
    with pytest.warns(mt.errors.ReadingWarning, match=r"nothing filled in are left out, 1 of 2\."):
        visits = mt.read_redcap(path, "visits", events=weeks, decimal=",")
    assert visits[["week", "haq_di"]].to_numpy().tolist() == [[0, 1.5]]
    path.write_text("record_id,redcap_event_name,sex,birth_date,remark\n1,a,female,1970-01-01,\n1,b,,,called\n")
    assert mt.read_redcap(path, "patients")["patient_id"].tolist() == ["1"]
    path.write_text("record_id,redcap_event_name,haq_di\n1,b,1\n\n1,a,x\n")
    with pytest.raises(mt.errors.WrongTypeError, match="lines 4 of the file"):
        mt.read_redcap(path, "visits", events={"a": 0, "b": None})


@pytest.mark.parametrize("kind", ["visits", "patients", "muscles", "labs", "mdi_items"])
@pytest.mark.parametrize("labelled", [False, True])
def test_an_export_of_our_own_dictionary_is_read_raw_and_labelled(kind, labelled, tmp_path):
    """Every word of every column, as REDCap would export the code or the label that the dictionary gives it."""
    fields = mt.redcap_dictionary(kind)
    fields = fields[fields["Field Type"].isin(["text", "radio", "yesno"])].reset_index(drop=True)
    rows = {}
    for field in fields.to_dict("records"):
        choices = [one.partition(", ") for one in field["Choices, Calculations, OR Slider Labels"].split(" | ")]
        cells = [choice[2 if labelled else 0].strip() for choice in choices]
        if field["Field Type"] == "yesno":
            cells = ["Yes", "No"] if labelled else ["1", "0"]
        if field["Field Type"] != "text":
            rows[field["Field Label" if labelled else "Variable / Field Name"]] = cells
    count = max(map(len, rows.values()))
    table = pd.DataFrame({name: [cells[at % len(cells)] for at in range(count)] for name, cells in rows.items()})
    record = "Record" if labelled else "record_id"
    table.insert(0, record, range(count))
    table.insert(1, "Event Name" if labelled else "redcap_event_name", "baseline")
    path = tmp_path / "export.csv"
    text = table.to_csv(index=False)
    if labelled:  # each form has such a column, all of them with one heading
        head, *lines = text.splitlines()
        text = "\n".join([f"{head},Complete?,Complete?", *(f"{line},Complete,Incomplete" for line in lines)])
    path.write_text(text)
    found = mt.read_redcap(path, kind, events={"baseline": 0}, record_id=record)
    known = columns(kind)
    for name in [name for name in found if name in known and (known[name].words or known[name].type == "yes_no")]:
        wanted = set(known[name].words) - {"\u00b5kat/L", "\u03bckat/L"} or {True, False}  # both are ukat/L
        assert set(found[name]) == wanted, name


@pytest.mark.parametrize("kind", mt.tables.load("table_kinds")["kind"])
def test_a_dictionary_keeps_the_rules_of_redcap(kind):
    """Names in small letters, digits and underscores; codes likewise and each once; a known type and validation."""
    fields = mt.redcap_dictionary(kind)
    names = fields["Variable / Field Name"]
    assert names.str.fullmatch(r"[a-z][a-z0-9_]{0,99}").all()
    assert names.is_unique
    assert set(fields["Field Type"]) <= {"text", "radio", "yesno", "checkbox", "calc"}
    assert set(fields["Text Validation Type OR Show Slider Number"]) <= {"", "number", "integer", "date_ymd"}
    for field in fields.to_dict("records"):
        said = field["Choices, Calculations, OR Slider Labels"]
        assert bool(said) == (field["Field Type"] in ("radio", "checkbox", "calc"))
        if field["Field Type"] in ("radio", "checkbox"):
            codes = [one.partition(",")[0].strip() for one in said.split("|")]
            assert len(set(codes)) == len(codes)
            assert all(re.fullmatch(r"[A-Za-z0-9_]+", code) for code in codes), codes
        for used in re.findall(r"\[(\w+)", said + field["Branching Logic (Show field only if...)"]):
            assert used in set(names)


def test_a_cdisc_package(tmp_path):
    adam = pd.DataFrame(
        {"USUBJID": ["A"] * 4, "PARAMCD": ["HAQDI", "CKXULN", "HAQDI", "OTHER"], "AVISITN": [0.0, 0.0, 12.0, 0.0],
         "AVAL": [1.5, 9.0, 0.5, 1.0]}
    )  # fmt: skip
    pyreadstat.write_xport(adam, str(tmp_path / "adqs.xpt"), file_format_version=8)
    with pytest.warns(mt.errors.ReadingWarning, match="Rows of ADaM of other codes are left out, 1 of 4: OTHER"):
        visits = mt.read_cdisc(tmp_path / "adqs.xpt", "ADaM")
    assert visits["week"].tolist() == [0, 12]
    assert visits["haq_di"].tolist() == [1.5, 0.5]
    assert visits["ck_xuln"].tolist()[0] == 9.0
    assert mt.validate(visits, "visits").empty
    declined = {"OTHER": "chaq", "HAQDI": None, "CKXULN": None}
    assert mt.read_cdisc(tmp_path / "adqs.xpt", "ADaM", tests=declined)["chaq"].tolist() == [1.0]

    write = lambda name, text: (tmp_path / name).write_text(text) and tmp_path / name  # noqa: E731
    labs = write(
        "lb.csv", "USUBJID,VISITNUM,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRHI\n01,1,CK,900,U/L,180\n01,1,HGB,8,g/L,9\n"
    )
    found = mt.read_cdisc(labs, "LB", weeks={1: 0}, tests={"HGB": None})
    assert found[["patient_id", "week", "test"]].to_numpy().tolist() == [["01", 0, "ck"]]
    assert mt.to_xuln(found)["xuln"].tolist() == [5.0]
    with pytest.raises(mt.errors.OptionError, match=r"weeks=\{1: \.\.\."):
        mt.read_cdisc(labs, "LB")
    patients = mt.read_cdisc(write("dm.csv", "USUBJID,BRTHDTC,SEX,AGE\n01,1970-05,F,53\n"), "DM")
    assert patients["sex"].tolist() == ["female"]
    assert patients["birth_date_precision"].tolist() == ["month"]
    courses = mt.read_cdisc(write("cm.csv", "USUBJID,CMTRT,CMSTDTC,CMENDTC\n01,prednisone,2024-01-01T08:00,\n"), "CM")
    assert courses["start_date"].tolist() == [pd.Timestamp("2024-01-01")]
    with pytest.raises(mt.errors.DuplicateRowError, match="parameter of a visit twice"):
        mt.read_cdisc(write("twice.csv", "USUBJID,PARAMCD,AVISITN,AVAL\nA,HAQDI,0,1\nA,HAQDI,0,2\n"), "ADaM")
    with pytest.raises(mt.errors.MissingColumnError, match="lacks AVAL"):
        mt.read_cdisc(write("short.csv", "USUBJID,PARAMCD,AVISITN\nA,HAQDI,0\n"), "ADaM")
    with pytest.raises(mt.errors.MissingColumnError, match="No parameter"):
        mt.read_cdisc(write("none.csv", "USUBJID,PARAMCD,AVISITN,AVAL\nA,X,0,1\n"), "ADaM")


def observation(code, **changed):
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/A"},
        "effectiveDateTime": "2024-05-01T10:00:00+02:00",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "valueQuantity": {"value": 900, "unit": "U/L"},
        "referenceRange": [{"high": {"value": 180, "unit": "U/L"}}],
        **changed,
    }


def test_fhir_observations(tmp_path):
    held = [
        observation("2157-6"), observation("1742-6", referenceRange=[]),
        observation("1920-8", status="entered-in-error"),
        observation("99999-9"), {"resourceType": "Patient"}, observation("1920-8", valueQuantity={}),
    ]  # fmt: skip
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps({"resourceType": "Bundle", "entry": [{"resource": each} for each in held]}))
    lines = tmp_path / "labs.ndjson"
    lines.write_text("\n".join(map(json.dumps, held)))
    with pytest.warns(mt.errors.ReadingWarning) as told:
        labs = mt.read_fhir_observations(bundle)
    assert [str(one.message) for one in told] == [
        "Observations were entered in error or cancelled, and are left out, 1 of 5: entered-in-error (1).",
        "Observations of other codes are left out, 1 of 5: 99999-9 (1).",
        "Observations have no value, 1 of 5: ast no reason (1).",
    ]
    with pytest.warns(mt.errors.ReadingWarning):
        pd.testing.assert_frame_equal(labs, mt.read_fhir_observations(lines))
    assert labs["test"].tolist() == ["ck", "alt", "ast"]
    assert np.array_equal(mt.to_xuln(labs)["xuln"], [5.0, np.nan, np.nan], equal_nan=True)
    with pytest.warns(mt.errors.ReadingWarning):
        more = mt.read_fhir_observations(bundle, tests={"99999-9": "ldh"})
    assert more["test"].tolist() == ["ck", "alt", "ldh", "ast"]
    bundle.write_text("[1, 2")
    with pytest.raises(mt.errors.WrongTypeError, match="cannot be read as FHIR"):
        mt.read_fhir_observations(bundle)
    assert set(mt.tables.load("observation_codes")["evidence"]) == {"verified"}


def test_what_an_observation_does_not_say_exactly(tmp_path):
    def observed(**other):
        return {
            "resourceType": "Observation",
            "subject": {"reference": "Patient/A"},
            "effectiveDateTime": "2024-05-01",
            "code": {"coding": [{"system": "http://loinc.org", "code": "2157-6"}]},
            "valueQuantity": {"value": 900, "unit": "U/L"},
            "referenceRange": [{"high": {"value": 180, "unit": "U/L"}}],
        } | other

    def read(**other):
        path = tmp_path / "labs.ndjson"
        path.write_text(json.dumps(observed(**other)))
        return mt.read_fhir_observations(path).iloc[0]

    beyond = read(valueQuantity={"value": 20, "comparator": "<", "unit": "U/L"})
    assert beyond["value"] == "<20"  # and not twenty
    assert read(subject={"reference": "https://x/fhir/Patient/A/_history/3"})["patient_id"] == "A"
    assert read(subject={"reference": "urn:uuid:1-2"})["patient_id"] == "1-2"
    assert read(subject={"identifier": {"value": "7"}})["patient_id"] == "7"
    assert read(effectiveDateTime=None, effectivePeriod={"start": "2024-05-02"})["date"] == pd.Timestamp("2024-05-02")
    critical = {"type": {"coding": [{"code": "critical"}]}, "high": {"value": 9000}}
    assert read(referenceRange=[critical, {"high": {"value": 180}}])["upper_limit"] == 180
    with pytest.warns(mt.errors.ReadingWarning, match=r"several upper limits.*ck 180 or 300"):
        assert pd.isna(read(referenceRange=[{"high": {"value": 180}}, {"high": {"value": 300}}])["upper_limit"])
    coded = {"value": 9, "unit": "IU/L", "code": "U/L", "system": "http://unitsofmeasure.org"}
    assert read(valueQuantity=coded)["unit"] == "U/L"
    path = tmp_path / "labs.json"
    elsewhere = observed(code={"coding": [{"system": "http://elsewhere", "code": "2157-6"}]})
    path.write_text(json.dumps({"resourceType": "Bundle", "entry": [{"resource": elsewhere}, {"resource": None}]}))
    with pytest.warns(mt.errors.ReadingWarning, match=r"of other codes are left out, 1 of 1: 2157-6"):
        assert mt.read_fhir_observations(path).empty
    for text in ("[]", "{}"):
        path.write_text(text)
        with pytest.raises(mt.errors.WrongTypeError, match="no resource"):
            mt.read_fhir_observations(path)


def test_a_database_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "x.duckdb"
    sqlite3.connect(path).close()
    path.write_bytes(b"SQLite format 3\0" + bytes(100))
    with pytest.raises(mt.errors.WrongTypeError):
        mt.read_table(path, query="SELECT 1")
