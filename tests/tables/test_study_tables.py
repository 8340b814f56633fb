"""Conventions of the studies and codes of the hand-over against a second transcription."""

from myositis_tools import tables
from myositis_tools.frames import columns

CODES = {
    "physician_global_cm": "PHYSGLOB",
    "patient_global_cm": "PATGLOB",
    "extramuscular_cm": "EXTRAMUS",
    "haq_di": "HAQDI",
    "chaq": "CHAQ",
    "mmt8_150": "MMT8150",
    "mmt8_80": "MMT880",
    "mmt26_260": "MMT26260",
    "cmas_52": "CMAS52",
    "das_20": "DAS20",
    "ck_xuln": "CKXULN",
    "aldolase_xuln": "ALDXULN",
    "ldh_xuln": "LDHXULN",
    "alt_xuln": "ALTXULN",
    "ast_xuln": "ASTXULN",
    "prednisone_mg_day": "PREDDOSE",
    "tis": "TIS",
}


def test_a_subgroup_of_fewer_than_ten_is_small_and_that_is_our_own_convention():
    [row] = tables.load("study_conventions").to_dict("records")
    assert (row["convention"], row["value"], row["unit"]) == ("small_subgroup_patients", 10, "patients")
    assert row["evidence"] == "decision"
    assert row["source"] is None


def test_each_measure_has_its_code_and_is_a_column():
    codes = tables.load("adam_parameters").set_index("column")["parameter_code"].to_dict()
    assert codes == CODES
    assert set(codes) - {"tis"} <= set(columns("visits"))
    assert "tis" in columns("responses")
