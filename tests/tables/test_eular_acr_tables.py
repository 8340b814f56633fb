"""The EULAR/ACR numbers against a second transcription, typed here from the sources and not from the tables."""

from math import log

import pytest

from myositis_tools import tables
from myositis_tools.criteria.classification import eular_acr
from myositis_tools.frames import columns

# Lundberg 2017, the score table: points without and with a muscle biopsy. The age rows from a secondary source.
POINTS = """
    18-39                             1.3   1.5
    40+                               2.1   2.2
    proximal_upper_weakness           0.7   0.7
    proximal_lower_weakness           0.8   0.5
    neck_flexors_weaker               1.9   1.6
    leg_proximal_weaker               0.9   1.2
    heliotrope                        3.1   3.2
    gottron_papules                   2.1   2.7
    gottron_sign                      3.3   3.7
    dysphagia                         0.7   0.6
    anti_jo1                          3.9   3.8
    enzymes_elevated                  1.3   1.4
    biopsy_endomysial                 -     1.7
    biopsy_perimysial_perivascular    -     1.2
    biopsy_perifascicular_atrophy     -     1.9
    biopsy_rimmed_vacuoles            -     3.1
"""
# Its abstract: lowest score of possible, probable and definite; the probabilities they stand for.
CUT_OFFS = {"without_biopsy": (5.3, 5.5, 7.5), "with_biopsy": (6.5, 6.7, 8.7)}
PROBABILITIES = (0.50, 0.55, 0.90)
CONSTANTS = {"without_biopsy": 5.33, "with_biopsy": 6.49}
TABLES = ("eular_acr_weights", "eular_acr_models", "eular_acr_categories", "eular_acr_subgroups", "classification_sets")


def tenths(cell: str) -> int | None:
    return None if cell == "-" else round(float(cell) * 10)


TYPED = {
    name: (tenths(without), tenths(with_one)) for name, without, with_one in map(str.split, POINTS.split("\n")[1:-1])
}


def test_the_points_of_every_finding():
    shipped = {
        row["item"]: (row["tenths_without_biopsy"], row["tenths_with_biopsy"])
        for row in tables.records("eular_acr_weights")
        if row["kind"] != "age"
    }
    assert shipped == {name: points for name, points in TYPED.items() if name not in ("18-39", "40+")}


def test_the_points_of_every_age():
    bands = [row for row in tables.records("eular_acr_weights") if row["kind"] == "age"]
    names = ("minimum_onset_age_years", "below_onset_age_years", "tenths_without_biopsy", "tenths_with_biopsy")
    found = [tuple(row[name] for name in names) for row in bands]
    assert found == [(0, 18, 0, 0), (18, 40, *TYPED["18-39"]), (40, None, *TYPED["40+"])]
    assert [row["evidence"] for row in bands] == ["verified", "secondary", "secondary"]


def test_the_highest_scores():
    # 20.8 without and 29.5 with a biopsy: sums of the score table.
    for model, highest in (("without_biopsy", 208), ("with_biopsy", 295)):
        assert sum(item.most for item in eular_acr.items(model)) == highest
    assert [len(eular_acr.items(model)) for model in eular_acr.MODELS] == [11, 15]


@pytest.mark.parametrize("model", list(CUT_OFFS))
def test_the_cut_offs_and_the_constants(model):
    rows = eular_acr.categories(model)
    assert [row["category"] for row in rows] == ["not IIM", "possible", "probable", "definite"]
    assert [row["minimum_tenths"] for row in rows] == [0, *(round(score * 10) for score in CUT_OFFS[model])]
    assert [row["minimum_probability"] for row in rows] == [0, *PROBABILITIES]
    (constant,) = (row["constant"] for row in tables.records("eular_acr_models") if row["model"] == model)
    assert constant == CONSTANTS[model]
    # The constant that was not read explains every published cut-off: score = constant + logit(p), to one decimal.
    assert [round(constant + log(p / (1 - p)), 1) for p in PROBABILITIES] == list(CUT_OFFS[model])


def test_the_tree():
    rows = tables.records("eular_acr_subgroups")
    ages = [(row["subgroup"], row["minimum_onset_age_years"], row["below_onset_age_years"]) for row in rows]
    assert ages == [
        ("juvenile_dermatomyositis", None, 18),
        ("juvenile_myositis_other", None, 18),
        ("dermatomyositis", 18, None),
        ("amyopathic_dermatomyositis", 18, None),
        ("inclusion_body_myositis", 18, None),
        ("polymyositis", 18, None),
    ]
    assert {row["minimum_category"] for row in rows} == {"probable"}  # a probability of 55 % or more
    assert "verified" not in {row["evidence"] for row in rows}


@pytest.mark.parametrize("name", TABLES)
def test_every_number_has_a_source_and_an_evidence(name):
    for row in tables.records(name):
        assert tables.source(row["source"]).citation
        assert row["evidence"] in tables.EVIDENCE


def test_what_is_not_verified_is_said():
    assert {row["evidence"] for row in tables.records("eular_acr_models")} == {"unverified"}
    (row,) = (row for row in tables.records("classification_sets") if row["set"] == eular_acr.KEY)
    assert "not verified" in row["caution"]


def test_the_output_columns_and_words():
    assert list(columns("eular_acr")) == [
        *("score", "score_min", "score_max", "probability", "probability_min", "probability_max"),
        *("category", "subgroup", "cutoff_discordant", "because", "caution"),
    ]
    assert set(columns("eular_acr")["category"].words) == {
        row["category"] for row in eular_acr.categories("with_biopsy")
    }
    assert columns("eular_acr")["subgroup"].words == tuple(
        row["subgroup"] for row in tables.records("eular_acr_subgroups")
    )
