"""What was written down at screening: the log, the medication list, the history of events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from myositis_tools.sample.calibration import by_group, rows, shares, value
from myositis_tools.sample.random_numbers import Draws
from myositis_tools.sample.true_patients import DAYS_PER_YEAR, People

_NEVER = np.timedelta64("NaT", "D")


def screening_log(people: People, draws: Draws) -> dict[str, np.ndarray]:
    """Write the patients' table, with the gaps that a real log has."""
    n = len(people)
    days_old = np.floor(people.age_years * DAYS_PER_YEAR).astype("int64")
    log = {
        "patient_id": people.patient_id,
        "screening_date": people.screening_date,
        "birth_date": people.screening_date - days_old,
        "sex": people.sex,
        "subtype": people.subtype,
        "antibody": people.antibody,
        "symptom_onset_date": people.screening_date - people.duration_days,
        "weight_kg": people.weight_kg,
        "height_cm": people.height_cm,
        "fvc_percent_predicted": _fvc(people, draws),
        **{name: draws.happens(name, chance, n) for name, chance in shares("chance_true").items()},
        **_prior_treatment(people, draws),
        **_iga(people, draws),
        **_pregnancy(people, draws),
        "randomised": np.zeros(n, dtype=bool),
        "trap": np.full(n, "", dtype=object),
    }
    for name, chance in shares("missing_chance").items():
        if name in log:
            log[name] = _blank(log[name], draws.happens(f"{name} missing", chance, n))
    return log


def _prior_treatment(people: People, draws: Draws) -> dict[str, np.ndarray]:
    """Ask only the treated whether they responded."""
    treated = people.treatment != "none"
    responded = draws.happens("clear_response", value("clear_response_chance"), len(people))
    return {"treatment_naive": ~treated, "clear_response": _asked(responded, treated)}


def _iga(people: People, draws: Draws) -> dict[str, np.ndarray]:
    """Test for antibodies only where IgA is deficient, and not always then."""
    n = len(people)
    deficient = draws.happens("iga_deficiency", value("iga_deficiency_chance"), n)
    tested = deficient & draws.happens("anti-IgA tested", value("anti_iga_tested_chance"), n)
    found = draws.happens("anti_iga_antibodies", value("anti_iga_antibodies_chance"), n)
    return {"iga_deficiency": deficient, "anti_iga_antibodies": _asked(found, tested)}


def _pregnancy(people: People, draws: Draws) -> dict[str, np.ndarray]:
    """Ask all women; in most men the form's default answer stays, in the others the question is blank."""
    n = len(people)
    woman = people.sex == "female"
    asked = woman | draws.happens("pregnancy asked of men", value("pregnancy_asked_of_men_chance"), n)
    possible = woman & (people.age_years <= value("child_bearing_age_highest"))
    answers = {name: possible & draws.happens(name, chance, n) for name, chance in shares("pregnancy_chance").items()}
    return {name: _asked(answer, asked) for name, answer in answers.items()}


def medication_list(people: People, log: dict[str, np.ndarray], draws: Draws) -> dict[str, np.ndarray]:
    """List what was in use before and at screening; a list that was not taken has no rows."""
    recorded = _is_yes(log["medications_recorded"])
    parts = [_course(row, people, recorded, draws) for row in rows("medications")]
    return _stacked(parts)


def event_history(people: People, log: dict[str, np.ndarray], draws: Draws) -> dict[str, np.ndarray]:
    """List thromboses and reactions to blood products; a history that was not taken has no rows."""
    n = len(people)
    recorded = _is_yes(log["events_recorded"])
    decades = (people.age_years - by_group("age_mean", people.subtype)) / 10
    chance = value("thrombosis_chance") * value("thrombosis_per_decade") ** decades
    embolism = draws.happens("embolism", value("pulmonary_embolism_share"), n)
    reacted = _is_yes(log["blood_product_reaction"])
    kinds = (
        (np.where(embolism, "pulmonary_embolism", "thrombosis"), draws.happens("thrombosis", chance, n), "thrombosis"),
        (np.full(n, "blood_product_reaction", dtype=object), reacted, "reaction"),
    )
    parts = []
    for event, happened, name in kinds:
        years = draws.uniform(f"years since {name}", n) * value(f"{name}_years_highest")
        date = people.screening_date - np.ceil(years * DAYS_PER_YEAR).astype("int64")
        undated = draws.happens(f"undated {name}", value("event_undated_chance"), n)
        listed = recorded & happened
        parts.append(
            {
                "patient_id": people.patient_id[listed],
                "event": event[listed].astype(object),
                "date": _blank(date, undated)[listed],
            }
        )
    return _stacked(parts)


def _course(row: Mapping[str, Any], people: People, recorded: np.ndarray, draws: Draws) -> dict[str, np.ndarray]:
    """One line of the medication list for everybody who has it."""
    n, name = len(people), f"{row['treatment']} {row['drug']}"
    background = row["chance"] is not None
    takes = draws.happens(f"{name} taken", row["chance"], n) if background else people.treatment == row["treatment"]
    listed = takes & recorded
    days = draws.whole(f"{name} start", int(row["start_days_lowest"]), int(row["start_days_highest"]), n)
    if not background:  # nobody is treated for myositis before its first symptom
        days = np.minimum(days, people.duration_days)
    start = people.screening_date - days
    dose = _doses(row, people, draws.uniform(f"{name} dose", n))
    flags = ("non_muscular_indication", "known_for_myositis", "induces_myopathy")
    same = {
        **{column: row[column] for column in ("drug", "atc", "route")},
        **{flag: row[flag] == "true" for flag in flags},
    }
    return {
        "patient_id": people.patient_id[listed],
        "dose_mg_day": dose[listed],
        "start_date": start[listed],
        "stop_date": _until_screening(start, row["days_taken"], -1, people)[listed],
        "stable_since": _until_screening(start, row["stable_days_after_start"], 0, people)[listed],
        **{column: np.full(int(listed.sum()), cell, dtype=object) for column, cell in same.items()},
    }


def _doses(row: Mapping[str, Any], people: People, draw: np.ndarray) -> np.ndarray:
    if row["dose_step"] is None:
        return np.full(len(people), np.nan)
    step = row["dose_step"]
    if row["dose_per_kg"] is not None:  # rounded down: never more than was allowed for the weight
        highest = np.inf if row["dose_highest"] is None else row["dose_highest"]
        return np.minimum(np.floor(row["dose_per_kg"] * people.weight_kg / step) * step, highest)
    steps = round((row["dose_highest"] - row["dose_lowest"]) / step)
    return row["dose_lowest"] + step * np.floor(draw * (steps + 1))


def _until_screening(start: np.ndarray, days: float | None, shift: int, people: People) -> np.ndarray:
    """A date some days after the start; none if it lies beyond screening, where nobody can know it."""
    if days is None:
        return start + _NEVER
    date = start + (int(days) + shift)
    return np.where(date <= people.screening_date, date, np.datetime64("NaT"))


def _fvc(people: People, draws: Draws) -> np.ndarray:
    percent = (
        by_group("fvc_mean", people.subtype)
        + value("fvc_per_muscle") * people.muscle
        + value("fvc_spread") * draws.normal("fvc", len(people))
    )
    return np.clip(percent, value("fvc_lowest"), value("fvc_highest"))


def _asked(answer: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Leave the question blank where it was not asked."""
    return _blank(answer.astype(object), ~asked)


def _is_yes(answer: np.ndarray) -> np.ndarray:
    return np.equal(answer, True).astype(bool)


def _blank(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Take values out, each kind of column in its own way."""
    nothing: Any = {"f": np.nan, "M": np.datetime64("NaT")}.get(values.dtype.kind)
    return np.where(missing, nothing, values)


def _stacked(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
