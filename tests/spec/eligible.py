"""A patient who fits TIME IS MUSCLE, and how a spec test changes her."""

import pandas as pd

ELIGIBLE = {
    "patient_id": "A",
    "age_years": 54.0,
    "sex": "female",
    "subtype": "dermatomyositis",
    "disease_duration_months": 5.0,
    "mmt_loss_percent": 22.0,
    "physician_global_cm": 4.1,
    "patient_global_cm": 5.0,
    "extramuscular_cm": 3.0,
    "haq_di": 1.5,
    "enzyme_xuln": 8.2,
    "treatment_naive": True,
    "clear_response": None,
    "prior_treatment_within_limits": None,
    "consent_signed": True,
    "bedridden": False,
    "feeding_tube": False,
    "fvc_percent_predicted": 90.0,
    "thrombosis_within_10_years": False,
    "blood_product_reaction": False,
    "iga_deficiency": False,
    "anti_iga_antibodies": None,
    "pregnant": False,
    "trying_to_conceive": False,
    "loop_diuretic": False,
    "nephrotoxic_medication": False,
    "compliance_condition": False,
    "evaluation_condition": False,
    "recent_immunosuppression": False,
}
_WORDS = {"?": None, "yes": True, "no": False}


def changed(text: str) -> dict[str, object]:
    """Read "age_years 17, pregnant ?" as a change of the eligible patient; ? is a missing value."""
    given = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = part.partition(" ")
        assert name in ELIGIBLE, name
        number = value.replace(".", "", 1).isdigit()
        given[name] = _WORDS[value] if value in _WORDS else float(value) if number else value
    return ELIGIBLE | given


def screening_of(patients: list[dict[str, object]]) -> pd.DataFrame:
    """A screening table; the patients are named by their place."""
    return pd.DataFrame([patient | {"patient_id": f"P{place:03}"} for place, patient in enumerate(patients)])
