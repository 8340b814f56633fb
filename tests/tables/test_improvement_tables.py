"""The shipped numbers against a second transcription, typed here from the sources and not from the tables."""

from itertools import pairwise

import pandas as pd
import pytest

from myositis_tools import tables
from myositis_tools.frames import columns
from myositis_tools.scores import core_set

# Rider 2017 (PMC5577002), Table 3. Rows: none, > first edge, > second, > third, > fourth.
POINTS = {
    "physician_global": "0  7.5  15    17.5  20",
    "patient_global": " 0  2.5   5     7.5  10",
    "mmt": "            0  10   20    27.5  32.5",
    "haq": "            0   5    7.5   7.5  10",
    "enzyme": "         0   2.5  5     7.5   7.5",
    "extramuscular": "  0   7.5 12.5  15    20",
}
EDGES = {name: [5, 15, 25, 40] for name in POINTS} | {"mmt": [2, 10, 20, 30]}
# The same table: minimal, moderate, major.
CLASSES = {"adult": [20, 40, 60], "juvenile": [30, 45, 70]}
# Decision D1 and imacs-scoring 2.3.
ENZYME_RANGES = {"ck": 15, "aldolase": 6, "ldh": 3, "alt": 3, "ast": 3}
SCALE_RANGES = {
    "physician_global_cm": 10,
    "patient_global_cm": 10,
    "mmt8_150": 150,
    "mmt8_80": 80,
    "mmt26_260": 260,
    "cmas_52": 52,
    "haq_di": 3,
    "chaq": 3,
    "extramuscular_cm": 10,
    "das_20": 20,
}
TABLES = ("improvement_points", "improvement_classes", "core_set_ranges", "enzymes", "unit_conversions")


def by_measure() -> dict[str, pd.DataFrame]:
    return {str(name): rows for name, rows in tables.load("improvement_points").groupby("measure", sort=False)}


def test_the_points_and_edges():
    assert list(by_measure()) == list(POINTS)
    for measure, rows in by_measure().items():
        assert rows["points"].tolist() == [float(points) for points in POINTS[measure].split()]
        assert rows["above_percent"].tolist()[1:] == EDGES[measure]
        assert rows["to_percent"].tolist()[:-1] == EDGES[measure]


def test_the_bands_cover_every_change_once():
    for rows in by_measure().values():
        assert rows["band"].tolist() == [0, 1, 2, 3, 4]
        assert pd.isna(rows["above_percent"].iloc[0])
        assert pd.isna(rows["to_percent"].iloc[-1])
        assert rows["above_percent"].tolist()[1:] == rows["to_percent"].tolist()[:-1]
        # The edge is in the lower band and not in the upper one.
        assert set(rows["to_included"][:-1]) == {"yes"}
        assert set(rows["above_included"][1:]) == {"no"}


def test_points_never_fall_and_their_maxima_sum_to_100():
    for rows in by_measure().values():
        assert all(lower <= higher for lower, higher in pairwise(rows["points"]))
    assert sum(rows["points"].max() for rows in by_measure().values()) == 100


def test_every_score_is_exact_in_binary():
    points = tables.load("improvement_points")["points"]
    assert ((points * 2) % 5 == 0).all()  # multiples of 2.5


def test_the_classes():
    table = tables.load("improvement_classes")
    assert set(table["minimum_included"]) == {"yes"}
    for population, thresholds in CLASSES.items():
        rows = table[table["population"] == population]
        assert rows["response"].tolist() == ["none", "minimal", "moderate", "major"]
        assert rows["minimum_score"].tolist() == [0, *thresholds]
    assert set(table["population"]) == set(CLASSES)


def test_the_ranges_of_the_enzymes_in_the_order_of_ties():
    table = tables.load("enzymes")
    assert dict(zip(table["enzyme"], table["range_xuln"], strict=True)) == ENZYME_RANGES
    assert table.sort_values("order")["enzyme"].tolist() == list(ENZYME_RANGES)
    assert table["column"].tolist() == [f"{name}_xuln" for name in ENZYME_RANGES]
    evidence = dict(zip(table["enzyme"], table["evidence"], strict=True))
    assert evidence == dict.fromkeys(ENZYME_RANGES, "secondary") | {"aldolase": "unverified"}
    assert set(table["order_evidence"]) == {"unverified"}


def test_the_ranges_of_the_scales():
    table = tables.load("core_set_ranges")
    found = dict(zip(table["column"], table["range"], strict=True))
    assert pd.isna(found.pop("chq_phs"))  # no source that was read gives it
    assert found == SCALE_RANGES
    assert set(table["measure"]) == set(POINTS)


@pytest.mark.parametrize("column", SCALE_RANGES)
def test_a_range_is_the_width_that_the_door_lets_in(column):
    definition = columns("visits")[column]
    assert definition.maximum - definition.minimum == SCALE_RANGES[column]


def test_the_door_knows_which_way_is_better():
    risers = {name for name, column in columns("visits").items() if column.better == "higher"}
    assert risers == {"mmt8_150", "mmt8_80", "mmt26_260", "cmas_52", "chq_phs"}


def test_one_microkatal_is_sixty_units():
    table = tables.load("unit_conversions")
    found = dict(zip(table["unit"], table["units_per_litre"], strict=True))
    prefixed = {"pkat/L": 0.000_06, "nkat/L": 0.06, "mkat/L": 60_000, "kat/L": 60_000_000, "mU/L": 0.001, "kU/L": 1000}
    assert found == {"U/L": 1, "ukat/L": 60, "\u00b5kat/L": 60, "\u03bckat/L": 60} | prefixed


@pytest.mark.parametrize("name", TABLES)
def test_every_number_has_a_source_and_an_evidence(name):
    for row in tables.records(name):
        keys = [key for key in row if key.endswith("source")]
        assert keys
        for key in keys:
            assert tables.source(row[key]).citation
        assert {row[key] for key in row if key.endswith("evidence")} <= set(tables.EVIDENCE)
        if row["source"] == "project_decision":
            assert row["decision"]


def test_the_output_columns_are_those_of_the_contract():
    measures = list(POINTS)
    assert list(columns("responses")) == [
        *("tis", "tis_min", "tis_max", "response", "response_certain"),
        *(f"points_{name}" for name in measures),
        *(f"change_{name}" for name in measures),
        *("enzyme", "missing", "worsened", "enzyme_normal_yet_scores", "enzymes_left_out", "scored_as"),
    ]
    names = tuple(one.name for one in core_set.classes("adult"))
    assert columns("responses")["response"].words == columns("receipt")["next_response"].words == names
