"""A site's own table at the readers' door: the same problems, suggestions and shapes from every kind of frame."""

import pandas as pd
import pyarrow as pa
import pytest

import myositis_tools as mt
from tests.engines.other_engines import WAYS_IN, cells

pytestmark = pytest.mark.engines


def as_pyarrow(table: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(table, preserve_index=False)


def without_nan(table: pd.DataFrame) -> pd.DataFrame:
    """Texts as pandas 2 has them, a missing one None: Arrow refuses a number among texts."""
    texts = [name for name in table if table[name].dtype == object]
    return table.assign(**{name: table[name].where(table[name].notna(), None) for name in texts})


KINDS_OF_FRAME = {
    name: lambda table, make=make: make(without_nan(table)) for name, make in {**WAYS_IN, "pyarrow": as_pyarrow}.items()
}


@pytest.fixture(scope="module")
def visits():
    """The sample's first visits with a mistake of every kind that a table can have."""
    table = mt.load_visits().head(120).drop(columns="infusion")
    table.loc[3, "physician_global_cm"] = 47
    table.loc[5, ["patient_id", "week"]] = table.loc[4, ["patient_id", "week"]]
    table.loc[9, "patient_id"] = None
    table.loc[11, "visit_date"] = pd.Timestamp("1824-01-01")
    table.loc[13, "ck_xuln"] = 1800
    table.loc[15, "haq_di"] = float("inf")
    table.loc[20:22, "mmt8_150"] = None
    return table.rename(columns={"extramuscular_cm": "extramusclar_cm"})


@pytest.fixture(scope="module")
def own():
    return pd.DataFrame(
        {
            "Patiënt": ["A", "A", "B"],
            "Weken": [0, 12, 0],
            "Datum": ["1-1-2024", "25-3-2024", None],
            "Dag": pd.to_datetime(["2024-01-01", None, "2024-02-02"]),
            "VAS arts": ["61", "5,5", "n.b."],
            "vas_patient": [60.0, 10.0, None],
            "CK": [900, 100, 360],
            "CK bovengrens": [180, 180, 0],
            "Zwanger": pd.array([True, None, False], "boolean"),
            "Geslacht": ["v", "m", None],
        }
    )


MAPPING = mt.TableMapping(
    "visits",
    [
        mt.ColumnMapping("Patiënt", "patient_id"),
        mt.ColumnMapping("Weken", "week"),
        mt.ColumnMapping("Datum", "visit_date"),
        mt.ColumnMapping("VAS arts", "physician_global_cm", unit="mm"),
        mt.ColumnMapping("vas_patient", "patient_global_cm", unit="mm"),
        mt.ColumnMapping("CK", "ck_xuln", upper_limit="CK bovengrens"),
    ],
    decimal=",",
    date_format="%d-%m-%Y",
    missing=["n.b."],
)


@pytest.mark.parametrize("engine", KINDS_OF_FRAME)
def test_the_same_problems(engine, visits):
    native = KINDS_OF_FRAME[engine](visits)
    expected = mt.validate(visits, "visits")
    assert {"out of range", "row stands twice", "empty identifier", "date not plausible", "suspicious unit"} <= set(
        expected["problem"]
    )
    problems = mt.validate(native, "visits")
    assert isinstance(problems, type(native))
    assert cells(problems) == cells(expected)
    pd.testing.assert_frame_equal(mt.summarise_problems(problems), mt.summarise_problems(expected))
    clean = mt.validate(KINDS_OF_FRAME[engine](mt.load_patients()), "patients")
    assert isinstance(clean, type(native))
    assert cells(clean) == []


@pytest.mark.parametrize("engine", KINDS_OF_FRAME)
@pytest.mark.parametrize("kind", ["patients", "medications", "events"])
def test_the_same_problems_of_other_tables(engine, kind):
    loads = {"patients": mt.load_patients, "medications": mt.load_medications, "events": mt.load_events}
    table = loads[kind]().head(40)
    table = pd.concat([table, table.head(3)])
    expected = mt.validate(table.reset_index(drop=True), kind)
    assert len(expected)
    assert cells(mt.validate(KINDS_OF_FRAME[engine](table), kind)) == cells(expected)


@pytest.mark.parametrize("engine", KINDS_OF_FRAME)
def test_numbers_stored_as_text(engine):
    table = pd.DataFrame(
        {"patient_id": ["A", "B"], "week": [0, 0], "haq_di": ["1.5", "veel"], "visit_date": ["x", None]}
    )
    expected = mt.validate(table, "visits")
    assert set(expected["problem"]) == {"numbers stored as text", "not a number", "not a date"}
    assert cells(mt.validate(KINDS_OF_FRAME[engine](table), "visits")) == cells(expected)


@pytest.mark.parametrize("engine", KINDS_OF_FRAME)
def test_a_mapping_is_suggested_and_applied_alike(engine, own):
    native = KINDS_OF_FRAME[engine](own)
    expected = mt.suggest_mapping(own, "visits")
    pd.testing.assert_frame_equal(mt.suggest_mapping(native, "visits"), expected)
    patients = mt.suggest_mapping(own, "patients")
    assert mt.accept_suggestions(patients, "patients", native) == mt.accept_suggestions(patients, "patients", own)
    applied = mt.apply_mapping(native, MAPPING)
    assert isinstance(applied, pd.DataFrame)
    assert cells(applied) == cells(mt.apply_mapping(own, MAPPING))
    named = [column.column for column in MAPPING.columns]
    assert applied[named].dtypes.to_dict() == mt.apply_mapping(own, MAPPING)[named].dtypes.to_dict()
    assert mt.validate(applied, "visits").empty
    with pytest.raises(mt.errors.MissingColumnError, match="CK bovengrens"):
        mt.apply_mapping(KINDS_OF_FRAME[engine](own.drop(columns="CK bovengrens")), MAPPING)


@pytest.mark.parametrize("engine", KINDS_OF_FRAME)
def test_the_two_shapes_alike(engine):
    visits = mt.load_visits().head(90).drop(columns=["infusion", "arm"])
    wide = mt.long_to_wide(visits)
    native = KINDS_OF_FRAME[engine](wide)
    for drop_empty in (False, True):
        long = mt.wide_to_long(native, drop_empty=drop_empty)
        assert cells(long) == cells(mt.wide_to_long(wide, drop_empty=drop_empty))
    assert cells(mt.long_to_wide(KINDS_OF_FRAME[engine](visits))) == cells(wide)


@pytest.mark.parametrize("engine", KINDS_OF_FRAME)
def test_what_is_no_such_table_is_refused_alike(engine):
    native = KINDS_OF_FRAME[engine](pd.DataFrame({"patient": ["A"], "height": [1.0]}))
    assert [row["problem"] for row in cells(mt.validate(native, "visits"))] == ["column missing", "column missing"]
    for call in (mt.wide_to_long, mt.long_to_wide):
        with pytest.raises(mt.errors.MissingColumnError, match="patient_id"):
            call(native)


CALLS = {
    "validate": lambda table: mt.validate(table, "visits"),
    "suggest_mapping": lambda table: mt.suggest_mapping(table, "visits"),
    "apply_mapping": lambda table: mt.apply_mapping(table, MAPPING),
    "wide_to_long": mt.wide_to_long,
    "long_to_wide": mt.long_to_wide,
}


@pytest.mark.parametrize("call", CALLS)
def test_what_is_no_table_is_refused(call):
    with pytest.raises(mt.errors.WrongTypeError, match="A table was expected, not dict"):
        CALLS[call]({"patient_id": ["A"]})
