"""MYOACT, MITAX, MDI, IBM-FRS and the Functional Index; sums by hand, and what no source verifies is said."""

import pandas as pd
import pytest

from myositis_tools import score_functional_index, score_ibm_frs, score_mdi, score_mitax, score_myoact
from myositis_tools.errors import ImpossibleValueError, OptionError, UnknownWordError
from tests.property.second_opinions import IBM_FRS, MDI_SEVERITY, MITAX, MYOACT, mdi_items


def one(**values: object) -> pd.DataFrame:
    return pd.DataFrame([values])


# ---------------------------------------- MYOACT


def test_six_organ_systems_over_sixty():
    assert score_myoact(one(**dict.fromkeys(MYOACT, 10)))["myoact"].item() == 1
    # 2.5 + 0.5 of 60
    sheet = one(**(dict.fromkeys(MYOACT, 0) | {"cutaneous_cm": 2.5, "pulmonary_cm": 0.5}))
    assert score_myoact(sheet)["myoact"].item() == 3 / 60


def test_an_organ_system_that_was_not_assessed_leaves_the_denominator():
    sheet = one(**(dict.fromkeys(MYOACT, 3) | {"pulmonary_cm": None}))
    row = score_myoact(sheet.assign(not_assessed_pulmonary=True)).iloc[0]
    assert (row["myoact"], row["myoact_organs_assessed"], row["missing"]) == (15 / 50, 5, "")
    unknown = score_myoact(sheet).iloc[0]  # not recorded is not the same as not assessed
    assert pd.isna(unknown["myoact"])
    assert (unknown["myoact_min"], unknown["myoact_max"]) == (15 / 60, 25 / 60)
    assert unknown["missing"] == "not recorded: pulmonary"


def test_no_organ_system_assessed():
    flags = {f"not_assessed_{scale.removesuffix('_cm')}": True for scale in MYOACT}
    row = score_myoact(one(**(dict.fromkeys(MYOACT) | flags))).iloc[0]
    assert row[["myoact", "myoact_min", "myoact_max"]].isna().all()
    assert row["missing"] == "no organ system was assessed"


def test_a_value_of_what_was_not_assessed_is_refused():
    with pytest.raises(ImpossibleValueError, match=r"pulmonary_cm holds impossible values: 3.*not assessed"):
        score_myoact(one(**dict.fromkeys(MYOACT, 3), not_assessed_pulmonary=True))
    with pytest.raises(ImpossibleValueError, match="millimetres"):
        score_myoact(one(**dict.fromkeys(MYOACT, 30)))


# ---------------------------------------- MITAX


def test_the_weights_add_up_to_63():
    assert score_mitax(one(**dict.fromkeys(MITAX, "A")))["mitax_63"].item() == 63
    for grade, weight in {"A": 9, "B": 3, "C": 1, "D": 0, "E": 0}.items():
        row = score_mitax(one(**(dict.fromkeys(MITAX, "E") | {"mitax_muscle": grade}))).iloc[0]
        assert (row["mitax_63"], row["evidence"]) == (weight, "unverified: systems and weights")
    with pytest.raises(UnknownWordError, match=r"'a'.*did you mean 'A'"):
        score_mitax(one(**dict.fromkeys(MITAX, "a")))


# ---------------------------------------- MDI


def test_the_damage_of_adults_is_marked():
    for population, count, evidence in (
        ("juvenile", 38, "verified"),
        ("adult", 35, "unverified: how many items and scales the form of adults has"),
    ):
        row = score_mdi(one(**dict.fromkeys(mdi_items(count), "present"), **MDI_SEVERITY), population=population).iloc[
            0
        ]
        assert (row["mdi_extent"], row["mdi_severity"], row["mdi_items_applicable"]) == (count, 110, count)
        assert row["evidence"] == evidence


def test_an_item_that_does_not_apply_adds_nothing():
    items = dict.fromkeys(mdi_items(35), "absent") | {"mdi_item_1": "not applicable", "mdi_item_2": "present"}
    row = score_mdi(one(**items, **MDI_SEVERITY), population="adult").iloc[0]
    assert (row["mdi_extent"], row["mdi_items_applicable"], row["missing"]) == (1, 34, "")
    with pytest.raises(UnknownWordError, match="mdi_item_1"):
        score_mdi(one(**(items | {"mdi_item_1": "yes"}), **MDI_SEVERITY), population="adult")
    with pytest.raises(OptionError, match="population='child' is not known"):
        score_mdi(one(**items, **MDI_SEVERITY), population="child")


# ---------------------------------------- inclusion body myositis, endurance


def test_the_ten_items_add_up_to_40():
    assert score_ibm_frs(one(**IBM_FRS))["ibm_frs_40"].item() == 40
    with pytest.raises(ImpossibleValueError, match="ibm_frs_10 holds impossible values: 5"):
        score_ibm_frs(one(**(IBM_FRS | {"ibm_frs_10": 5})))


def test_the_functional_index_is_given_by_task():
    tasks = dict.fromkeys(("shoulder_flexion", "shoulder_abduction", "head_lift", "hip_flexion", "step_test"), 45)
    tasks |= {"heel_lift": 30, "toe_lift": 120}
    row = score_functional_index(one(**{f"fi2_{task}": done for task, done in tasks.items()}), version="fi2").iloc[0]
    # 45 of 60, 30 of 120, 120 of 120
    assert [row[f"fi2_{task}_percent"] for task in tasks] == [75] * 5 + [25, 100]
    assert (row["missing"], row["evidence"]) == ("", "unverified: tasks and most repetitions")
    with pytest.raises(ImpossibleValueError, match="fi2_step_test holds impossible values: 61"):
        score_functional_index(one(**{f"fi2_{task}": 0 for task in tasks} | {"fi2_step_test": 61}), version="fi2")
    with pytest.raises(OptionError, match="version='fi1' is not known"):
        score_functional_index(one(), version="fi1")
