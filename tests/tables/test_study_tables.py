"""Conventions of the studies against a second transcription."""

from myositis_tools import tables


def test_conventions_are_those_that_were_decided_and_are_our_own():
    rows = tables.load("study_conventions")
    assert rows[["convention", "value", "unit"]].to_numpy().tolist() == [
        ["small_subgroup_patients", 10, "patients"],
        ["laboratory_days", 30, "days"],
    ]
    assert set(rows["evidence"]) == {"decision"}
    assert set(rows["source"]) == {"project_decision"}
