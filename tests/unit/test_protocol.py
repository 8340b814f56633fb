"""Protocols, limits and what they refuse."""

import dataclasses

import pandas as pd
import pytest

import myositis_tools as mt
from tests.spec.eligible import ELIGIBLE, screening_of

TIM = mt.TIME_IS_MUSCLE


def refused(table: pd.DataFrame) -> str:
    with pytest.raises(mt.errors.MyositisToolsError) as caught:
        TIM.check(table)
    return str(caught.value)


def patient(**given: object) -> pd.DataFrame:
    return screening_of([ELIGIBLE | given, ELIGIBLE])


def test_a_missing_column_is_named():
    message = refused(patient().drop(columns=["age_years", "anti_iga_antibodies"]))
    assert message.startswith("The screening table lacks columns: age_years, anti_iga_antibodies.")
    assert "age_years (0 to 120 years)" in message
    assert "a column must be there even if it is empty" in message


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"age_years": 300.0}, ["age_years", "300", "P000", "0 to 120 years"]),
        ({"physician_global_cm": 47.0}, ["physician_global_cm", "47", "0 to 10 cm", "millimetres", "divide"]),
        ({"enzyme_xuln": -1.0}, ["enzyme_xuln", "-1", "negative"]),
        ({"mmt_loss_percent": float("inf")}, ["mmt_loss_percent", "inf"]),
        ({"age_years": "54"}, ["age_years", "'54'", "number"]),
        ({"subtype": "dermatomyositus"}, ["subtype", "did you mean 'dermatomyositis'?"]),
        ({"sex": "F"}, ["sex", "female, male"]),
        ({"pregnant": "no"}, ["pregnant", "True and False"]),
        ({"pregnant": 0}, ["pregnant", "True and False"]),
    ],
)
def test_what_cannot_be_is_refused_with_one_clear_error(given, says):
    message = refused(patient(**given))
    assert all(word in message for word in says), message
    assert "Hint:" in message


def test_a_patient_twice_is_refused():
    table = pd.concat([patient(), patient()])
    assert "P000" in refused(table)
    assert refused(table).startswith("The screening table holds a row twice.")


def test_a_patient_without_a_name_is_refused():
    table = patient()
    table.loc[0, "patient_id"] = None
    assert "patient_id" in refused(table)


def test_something_that_is_no_table_is_refused():
    with pytest.raises(mt.errors.WrongTypeError, match="A table was expected, not list"):
        TIM.check([1, 2])


def test_odd_columns_and_types_are_taken_as_what_they_are():
    plain = TIM.check(patient())
    table = patient()
    table["subtype"] = table["subtype"].astype("category")
    table["sex"] = table["sex"].astype("object")
    table["age_years"] = table["age_years"].astype("Int64")
    table["physician_global_cm"] = table["physician_global_cm"].astype("object")
    table["pregnant"] = table["pregnant"].astype("object")
    table["screening_date"] = pd.to_datetime(["2026-01-01", "2026-01-02"]).tz_localize("Europe/Amsterdam")
    table[("a", "tuple")] = 1
    table.index = ["x", "x"]
    pd.testing.assert_frame_equal(TIM.check(table), plain)


def test_hostile_names_stay_text():
    table = patient()
    table["patient_id"] = ["<b>x</b>", "=1+1"]
    assert TIM.decide(table)["patient_id"].tolist() == ["<b>x</b>", "=1+1"]


def test_whole_numbers_as_names():
    table = patient()
    table["patient_id"] = [7, 8]
    assert TIM.decide(table)["patient_id"].tolist() == [7, 8]


def test_an_empty_table_and_one_row():
    empty = patient().iloc[:0]
    assert TIM.check(empty).columns.tolist() == ["patient_id", "criterion", "kind", "verdict", "reason", "source"]
    assert len(TIM.check(empty)) == 0
    assert TIM.decide(patient().iloc[:1])["decision"].tolist() == ["eligible"]
    assert mt.attrition(TIM, empty)["remaining_after"].tolist() == [0] * 16


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"maximum_duration_month": 24}, "did you mean 'maximum_duration_months'?"),
        ({"maximum_duration_months": 1000}, "1 to 120 months"),
        ({"maximum_duration_months": "24"}, "is not a number"),
        ({"maximum_duration_months": True}, "is not a number"),
        ({"maximum_duration_months": float("nan")}, "plausible range"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(limits, says):
    with pytest.raises(mt.errors.OptionError, match=r".") as caught:
        TIM.with_limits(**limits)
    assert says in str(caught.value)


def test_a_criterion_can_be_left_out_and_its_columns_are_no_longer_needed():
    shorter = TIM.without("pregnancy", "adult")
    assert "pregnant" in TIM.needs
    assert {"pregnant", "sex", "age_years"} & set(shorter.needs) == set()
    assert len(shorter.criteria) == 14
    with pytest.raises(mt.errors.NotFoundError, match="did you mean 'pregnancy'"):
        TIM.without("pregnanc")


def test_a_protocol_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TIM.title = "another"  # type: ignore[misc]
    with pytest.raises(TypeError):
        TIM.limits["minimum_age_years"] = 16  # type: ignore[index]


def test_the_limits_of_the_contract():
    limits = {name: float(limit) for name, limit in TIM.limits.items()}
    # typed again from the registry record (age, duration, loss, two measures, FVC) and the pilot's record (cut-offs)
    assert limits == {
        "minimum_age_years": 18,
        "maximum_duration_months": 12,
        "minimum_mmt_loss_percent": 10,
        "abnormal_measures": 2,
        "abnormal_physician_global_cm": 2,
        "abnormal_patient_global_cm": 2,
        "abnormal_extramuscular_cm": 2,
        "abnormal_haq_di": 0.25,
        "abnormal_enzyme_xuln": 1.5,
        "minimum_fvc_percent": 50,
        # windows, doses and durations
        "thrombosis_years": 10,
        "immunosuppression_months": 3,
        "pulse_days": 7,
        "dexamethasone_mg_day": 40,
        "dexamethasone_days": 4,
        "methylprednisolone_mg_day": 1000,
        "methylprednisolone_days": 3,
        "full_dose_mg_per_kg": 1,
        "full_dose_days": 14,
        "low_dose_mg_day": 20,
        "low_dose_months": 3,
        "stable_drug_months": 6,
    }


def test_a_protocol_prints_as_a_clinician_would_write_it():
    text = str(TIM)
    assert "Adult: age ≥ 18 years" in text
    assert "Early disease: disease duration < 12 months" in text
    assert "Severe weakness: bedridden or feeding tube or FVC < 50 % of predicted" in text
    assert "the record's own words" in TIM._repr_html_()
    assert "Adult patients (≥ 18 years) with IIM" in TIM._repr_html_()


def test_every_source_is_known():
    assert {source.key for source in TIM.sources} == {"nct05832034", "immediate_pilot"}
    assert all(source.citation and source.url for source in TIM.sources)


def test_unknown_counts_as_one_of_three_words():
    with pytest.raises(mt.errors.OptionError, match="did you mean 'worst'"):
        mt.attrition(TIM, patient(), unknown="wors")
