"""The exercise on drugs: an allowance that overrides, silence of the text, and no list against no drug."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from myositis_tools.criteria import derive_screening
from myositis_tools.criteria.protocol import BETWEEN_REASONS
from myositis_tools.lessons.exercise import AnswerField, LessonContent
from myositis_tools.lessons.sample_facts import (
    checks,
    decisions,
    events,
    medications,
    patients,
    protocol,
    screening,
    trap_patients,
    trial_name,
    visits,
)
from myositis_tools.lessons.seats import drawn
from myositis_tools.lessons.texts import Wording
from myositis_tools.lessons.who_may_enter import DECISIONS

NAMED = (
    "stable_dupilumab",
    "stable_for_five_months_only",
    "methotrexate_for_psoriasis",
    "pulse_eight_days_ago",
    "diclofenac_gel",
    "no_medication_list",
)
_LONG_AGO = pd.DateOffset(years=20)
_NO_BREAK = "\u2011"  # a hyphen at which no line ends
_REASONS = ("non_muscular_indication", "known_for_myositis")
_SHOWN = ("drug", "taken", *_REASONS)
# what the prompt says of the protocol
_LIMITS = (
    "immunosuppression_months",
    "stable_drug_months",
    "low_dose_mg_day",
    "low_dose_months",
    "full_dose_mg_per_kg",
    "full_dose_days",
    "pulse_days",
)
_DRUG_CRITERIA = ("recent_immunosuppression", "nephrotoxic_medication")


@cache
def decisions_by_reader() -> Mapping[str, pd.Series]:
    """What readers would decide who take one thing about drugs otherwise than the protocol."""
    drugs, log = medications(), patients().reset_index(drop=True)
    day = drugs["patient_id"].map(patients()["screening_date"])
    other = drugs["non_muscular_indication"].fillna(False).astype(bool)
    allowed = drugs.assign(
        known_for_myositis=drugs["known_for_myositis"].mask(other, False),
        stable_since=drugs["stable_since"].mask(other, day - _LONG_AGO),
        start_date=drugs["start_date"].mask(other, day - _LONG_AGO),
    )
    listed = log.assign(medications_recorded=True)
    has_list = screening()["patient_id"].map(patients()["medications_recorded"]).fillna(False).astype(bool)
    recent = screening()["recent_immunosuppression"].astype("boolean")
    # any drug that may be an immunosuppressant, whatever it is taken for
    nearest_use = screening()["immunosuppressant_months_ago"].fillna(screening()["immunosuppressant_months_ago_min"])
    taken = (nearest_use <= protocol().limits["immunosuppression_months"].value) & recent.eq(False).fillna(False)
    within = screening()["prior_treatment_within_limits"].astype("boolean")
    on_skin = screening()["patient_id"].isin(drugs.loc[drugs["route"] == "topical", "patient_id"])
    tables = {
        "allowance_ignored": screening().assign(recent_immunosuppression=recent.mask(taken, True)),
        "allowance_for_all": _screened(log, allowed),
        "no_list_no_drug": _screened(listed, drugs),
        "silence_is_no": screening().assign(prior_treatment_within_limits=within.mask(within.isna() & has_list, False)),
        "skin_counts": screening().assign(
            nephrotoxic_medication=screening()["nephrotoxic_medication"].astype("boolean").mask(on_skin, True)
        ),
    }
    return MappingProxyType(
        {key: protocol().decide(table).set_index("patient_id")["decision"] for key, table in tables.items()}
    )


def _screened(log: pd.DataFrame, drugs: pd.DataFrame) -> pd.DataFrame:
    return derive_screening(log, visits=visits(), medications=drugs, events=events())


@cache
def _strata() -> tuple[tuple[str, ...], ...]:
    """The patients for a seat: of each stratum one is drawn."""
    right, otherwise = decisions()["decision"], decisions_by_reader()
    moved = {key: right.index[right != decided] for key, decided in otherwise.items()}
    only = decisions()["because"]
    by_drug = [protocol().criterion(key).label for key in ("loop_diuretic", "nephrotoxic_medication")]
    excluded = [name for name, why in only.items() if why.startswith(tuple(by_drug)) and BETWEEN_REASONS not in why]
    kinds = (
        moved["allowance_ignored"],
        moved["allowance_for_all"],
        [name for name in moved["no_list_no_drug"] if otherwise["no_list_no_drug"][name] == "eligible"],
        [name for name in moved["silence_is_no"] if BETWEEN_REASONS not in only[name]],
        moved["skin_counts"],
        [name for name in excluded if right[name] == "ineligible"],
    )
    return tuple(tuple(sorted(map(str, some))) for some in kinds)


def make_drugs(draw: str | None, wording: Wording) -> LessonContent:
    """Who fits, as far as drugs decide it."""
    if draw:
        asked = [drawn(f"{draw}:{place}", stratum)[0] for place, stratum in enumerate(_strata())]
    else:
        asked = [trap_patients()[trap] for trap in NAMED]
    errors = {
        key: {patient: str(decided[patient]) for patient in asked} for key, decided in decisions_by_reader().items()
    }
    right = {patient: str(decisions().loc[patient, "decision"]) for patient in asked}
    choices = {key: wording.say(f"decision_{key}") for key in DECISIONS}
    reasons = {patient: _reason(patient) for patient in asked}
    listed = "; ".join(f"{patient}: {choices[decision]}" for patient, decision in right.items())
    limits = {name: protocol().limits[name].value for name in _LIMITS}
    values = {**limits, "count": len(asked), "listed": listed, "trial": trial_name()}
    fields = tuple(AnswerField(patient, patient, "one", choices) for patient in asked)
    return LessonContent(fields, right, errors, _lists(asked, wording), values, reasons)


def _reason(patient: str) -> str:
    """Why a patient does not fit or is undecided; of one who fits, what was found of the drugs."""
    because = str(decisions().loc[patient, "because"])
    return because or "; ".join(str(checks().loc[(patient, criterion), "reason"]) for criterion in _DRUG_CRITERIA)


def _lists(asked: list[str], wording: Wording) -> pd.DataFrame:
    """The medication lists as they were taken; where there is none, a row that says so."""
    rows = []
    for patient in asked:
        own = medications()[medications()["patient_id"] == patient]
        lines = [_line(drug, wording) for drug in own.to_dict("records")] or [(wording.say("no_list"), "", "", "")]
        rows += [
            {
                wording.say("column_patient"): patient,
                wording.say("column_screened"): str(patients().loc[patient, "screening_date"])[:10],
                wording.say("column_weight"): _number(patients().loc[patient, "weight_kg"], wording),
                **dict(zip((wording.say(f"column_{name}") for name in _SHOWN), line, strict=True)),
            }
            for line in lines
        ]
    return pd.DataFrame(rows)


def _line(drug: Mapping[Hashable, Any], wording: Wording) -> tuple[str, ...]:
    """A drug of a list: what and how, from when to when, and the two things that the allowance asks of it."""
    dose = _number(drug["dose_mg_day"], wording)
    what = [str(drug["drug"]), wording.say(f"route_{drug['route']}"), wording.say("dose", dose=dose) if dose else ""]
    dates = (drug[name] for name in ("start_date", "stop_date", "stable_since"))
    start, stop, stable = (str(date)[:10].replace("-", _NO_BREAK) for date in dates)
    when = wording.say("taken_since", start=start) if pd.isna(drug["stop_date"]) else f"{start} – {stop}"
    unchanged = "" if pd.isna(drug["stable_since"]) else wording.say("unchanged_since", stable=stable)
    said = (wording.say("blank" if pd.isna(drug[name]) else "yes" if drug[name] else "no") for name in _REASONS)
    return ", ".join(filter(None, what)), ", ".join(filter(None, (when, unchanged))), *said


def _number(value: Any, wording: Wording) -> str:
    return "" if pd.isna(value) else wording.number(float(value))
