"""Conventions of the studies against a second transcription."""

from myositis_tools import tables


def test_a_subgroup_of_fewer_than_ten_is_small_and_that_is_our_own_convention():
    [row] = tables.load("study_conventions").to_dict("records")
    assert (row["convention"], row["value"], row["unit"]) == ("small_subgroup_patients", 10, "patients")
    assert row["evidence"] == "decision"
    assert row["source"] == "project_decision"
