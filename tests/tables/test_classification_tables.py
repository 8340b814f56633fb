"""The numbers and sets of the other classification criteria, typed a second time, and what every set must say."""

import pytest

from myositis_tools import tables
from myositis_tools.criteria import CRITERIA_SETS
from myositis_tools.frames import columns

# Bohan and Peter 1975, as reprinted in PMC4386581: how many of the four other criteria a category needs.
BOHAN_PETER = {
    ("definite DM", "DM"): 3,
    ("probable DM", "DM"): 2,
    ("possible DM", "DM"): 1,
    ("definite PM", "PM"): 4,
    ("probable PM", "PM"): 3,
    ("possible PM", "PM"): 2,
}
# The notes of this project, criteria.md section 2: set, categories in order.
SETS = {
    "enmc_239": ["dermatomyositis"],
    "enmc_224": ["anti_srp_myopathy", "anti_hmgcr_myopathy", "antibody_negative_imnm"],
    "hoogendijk_2004": [
        *("definite_polymyositis", "probable_polymyositis", "definite_dermatomyositis", "probable_dermatomyositis"),
        *("amyopathic_dermatomyositis", "possible_dermatomyositis_sine_dermatitis"),
        *("nonspecific_myositis", "necrotizing_myopathy"),
    ],
    "troyanov_2005": ["overlap_myositis"],
    "connors_2010": ["antisynthetase_syndrome"],
    "solomon_2011": ["antisynthetase_syndrome"],
    "lega": ["antisynthetase_syndrome"],
}
LIMITS = {
    ("enmc_239", "skin_signs"): 2,
    ("solomon_2011", "major_features"): 2,
    ("solomon_2011", "minor_features"): 2,
    ("lega", "minor_features"): 2,
    ("troyanov_2005", "dlco_percent"): 70,
}
TABLES = ("bohan_peter", "classification_sets", "classification_categories", "classification_limits")


def test_bohan_and_peter():
    rows = tables.records("bohan_peter")
    assert {(row["category"], row["disease"]): row["minimum_criteria"] for row in rows} == BOHAN_PETER
    assert {row["of_criteria"] for row in rows} == {4}
    assert set(columns("bohan_peter")["category"].words) == {category for category, _ in BOHAN_PETER} | {"none"}


def test_the_sets_and_their_categories():
    assert {key: [each.key for each in one.categories] for key, one in CRITERIA_SETS.items()} == SETS
    listed = [(row["set"], row["category"]) for row in tables.records("classification_categories")]
    assert listed == [(key, category) for key, categories in SETS.items() for category in categories]


def test_the_numbers_of_the_sets():
    shipped = {(row["set"], row["limit"]): row["value"] for row in tables.records("classification_limits")}
    assert shipped == LIMITS
    asked = {(key, limit.name) for key, one in CRITERIA_SETS.items() for limit in one.limits}
    assert asked == set(LIMITS)  # none is in the table for nothing


@pytest.mark.parametrize("key", SETS)
def test_every_set_is_provisional_and_says_so(key):
    one = CRITERIA_SETS[key]
    assert one.is_provisional
    assert one.caution.startswith("provisional: ")
    assert one.evidence in tables.EVIDENCE
    assert (one.evidence == "verified") is (key == "lega")  # the one table that was read
    assert "provisional" in str(one)
    assert "provisional" in one._repr_html_()


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source_and_an_evidence(name):
    for row in tables.records(name):
        assert tables.source(row["source"]).citation
        assert row["evidence"] in tables.EVIDENCE


def test_every_finding_is_described():
    for one in CRITERIA_SETS.values():
        for name in one.needs:
            column = columns("cases")[name]
            assert column.type in ("yes_no", "number")
            assert column.description
