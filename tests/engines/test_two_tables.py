"""Patients of one table in another: found however the identifiers are stored, refused in doubt, warned of if absent."""

import warnings

import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.errors import PatientsNotFoundWarning, WrongTypeError
from myositis_tools.figures import medication_timeline_frame
from myositis_tools.frames import to_pandas
from myositis_tools.frames.engine import VARIABLE
from myositis_tools.frames.joins import compare_patients
from tests.engines.other_engines import ENGINES as OTHERS

pytestmark = pytest.mark.engines
DAY = pd.Timestamp
TEXTS, NUMBERS = ["1", "2", "12a"], [1, 2, 14]
ENGINES = {
    "pandas": lambda table: table,
    "pandas by itself": lambda table: table,
    "pandas, objects": lambda table: table.astype({"patient_id": object}),
    "Polars": pl.from_pandas,
    "Polars, lazy": lambda table: pl.from_pandas(table).lazy(),
    "DuckDB": OTHERS["DuckDB"],
}


def a_table(kind: str, ids: list) -> pd.DataFrame:
    none = pd.to_datetime([None] * len(ids))
    columns = {
        "patients": {"screening_date": DAY(2026, 3, 31), "weight_kg": 70.0, "events_recorded": True},
        "visits": {"week": 0, "haq_di": [1.5, 0.5, 2.5][: len(ids)], "mmt8_150": 120.0},
        "medications": {"drug": "furosemide", "dose_mg_day": 40.0, "start_date": DAY(2026, 1, 1), "stop_date": none},
        "events": {"event": "thrombosis", "date": DAY(2025, 1, 1)},
        "windows": {"from_date": DAY(2026, 1, 1), "to_date": DAY(2026, 1, 31)},
    }
    return pd.DataFrame({"patient_id": ids} | columns[kind])


RECORDS = ("visits", "medications", "events")


def derived(as_given, patients: list, ids: list, *, of=RECORDS) -> pd.DataFrame:
    given = {name: as_given(a_table(name, ids)) for name in of}
    return to_pandas(mt.derive_screening(as_given(a_table("patients", patients)), **given))


@pytest.fixture
def engine(request, monkeypatch):
    monkeypatch.setenv(VARIABLE, "pandas" if request.param == "pandas by itself" else "polars")
    return ENGINES[request.param]


every_engine = pytest.mark.parametrize("engine", ENGINES, indirect=True)
every_record = pytest.mark.parametrize(  # DuckDB takes seconds for each
    ("engine", "of"), [(name, of) for name in ENGINES if name != "DuckDB" for of in RECORDS], indirect=["engine"]
)


@every_engine
@pytest.mark.parametrize(("patients", "others"), [(NUMBERS, TEXTS), (["1", "2", "3"], NUMBERS)])
def test_a_number_here_and_a_text_there_are_the_same_patient(engine, patients, others):
    found = derived(engine, patients, others)
    assert found["patient_id"].tolist() == patients
    assert found["haq_di"].fillna(-1).tolist() == [1.5, 0.5, -1]
    assert found["loop_diuretic"].fillna(False).tolist() == [True, True, False]
    assert found["thrombosis_within_10_years"].tolist() == [True, True, False]
    assert found["loop_diuretic_because"].notna().tolist() == [False, False, True]


@every_engine
def test_the_lines_keep_their_identifiers_and_find_their_patients(engine):
    given = engine
    judged = to_pandas(mt.judge_exposures(given(a_table("medications", TEXTS)), given(a_table("patients", NUMBERS))))
    assert judged["patient_id"].tolist() == TEXTS
    assert [said == "patient not in the patients table" for said in judged["because"]] == [False, False, True]
    steroids = a_table("medications", TEXTS).assign(drug="prednisone")
    taken = mt.glucocorticoid_exposure(given(steroids), given(a_table("windows", [1, 2])), missing_stop="still taken")
    assert to_pandas(taken)["prednisone_mg_total"].tolist() == [31 * 40, 31 * 40]


@pytest.mark.parametrize("small", [pl.Int8, pl.UInt32])
def test_whole_numbers_of_two_widths_are_the_same_patient(small):
    visits = pl.from_pandas(a_table("visits", [1, 2, 3])).cast({"patient_id": small})
    patients = pl.from_pandas(a_table("patients", [1, 2, 3]))
    assert mt.derive_screening(patients, visits=visits)["haq_di"].to_list() == [1.5, 0.5, 2.5]


@every_record
def test_zeros_in_front_that_a_number_has_lost_are_refused(engine, of):
    with pytest.raises(WrongTypeError) as refused:
        derived(engine, NUMBERS, ["001", "2"], of=[of])
    said = str(refused.value)
    assert "cannot be told whether '001' and 1 are the same patient" in said
    assert "patients" in said
    assert of in said


@every_record
def test_zeros_in_front_in_one_table_are_warned_of(engine, of):
    words = f"None of the 2 patients of the {of} table is found in the patients table.*zeros in front"
    with pytest.warns(PatientsNotFoundWarning, match=words) as warned:
        derived(engine, ["1", "2", "3"], ["001", "002"], of=[of])
    assert warned[0].filename == __file__


def test_few_patients_in_common_are_warned_of_and_some_are_not():
    of_sample = [str(number) for number in range(11)]
    with pytest.warns(PatientsNotFoundWarning, match="Only 1 of the 11 patients of the visits table is found"):
        compare_patients(["0", *"ABCDEFGHIJK"], of_sample, ("patients", "visits"))
    with pytest.warns(PatientsNotFoundWarning, match="Only 2 of the 11 patients of the visits .* are found .*capitals"):
        compare_patients(["0", "1", *(f"0{one}" for one in of_sample)], of_sample, ("patients", "visits"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compare_patients(["0", "1", *"ABCDEFGHIJK"], of_sample, ("patients", "visits"))
        compare_patients(["A"], ["A", "X", "Y"], ("patients", "visits"))  # of a whole register, one was screened
        compare_patients(["A"], [], ("patients", "events"))
        compare_patients(["A"], ["B", "C"], ("patients", "medications"))  # who takes nothing has no line


def calls_of_two_tables(patients: pd.DataFrame) -> dict:
    visits = mt.load_visits().dropna(subset="arm")
    visits = visits[visits["patient_id"] == visits["patient_id"].iloc[0]].assign(patient_id="1")
    lines = a_table("medications", ["001"])
    return {
        "judge_exposures": lambda: mt.judge_exposures(lines, patients),
        "medication_timeline_frame": lambda: medication_timeline_frame(lines, patients, "1"),
        "report_patient": lambda: mt.report_patient("1", screening=patients, medications=lines),
        "patient_card": lambda: mt.patient_card("1", screening=patients, medications=lines),
        "prednisone_between": lambda: mt.prednisone_between(visits, 12, medications=lines),
        "explore_eligibility": lambda: mt.apps.explore_eligibility(patients, medications=lines),
        "explore_trajectories": lambda: mt.apps.explore_trajectories(visits, patients=patients.replace("1", "001")),
    }


@pytest.mark.parametrize("name", list(calls_of_two_tables(pd.DataFrame())))
def test_every_function_of_two_tables_warns(name):
    patients = mt.load_screening().head(1).assign(patient_id="1", screening_date=DAY(2026, 3, 31))
    with pytest.warns(PatientsNotFoundWarning, match="None of the 1 patients"):
        calls_of_two_tables(patients)[name]()
