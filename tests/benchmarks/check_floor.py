"""The floor of checking TIME IS MUSCLE: verdicts and reasons in bare NumPy, for one table with NaN as missing.

It knows no unit, no source and no other protocol; it is written once for these sixteen criteria, to say what the same
answers cost at the least. Yes/no columns are floats: 1, 0, NaN.
"""

import numpy as np

import myositis_tools as mt

MET, NOT_MET, UNKNOWN = 1.0, 0.0, np.nan
LIMITS = {name: float(limit) for name, limit in mt.TIME_IS_MUSCLE.limits.items()}
SUBTYPES = mt.TIME_IS_MUSCLE.criterion("iim_subtype").rule.allowed
WORDS = np.array(["not met", "unknown", "met"])


def compared(values: np.ndarray, holds: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(values), np.nan, holds)


def all_of(*truths: np.ndarray) -> np.ndarray:
    lowest = np.fmin.reduce(truths)
    return np.where(lowest == 0, 0, np.where(np.isnan(truths).any(axis=0), np.nan, lowest))


def any_of(*truths: np.ndarray) -> np.ndarray:
    return 1 - all_of(*(1 - truth for truth in truths))


def number_said(label: str, unit: str, values: np.ndarray) -> np.ndarray:
    text = np.char.add(np.char.add(f"{label} ", values.astype("U8")), unit)
    return np.where(np.isnan(values), f"{label} not recorded", text)


def flag_said(label: str, truth: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(truth), f"{label} not recorded", np.where(truth == 1, f"{label} yes", f"{label} no"))


def joined(*texts: np.ndarray) -> np.ndarray:
    said = texts[0]
    for text in texts[1:]:
        said = np.char.add(np.char.add(said, "; "), text)
    return said


def check(table: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Answer the sixteen criteria; patients in order, criteria in order within each."""
    age, months, loss = table["age_years"], table["disease_duration_months"], table["mmt_loss_percent"]
    fvc, subtype = table["fvc_percent_predicted"], table["subtype"]
    measures = ("physician_global_cm", "patient_global_cm", "haq_di", "enzyme_xuln", "extramuscular_cm")
    abnormal = np.array(
        [
            compared(table[name], table[name] > limit if name == "enzyme_xuln" else table[name] >= limit)
            for name in measures
            for limit in [LIMITS[f"abnormal_{name}"]]
        ]
    )
    known, possible = (abnormal == 1).sum(axis=0), (abnormal != 0).sum(axis=0)
    needed = LIMITS["abnormal_measures"]
    enough = np.where(known >= needed, 1.0, np.where(possible < needed, 0.0, np.nan))
    loses = compared(loss, loss >= LIMITS["minimum_mmt_loss_percent"])
    weak = compared(fvc, fvc < LIMITS["minimum_fvc_percent"])
    woman = np.where(table["sex"] == "", np.nan, table["sex"] == "female")
    expecting = any_of(table["pregnant"], table["trying_to_conceive"])
    untreated, responded, within = (
        table[name] for name in ("treatment_naive", "clear_response", "prior_treatment_within_limits")
    )
    flags = {
        name: table[name]
        for name in (
            "blood_product_reaction",
            "loop_diuretic",
            "nephrotoxic_medication",
            "compliance_condition",
            "evaluation_condition",
            "recent_immunosuppression",
        )
    }
    answers = {
        "adult": (
            compared(age, age >= LIMITS["minimum_age_years"]),
            number_said("age", " years", age),
        ),
        "iim_subtype": (
            np.where(subtype == "", np.nan, np.isin(subtype, SUBTYPES)),
            np.char.add("subtype ", subtype),
        ),
        "early_disease": (
            compared(months, months < LIMITS["maximum_duration_months"]),
            number_said("disease duration", " months", months),
        ),
        "minimal_disability": (
            all_of(loses, enough),
            joined(number_said("MMT loss", " %", loss), *(number_said(name, "", table[name]) for name in measures)),
        ),
        "prior_treatment": (
            any_of(untreated, all_of(1 - responded, within)),
            joined(flag_said("treatment-naive", untreated), flag_said("clear response", responded)),
        ),
        "informed_consent": (table["consent_signed"], flag_said("informed consent", table["consent_signed"])),
        "severe_weakness": (
            any_of(table["bedridden"], table["feeding_tube"], weak),
            joined(flag_said("bedridden", table["bedridden"]), number_said("FVC", " % of predicted", fvc)),
        ),
        "thrombosis": (
            table["thrombosis_within_10_years"],
            flag_said("thrombosis", table["thrombosis_within_10_years"]),
        ),
        "iga_deficiency_with_antibodies": (
            all_of(table["iga_deficiency"], table["anti_iga_antibodies"]),
            joined(
                flag_said("IgA deficiency", table["iga_deficiency"]),
                flag_said("antibodies", table["anti_iga_antibodies"]),
            ),
        ),
        "pregnancy": (
            all_of(woman, expecting),
            joined(np.char.add("sex ", table["sex"]), flag_said("pregnant", table["pregnant"])),
        ),
        **{name: (truth, flag_said(name, truth)) for name, truth in flags.items()},
    }
    ordered = [answers[each.key] for each in mt.TIME_IS_MUSCLE.criteria]
    count = len(ordered)
    truths = np.array([truth for truth, _ in ordered]).T.ravel()
    codes = np.where(np.isnan(truths), 1, np.where(truths == 1, 2, 0))
    return {
        "patient_id": np.repeat(table["patient_id"], count),
        "criterion": np.tile([each.key for each in mt.TIME_IS_MUSCLE.criteria], len(age)),
        "verdict": WORDS[codes],
        "reason": np.array([said.astype(object) for _, said in ordered]).T.ravel(),
    }
