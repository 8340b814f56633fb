"""The numbers of the definitions of change against a second transcription, typed from the sources."""

import pandas as pd
import pytest

from myositis_tools import tables
from myositis_tools.frames import columns
from myositis_tools.scores.response import important_change, improvement_definition, inactive_disease, worsening
from myositis_tools.scores.response.definitions import find_definition

# Rider 2004; Ruperto 2010 (its worsening clause not read): at least, how many, worse from, may be worse, strength too.
IMPROVEMENT = {
    "imacs": ("≥ 20", 3, "≥ 25", 2, 0, "verified"),
    "printo_2010": ("≥ 20", 3, "> 30", 1, 0, "unverified"),
}
# ART 2023, Figure 1 (ProDERM); RIM from background; Dastmalchi 2008, Table 3.
# physician global and strength together, extramuscular, percent, how many of how many, on how many visits
WORSENING = {
    "proderm": (2, 20, 2, 30, 3, 5, 2, "verified"),
    "imacs_rim": (2, 20, 2, 30, 3, 6, 2, "unverified"),
    "dastmalchi": (None, None, None, 30, 1, 6, 1, "verified"),
}
WORSENING_LIMITS = {
    "worse_physician_global": "cm",
    "worse_mmt": "% of baseline",
    "worse_extramuscular": "cm",
    "worse_percent": "% of baseline",
    "worse_measures": "measures",
    "consecutive_visits": "visits",
}


def by_limit(score: str, definition: str) -> dict[str, pd.Series]:
    table = tables.load("response_limits")
    rows = table[(table["score"] == score) & (table["definition"] == definition)]
    assert rows["limit"].is_unique
    return {row["limit"]: row for _, row in rows.iterrows()}


def written(row: pd.Series) -> str:
    return f"{row['closure']} {row['value']:g}"


@pytest.mark.parametrize("name", IMPROVEMENT)
def test_the_definitions_of_improvement(name):
    better, needed, worse, allowed, strength, evidence = IMPROVEMENT[name]
    rows = by_limit("doi", name)
    assert (written(rows.pop("improved_percent")), written(rows.pop("worse_percent"))) == (better, worse)
    counts = [
        rows.pop(key)["value"] for key in ("improved_measures", "worse_measures_allowed", "worse_strength_allowed")
    ]
    assert counts == [needed, allowed, strength]
    assert rows == {}
    assert find_definition("doi", name).evidence == evidence


@pytest.mark.parametrize("name", WORSENING)
def test_the_definitions_of_worsening(name):
    *single, percent, needed, of, visits, evidence = WORSENING[name]
    expected = dict(zip(WORSENING_LIMITS, [*single, percent, needed, visits], strict=True))
    rows = by_limit("worsening", name)
    assert {limit: row["value"] for limit, row in rows.items()} == {
        limit: value for limit, value in expected.items() if value is not None
    }
    assert {row["closure"] for row in rows.values()} == {"≥"}
    assert {limit: row["unit"] for limit, row in rows.items()}.items() <= WORSENING_LIMITS.items()
    found = find_definition("worsening", name)
    assert (len(found.measures), found.evidence) == (of, evidence)
    assert ("enzyme" in found.measures) == (of == 6)


def test_inactive_disease():
    """Lazarevic 2013."""
    rows = by_limit("inactive", "printo")
    assert {name: written(row) for name, row in rows.items()} == {
        "ck_u_l": "≤ 150",
        "cmas_52": "≥ 48",
        "mmt8_80": "≥ 78",
        "physician_global_cm": "≤ 0.2",
        "criteria": "≥ 3",
    }
    assert find_definition("inactive", "printo").evidence == "verified"
    assert find_definition("inactive", "physician_global_obligatory").evidence == "unverified"


def test_important_changes():
    """Almackenzie 2026, abstract: 1.1, 1.84, 0.85, 0.65, 3.7 and 23.7; the scale of the 3.7 is not known."""
    rows = by_limit("important_change", "almackenzie_2026")
    assert {name: written(row) for name, row in rows.items()} == {
        "improved_physician_global": "≥ 1.1",
        "improved_patient_global": "≥ 1.84",
        "improved_extramuscular": "≥ 0.85",
        "improved_haq": "≥ 0.65",
        "improved_mmt": "≥ 3.7",
        "minimum_score": "≥ 23.7",
    }
    assert {name for name, row in rows.items() if row["evidence"] == "unverified"} == {"improved_mmt"}


def test_only_the_worsening_clause_of_printo_is_unverified():
    evidence = {limit: row["evidence"] for limit, row in by_limit("doi", "printo_2010").items()}
    assert {limit for limit, mark in evidence.items() if mark == "unverified"} == {
        *("worse_percent", "worse_measures_allowed", "worse_strength_allowed")
    }


def test_the_core_sets():
    every = ("physician_global", "patient_global", "mmt", "haq", "enzyme", "extramuscular")
    for name in IMPROVEMENT:
        assert find_definition("doi", name).measures == every
    # PMC2774891 Table 2: PRINTO's set has the physical summary score and no enzymes.
    assert find_definition("doi", "printo_2010").instead_of_enzymes == ("chq_phs",)
    assert find_definition("doi", "imacs").instead_of_enzymes is None


@pytest.mark.parametrize("name", ["response_definitions", "response_limits"])
def test_every_row_is_cited(name):
    for row in tables.records(name):
        assert tables.source(row["source"]).citation
        assert row.get("evidence", "verified") in tables.EVIDENCE
        if row["source"] == "project_decision":
            assert row["decision"]
            assert row["evidence"] == "decision"


def test_every_definition_has_limits_and_every_limit_a_definition():
    keys = ["score", "definition"]
    limits, definitions = (tables.load(name)[keys] for name in ("response_limits", "response_definitions"))
    assert set(limits.itertuples(index=False)) == set(definitions.itertuples(index=False))
    assert not definitions.duplicated().any()


def test_the_columns_that_are_added_are_defined():
    for score in (improvement_definition, worsening, inactive_disease, important_change):
        assert list(columns(score.__name__.rpartition(".")[2])) == list(score.ADDED)
