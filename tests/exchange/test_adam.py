"""Scored visits as an ADaM data set: every cell by a second way, the rules of the standard, and the way back."""

import math
import sys

import pandas as pd
import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import myositis_tools as mt
from myositis_tools import tables
from myositis_tools.errors import DuplicateRowError, MissingColumnError, OptionError, ReadingWarning, WrongTypeError
from myositis_tools.exchange.files.sas_transport import as_transport

SAMPLE = mt.load_visits()
SCORED = mt.score_total_improvement(SAMPLE)
CODES = tables.load("adam_parameters").set_index("column")["paramcd"].to_dict()
SUFFIXES = (".xpt", ".csv", ".xlsx", ".parquet")
CLASSES = ["none", "minimal", "moderate", "major"]
# one patient whose total is 20 at week 4, and one whose physician global was not taken at week 4
STATE = {"physician_global_cm": 5.0, "patient_global_cm": 5.0, "haq_di": 1.5, "mmt8_150": 100, "ck_xuln": 5.0,
         "extramuscular_cm": 5.0}  # fmt: skip


def visit(patient_id, week, **changed):
    return {"patient_id": patient_id, "week": week, **STATE, **changed}


def of(table, column, patient_id, week):
    rows = table[(table["PARAMCD"] == CODES[column]) & (table["USUBJID"] == patient_id) & (table["AVISITN"] == week)]
    assert len(rows) == 1
    return rows.iloc[0]


def same(one, other):
    return one == other or (pd.isna(one) and pd.isna(other))


# ------------------------------------------------------------------------------------------------------------ its cells


def test_every_cell_is_the_one_of_the_scored_visits():
    table = mt.to_adam(SAMPLE)
    start = SCORED[SCORED["week"] == 0].set_index("patient_id")
    visits = SCORED.set_index(["patient_id", "week"])
    columns = {code: column for column, code in CODES.items()}
    for row in table.itertuples():
        column, own = columns[row.PARAMCD], visits.loc[(row.USUBJID, row.AVISITN)]
        value = own[column]
        before = start[column].get(row.USUBJID) if column in SAMPLE else None
        after = row.AVISITN > 0
        is_word = column in ("response", "enzyme")
        assert same(row.AVALC if is_word else row.AVAL, value)
        assert same(row.AVAL, CLASSES.index(value) if column == "response" and not pd.isna(value) else math.nan) or (
            column != "response"
        )
        assert same(row.BASE, before)
        assert same(row.CHG, value - before if after and column in SAMPLE else None)
        assert (row.ABLFL == "Y") is (row.AVISITN == 0 and not pd.isna(value))
        assert (row.ANL01FL == "Y") is (after and not pd.isna(value))
        assert (row.PARAMTYP == "DERIVED") is (column not in SAMPLE)
        assert same(row.TRT01P, own["arm"])
        assert own["visit_date"] == row.ADT
        assert (f"Week {row.AVISITN}" if row.AVISITN else "Baseline") == row.AVISIT


def test_every_visit_has_its_rows():
    rows = mt.to_adam(SAMPLE)["PARAMCD"].value_counts()
    for column, code in CODES.items():
        if column in SAMPLE:
            assert rows[code] == len(SAMPLE), column
        elif column in SCORED:
            assert rows[code] == (SAMPLE["week"] > 0).sum(), column
        else:
            assert code not in rows, column


@pytest.mark.parametrize(("population", "limits"), [("adult", (20, 40, 60)), ("juvenile", (30, 45, 70))])
def test_a_criterion_is_met_where_both_bounds_reach_it(population, limits):
    table = mt.to_adam(SAMPLE, population=population)
    totals = table[table["PARAMCD"] == "TIS"].set_index(["USUBJID", "AVISITN"])
    scored = SCORED[SCORED["week"] > 0]
    assert set(limits) < set(scored["tis"])  # the edges are there
    unsure = 0
    for row in scored.itertuples():
        found = totals.loc[(row.patient_id, row.week)]
        for number, (limit, name) in enumerate(zip(limits, CLASSES[1:], strict=True), start=1):
            assert found[f"CRIT{number}"] == f"Total Improvement Score >= {limit} ({name})"
            low, high = row.tis_min >= limit, row.tis_max >= limit
            expected = "Y" if low else None if high else "N"
            unsure += expected is None
            assert same(found[f"CRIT{number}FL"], expected)
    assert unsure > 0
    assert table.loc[table["PARAMCD"] != "TIS", [f"CRIT{number}FL" for number in (1, 2, 3)]].isna().all(axis=None)


def test_a_missing_measure_leaves_the_bounds_and_what_they_settle():
    visits = pd.DataFrame(
        [visit("A", 0), visit("A", 4, physician_global_cm=None, mmt8_150=150, haq_di=0.0, ck_xuln=1.0)]
    )
    table = mt.to_adam(visits)
    total = of(table, "tis", "A", 4)
    assert pd.isna(total["AVAL"])
    assert of(table, "tis_min", "A", 4)["AVAL"] >= 40
    assert of(table, "tis_min", "A", 4)["AVAL"] < of(table, "tis_max", "A", 4)["AVAL"]
    assert total["CRIT2FL"] == "Y"
    assert pd.isna(of(table, "physician_global_cm", "A", 4)["AVAL"])
    assert of(table, "physician_global_cm", "A", 4)["BASE"] == 5.0
    assert pd.isna(of(table, "physician_global_cm", "A", 4)["CHG"])


def test_without_a_baseline_there_is_no_change_and_nothing_is_settled():
    table = mt.to_adam(pd.DataFrame([visit("A", 4), visit("B", 0), visit("B", 4)]))
    assert table.loc[table["USUBJID"] == "A", ["BASE", "CHG", "ABLFL"]].isna().all(axis=None)
    assert of(table, "tis", "A", 4)[["AVAL", "CRIT1FL", "CRIT2FL", "CRIT3FL"]].isna().all()
    assert of(table, "tis", "B", 4)[["AVAL", "CRIT1FL"]].tolist() == [0, "N"]


def test_another_baseline_visits_before_it_and_another_column_of_arms():
    visits = pd.DataFrame([visit("A", week, drug="IVIg") for week in (-4, 2, 6)])
    table = mt.to_adam(visits, baseline_week=2, group="drug")
    assert of(table, "haq_di", "A", -4)[["AVISIT", "BASE"]].tolist() == ["Week -4", 1.5]
    assert of(table, "haq_di", "A", 2)[["AVISIT", "ABLFL"]].tolist() == ["Week 2 (baseline)", "Y"]
    assert pd.isna(of(table, "haq_di", "A", -4)["CHG"])
    assert set(table.loc[table["PARAMCD"] == "TIS", "AVISITN"]) == {6}
    assert set(table["TRT01P"]) == {"IVIg"}
    assert not {"TRT01P", "ADT", "ADTF"} & set(mt.to_adam(visits.drop(columns="drug"), baseline_week=2))
    with pytest.raises(MissingColumnError, match="did you mean 'drug'"):
        mt.to_adam(visits, group="drugs")


def test_order_index_and_engine_do_not_matter_and_the_visits_stay_as_they_are():
    visits = SAMPLE.head(60)
    kept = visits.copy(deep=True)
    keys = ["USUBJID", "PARAMCD", "AVISITN"]

    def rows(given):
        table = mt.to_adam(given).sort_values(keys, ignore_index=True).astype(object)
        return table.where(table.notna(), None)

    plain = rows(visits)
    pd.testing.assert_frame_equal(rows(visits.sample(frac=1, random_state=1)), plain)
    pd.testing.assert_frame_equal(visits, kept)
    pd.testing.assert_frame_equal(rows(pl.from_pandas(visits)), plain)


# ---------------------------------------------------------------------------------------------- rules of the standard


def test_the_rules_of_the_structure_hold():
    table = mt.to_adam(SAMPLE, study_id="TIM")
    assert not table.duplicated(["USUBJID", "PARAMCD", "AVISITN"]).any()
    for one, other in (("PARAMCD", "PARAM"), ("PARAM", "PARAMCD"), ("PARAMCD", "PARAMN"), ("AVISIT", "AVISITN")):
        assert table.groupby(one)[other].nunique().max() == 1
    both = table.dropna(subset=["AVAL", "AVALC"])
    assert both.groupby(["PARAMCD", "AVAL"])["AVALC"].nunique().max() == 1
    assert both.groupby(["PARAMCD", "AVALC"])["AVAL"].nunique().max() == 1
    flagged = table[table["ABLFL"] == "Y"].set_index(["USUBJID", "PARAMCD"])["AVAL"]
    based = table.dropna(subset=["BASE"]).set_index(["USUBJID", "PARAMCD"])["BASE"]
    pd.testing.assert_series_equal(based, flagged.loc[based.index], check_names=False)
    for name in [name for name in table if name.endswith("FL")]:
        assert set(table[name].dropna()) <= ({"Y", "N"} if name.startswith("CRIT") else {"Y"}), name
    for number in (1, 2, 3):
        assert not (table[f"CRIT{number}FL"].notna() & table[f"CRIT{number}"].isna()).any()
    assert table[["STUDYID", "USUBJID", "PARAM", "PARAMCD"]].notna().all(axis=None)
    assert table["PARAM"].map(str.isascii).all()


def test_the_table_of_variables_names_all_of_them_in_their_order():
    known = tables.load("adam_variables")
    assert known["variable"].str.fullmatch("[A-Z][A-Z0-9]{0,7}").all()
    assert known["label"].str.len().max() <= 40
    table = mt.to_adam(SAMPLE.assign(visit_date_precision="day"))
    assert [*table] == [name for name in known["variable"] if name != "TRT01PN"]
    for row in known[known["variable"] != "TRT01PN"].itertuples():
        is_number = pd.api.types.is_numeric_dtype(table[row.variable])
        is_date = pd.api.types.is_datetime64_any_dtype(table[row.variable])
        assert (row.type == "Num") is (is_number or is_date), row.variable


# ------------------------------------------------------------------------------------------------------- there and back


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_visits_come_back_with_their_scores(suffix, tmp_path):
    written = mt.write_adam(SAMPLE, tmp_path / f"adtis{suffix}", study_id="TIM")
    found = mt.read_cdisc(written[0], "ADaM")
    derived = [name for name in CODES if name not in SAMPLE]  # of these the baseline visit has no row
    expected = SCORED.assign(**{name: SCORED[name].where(SCORED["week"] > 0) for name in derived if name in SCORED})
    expected = expected[list(found)]
    assert {"visit_date", "arm", "response", "enzyme", *CODES} & {*SCORED} <= {*found}
    for name in expected:
        assert found[name].isna().tolist() == expected[name].isna().tolist(), name
        held = expected[name].dropna().tolist()
        # a sheet holds sixteen digits; pandas 2 reads the last one of a text as it likes
        is_rounded = suffix in (".xlsx", ".csv") and expected[name].dtype == "float64"
        assert found[name].dropna().tolist() == (pytest.approx(held, rel=1e-15) if is_rounded else held), name
    again = mt.score_total_improvement(found[[name for name in SAMPLE if name in found]])
    assert again["tis"].equals(SCORED["tis"])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_days_that_are_not_known_stay_unknown(suffix, tmp_path):
    path = tmp_path / "visits.csv"
    visits = pd.DataFrame([visit("A", 0), visit("A", 4), visit("B", 0), visit("B", 4)])
    visits.assign(visit_date=["2024-03-05", "2024-04", "2023", None]).to_csv(path, index=False)
    visits = mt.read_table(path, "visits")
    table = mt.to_adam(visits)
    assert table.loc[table["PARAMCD"] == "HAQDI", "ADTF"].fillna("").tolist() == ["", "D", "M", ""]
    found = mt.read_cdisc(mt.write_adam(visits, tmp_path / f"adtis{suffix}")[0], "ADaM")
    assert found["visit_date"].dropna().tolist() == visits["visit_date"].dropna().tolist()
    assert found["visit_date_precision"].tolist()[:3] == ["day", "month", "year"]
    assert found["visit_date"].isna().tolist() == [False, False, False, True]


def test_the_arm_may_stand_in_either_variable(tmp_path):
    (tmp_path / "adam.csv").write_text("USUBJID,TRTP,PARAMCD,AVISITN,AVAL\nA,IVIg,HAQDI,0,1.5\nB,placebo,HAQDI,0,1\n")
    assert mt.read_cdisc(tmp_path / "adam.csv", "ADaM")["arm"].tolist() == ["IVIg", "placebo"]


def test_parameters_of_a_visit_with_days_of_their_own_leave_it_without_one(tmp_path):
    rows = "A,HAQDI,0,1.5,2024-03-05\nA,CKXULN,0,9,2024-03-06\nA,HAQDI,12,1,2024-06-05\nA,CKXULN,12,2,2024-06-05\n"
    (tmp_path / "adam.csv").write_text("USUBJID,PARAMCD,AVISITN,AVAL,ADT\n" + rows)
    with pytest.warns(ReadingWarning, match="more than one date have none, 1 of 2: A week 0"):
        found = mt.read_cdisc(tmp_path / "adam.csv", "ADaM")
    assert found["visit_date"].isna().tolist() == [True, False]
    assert found["ck_xuln"].tolist() == [9, 2]
    (tmp_path / "adam.csv").write_text("USUBJID,PARAMCD,AVISITN,AVAL,ADT\nA,HAQDI,0,1.5,23440\n")
    with pytest.raises(WrongTypeError, match="visit_date"):  # nothing says from which day it counts
        mt.read_cdisc(tmp_path / "adam.csv", "ADaM")


IDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)

NUMBERS = st.floats(0, 10).map(lambda number: round(number, 6))


@pytest.mark.parametrize("suffix", [".xpt", ".csv"])
@settings(max_examples=15, deadline=None)
@given(
    ids=st.lists(IDS, min_size=2, max_size=4, unique=True),
    values=st.lists(st.none() | NUMBERS, min_size=4, max_size=4),
)
def test_any_text_and_any_number_come_back(suffix, ids, values, tmp_path_factory):
    visits = pd.DataFrame(
        [visit(name, 0, physician_global_cm=value, arm=name) for name, value in zip(ids, values, strict=False)]
    ).astype({"physician_global_cm": "float64"})
    found = mt.read_cdisc(mt.write_adam(visits, tmp_path_factory.mktemp("adam") / f"a{suffix}")[0], "ADaM")
    assert found["patient_id"].tolist() == found["arm"].tolist() == visits["patient_id"].tolist()
    assert found["physician_global_cm"].fillna(-1).tolist() == visits["physician_global_cm"].fillna(-1).tolist()


# ------------------------------------------------------------------------------------------------------------ its files


def test_the_transport_file_says_what_it_holds(tmp_path):
    written = mt.write_adam(SAMPLE, tmp_path / "adtis.xpt", population="juvenile")
    names = ["adtis.xpt", "adtis_about.csv", "adtis_parameters.csv", "adtis_variables.csv"]
    assert [file.name for file in written] == names
    table, told = pyreadstat.read_xport(str(written[0]))
    assert told.table_name == "ADTIS"
    assert told.file_label.startswith("myositis_tools")
    assert told.original_variable_types["ADT"] == "DATE9"
    labels = tables.load("adam_variables").set_index("variable")["label"]
    assert told.column_names_to_labels == {name: labels[name] for name in table}
    about = pd.read_csv(written[1]).set_index("what")["words"]
    assert about["scored_as"] == "juvenile thresholds"
    assert "SHA-256" in about["visits"]
    assert "sponsor-defined" in about["parameters"]
    assert set(pd.read_csv(written[2])["PARAMCD"]) == set(table["PARAMCD"])
    assert pd.read_csv(written[3])["variable"].tolist() == [*table]


def test_a_workbook_holds_all_of_it_in_sheets(tmp_path):
    [file] = mt.write_adam(SAMPLE.head(30), tmp_path / "adtis.xlsx")
    assert list(pd.read_excel(file, sheet_name=None)) == ["adtis", "about", "parameters", "variables"]


def test_no_text_becomes_a_formula(tmp_path):
    evil = pd.DataFrame([visit("=1+1", 0, arm="@SUM(A1)"), visit("=1+1", 4, arm="@SUM(A1)")])
    [file, *_] = mt.write_adam(evil, tmp_path / "adtis.csv")
    assert set(pd.read_csv(file)["USUBJID"]) == {"'=1+1"}
    assert set(pd.read_csv(file)["TRT01P"]) == {"'@SUM(A1)"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"patient_id": "é" * 101}, "text of USUBJID is too long"), ({"arm": "x" * 201}, "text of TRT01P is too long")],
)
def test_what_a_transport_file_would_cut_is_refused(tmp_path, changed, message):
    path = tmp_path / "adtis.xpt"
    path.write_text("mine")
    with pytest.raises(OptionError, match=message):
        mt.write_adam(pd.DataFrame([visit("A", 0), visit("A", 4)]).assign(**changed), path)
    assert [file.name for file in tmp_path.iterdir()] == ["adtis.xpt"]
    assert path.read_text() == "mine"
    fits = pd.DataFrame([visit("é" * 100, 0, arm="x" * 200)])
    assert mt.read_cdisc(mt.write_adam(fits, path)[0], "ADaM")[["patient_id", "arm"]].iloc[0].tolist() == [
        "é" * 100,
        "x" * 200,
    ]


def test_a_name_or_a_label_that_does_not_fit_is_refused():
    table = pd.DataFrame({"patient_id": ["A"]})
    with pytest.raises(OptionError, match="name of a column is too long"):
        as_transport(table, name="X")
    with pytest.raises(OptionError, match="label of a column is too long"):
        as_transport(table.set_axis(["ID"], axis=1), name="X", labels={"ID": "x" * 41})


def test_without_what_reads_and_writes_such_files_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    [file, *_] = mt.write_adam(SAMPLE.head(30), tmp_path / "adtis.xpt")
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(WrongTypeError, match=r"myositis_tools\[all\]"):
        mt.read_cdisc(file, "ADaM")
    with pytest.raises(OptionError, match=r"myositis_tools\[all\]"):
        mt.write_adam(SAMPLE.head(30), file)


def test_another_suffix_and_a_visit_that_stands_twice(tmp_path):
    with pytest.raises(OptionError, match=r"one of \.xpt"):
        mt.write_adam(SAMPLE, tmp_path / "adtis.sas7bdat")
    with pytest.raises(DuplicateRowError):
        mt.write_adam(pd.concat([SAMPLE, SAMPLE.head(1)]), tmp_path / "adtis.xpt")
    assert list(tmp_path.iterdir()) == []
