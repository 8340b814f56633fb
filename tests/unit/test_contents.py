"""The catalogue holds every number of the tables and every rule, score, table and source, and nothing of its own."""

import csv
from importlib import resources

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools import criteria, errors, scores, tables
from myositis_tools.evidence import catalogue
from myositis_tools.frames import columns


@pytest.fixture(scope="module", name="everything")
def _everything() -> pd.DataFrame:
    return catalogue()


def cells(table: str) -> list[dict]:
    """The table as it is written, read without the package."""
    file = resources.files("myositis_tools.tables").joinpath(f"{table}.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


NO_NUMBERS = (
    "columns",
    "exercises",
    "exercise_texts",
    "private_columns",
    "sources",
    "table_kinds",
)
NO_NUMBERS += (
    "heading_synonyms",
    "heading_words",
    "layout_words",
    "omop_columns",
    "unit_spellings",
    "word_synonyms",
)


def clinical_tables() -> list[str]:
    return [name for name in tables.names() if name not in NO_NUMBERS and not name.startswith("simulation_")]


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


# Columns of digits that are no number of the literature: they name a row, put it in its place, or cite.
PLACES = {"band", "age_years", "order", "grade_of_10", "place", "code"}


@pytest.mark.parametrize("table", clinical_tables())
def test_every_number_of_every_table_is_there_and_no_other(everything, table):
    rows = cells(table)
    wanted = []
    for row in rows:
        names = ["value"] if "value" in row else [n for n in row if n not in PLACES or f"{n}_evidence" in row]
        wanted += [float(row[name]) for name in names if is_number(row[name])]
    found = everything[(everything["kind"] == "number") & (everything["table"] == table)]
    assert found["value"].tolist() == wanted
    assert not found["name"].duplicated().any()
    evidence = {row.get("evidence", "") for row in rows} | {
        row[name] for row in rows for name in row if name.endswith("_evidence")
    }
    assert set(found["evidence"]) <= evidence


@pytest.mark.parametrize(
    ("table", "name", "value", "unit", "evidence"),
    [
        # one number each of what a reader would look up, from the sources and not from the tables
        ("eular_acr_weights", "anti_jo1 anti_jo1 finding tenths_with_biopsy", 38, "tenths of a point", "verified"),
        ("eular_acr_models", "without_biopsy constant", 5.33, "points", "unverified"),
        ("protocol_limits", "time_is_muscle early_disease maximum_duration_months", 12, "months", "verified"),
        ("glucocorticoids", "deflazacort H02AB13 mg_equal_to_prednisone", 6, "mg", "secondary"),
        ("enzymes", "aldolase aldolase_xuln range_xuln", 6, "× ULN", "unverified"),
        ("enzymes", "ck ck_xuln step_xuln", 0.01, "× ULN", "decision"),  # a step has an evidence of its own
        ("improvement_points", "mmt 4 points", 32.5, "", "verified"),
        ("fvc_coefficients", "ecsc_1993 female age_used_at_least", 25, "years", "verified"),
        ("fvc_splines", "gli_2012 male 95 median_spline", -0.4282693296, "", "verified"),
        ("unit_conversions", "enzyme activity ukat/L units_per_litre", 60, "ukat/L", "verified"),
    ],
)
def test_numbers_that_a_reader_would_look_up(everything, table, name, value, unit, evidence):
    (row,) = everything[(everything["table"] == table) & (everything["name"] == name)].to_dict("records")
    assert (row["kind"], row["value"], row["unit"], row["evidence"]) == ("number", value, unit, evidence)
    assert tables.source(row["source"]).citation


def test_the_limits_are_those_the_protocol_compares_with(everything):
    shown = everything[everything["table"] == "protocol_limits"].set_index("name")["value"]
    limits = [
        (one.key, each.key, limit) for one in mt.PROTOCOLS.values() for each in one.criteria for limit in each.limits
    ]
    assert len(shown) == len(limits)
    for protocol, criterion, limit in limits:
        assert shown[f"{protocol} {criterion} {limit.name}"] == limit.value


def test_every_rule_reads_as_its_object_does(everything):
    rules = everything[everything["kind"] == "rule"].set_index("name")
    asked = [(one.key, each) for one in mt.PROTOCOLS.values() for each in one.criteria]
    for protocol, each in asked:
        assert rules.loc[f"{protocol} {each.key}", "text"] == each.rule.sentence
    for one in mt.CRITERIA_SETS.values():
        for category in one.categories:
            row = rules.loc[f"{one.key} {category.key}"]
            assert row["text"] == category.rule.sentence
            assert "provisional" in row["decision"]
    assert rules.loc["eular_acr_2017", "label"].startswith("2017 EULAR/ACR")
    assert "not verified" in rules.loc["eular_acr_2017", "decision"]
    assert "borrowed from the pilot" in rules.loc["time_is_muscle minimal_disability", "decision"]
    assert rules.loc["troyanov_2005 overlap_myositis", "evidence"] == "unverified"
    assert len(mt.TIME_IS_MUSCLE.criteria) == 16
    assert len(rules) == len(asked) + 9 + 16


def test_every_score_table_and_source_is_there(everything):
    by_kind = {kind: rows["name"].tolist() for kind, rows in everything.groupby("kind", sort=False)}
    assert set(by_kind) == set(columns("catalogue")["kind"].words)
    public = {name: getattr(room, name) for room in (scores, criteria) for name in room.__all__}
    no_score = {"CRITERIA_SETS", "PROTOCOLS", "TIME_IS_MUSCLE", "Criterion", "Protocol", "Records", "read_protocol"}
    assert set(by_kind["score"]) == set(public) - no_score
    assert {"score_total_improvement", "classify_eular_acr", "score_fvc_percent"} <= set(by_kind["score"])
    assert by_kind["table"] == clinical_tables()
    assert by_kind["source"] == [row["key"] for row in cells("sources")]
    written = everything[everything["kind"] == "score"]
    assert written["text"].str.endswith((".", ":")).all()
    counted = everything[everything["kind"] == "table"].set_index("name")["value"]
    assert counted["fvc_splines"] == 2 * 2 * 369


def test_what_is_not_verified_can_be_listed(everything):
    unverified = catalogue(evidence="unverified")
    assert set(unverified["evidence"]) == {"unverified"}
    assert len(unverified) == (everything["evidence"] == "unverified").sum()
    names = set(unverified["name"])
    assert {"with_biopsy constant", "enmc_239 skin_signs", "troyanov_2005 dlco_percent", "connors_2010"} <= names
    assert "lega" not in names
    split = pd.concat([catalogue(evidence=one) for one in tables.EVIDENCE])
    assert len(split) == (everything["evidence"] != "").sum()
    with pytest.raises(errors.OptionError, match=r"evidence='unverifed' is not known.*did you mean 'unverified'"):
        catalogue(evidence="unverifed")


def test_it_is_a_tidy_frame_of_its_own(everything):
    assert list(everything.columns) == list(columns("catalogue"))
    assert str(everything["value"].dtype) == "float64"
    assert not everything.drop(columns="value").isna().any().any()
    changed = catalogue()
    changed["value"] = 0
    pd.testing.assert_frame_equal(catalogue(), everything)
    pd.testing.assert_frame_equal(mt.catalogue(), everything)
