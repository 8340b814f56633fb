"""Who comes to the screening visit, as they truly are: nothing is missing yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from myositis_tools.sample.calibration import by_group, rows, shares, value
from myositis_tools.sample.random_numbers import Draws

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12


@dataclass(frozen=True)
class People:
    """The true state of every patient, one array each, in the order of screening.

    `muscle` and `extramuscular` are the latent severities (standard normal) from which every measure is made.
    """

    patient_id: np.ndarray
    screening_date: np.ndarray
    age_years: np.ndarray
    sex: np.ndarray
    subtype: np.ndarray
    antibody: np.ndarray
    duration_days: np.ndarray
    height_cm: np.ndarray
    weight_kg: np.ndarray
    muscle: np.ndarray
    extramuscular: np.ndarray
    treatment: np.ndarray

    def __len__(self) -> int:
        return len(self.patient_id)


def simulate_people(n: int, draws: Draws) -> People:
    """Draw `n` patients of a referral centre."""
    subtype = draws.choice("subtype", shares("subtype_share"), n)
    sex = np.where(draws.happens("sex", by_group("female_share", subtype), n), "female", "male").astype(object)
    duration_days = _duration_days(subtype, draws)
    height_cm = by_group("height_mean", sex) + value("height_spread") * draws.normal("height", n)
    severity = draws.normal("severity", n)
    return People(
        patient_id=_patient_ids(n),
        screening_date=_screening_dates(n, draws),
        age_years=_ages(subtype, draws),
        sex=sex,
        subtype=subtype,
        antibody=_antibodies(subtype, draws),
        duration_days=duration_days,
        height_cm=np.round(height_cm),
        weight_kg=_weights(height_cm, draws),
        muscle=_joined(value("severity_to_muscle"), severity, draws.normal("muscle", n)),
        extramuscular=_joined(value("severity_to_extramuscular"), severity, draws.normal("extramuscular", n)),
        treatment=_treatments(duration_days, draws),
    )


def _patient_ids(n: int) -> np.ndarray:
    width = max(3, len(str(n)))
    return np.array([f"P{number:0{width}d}" for number in range(1, n + 1)], dtype=object)


def _screening_dates(n: int, draws: Draws) -> np.ndarray:
    """Working days, in order: the log is written as patients come."""
    week = draws.whole("screening week", 0, int(value("screening_weeks")) - 1, n)
    weekday = draws.whole("screening weekday", 0, 4, n)
    return np.datetime64(value("first_screening_date"), "D") + np.sort(7 * week + weekday)


def _ages(subtype: np.ndarray, draws: Draws) -> np.ndarray:
    ages = by_group("age_mean", subtype) + value("age_spread") * draws.normal("age", len(subtype))
    # The added part of a year keeps birthdays apart where the extremes are cut.
    part_of_a_year = draws.uniform("part of a year", len(subtype))
    return np.clip(np.floor(ages), value("age_lowest"), value("age_highest")) + part_of_a_year


def _antibodies(subtype: np.ndarray, draws: Draws) -> np.ndarray:
    found = np.empty(len(subtype), dtype=object)
    for name in np.unique(subtype):
        of_subtype = {row["antibody"]: row["share"] for row in rows("antibodies") if row["subtype"] == name}
        found = np.where(subtype == name, draws.choice(f"antibody of {name}", of_subtype, len(subtype)), found)
    return found


def _duration_days(subtype: np.ndarray, draws: Draws) -> np.ndarray:
    log_months = value("duration_spread") * draws.normal("duration", len(subtype))
    months = by_group("duration_median", subtype) * np.exp(log_months)
    return np.round(np.maximum(months, value("duration_lowest")) * DAYS_PER_MONTH).astype("int64")


def _weights(height_cm: np.ndarray, draws: Draws) -> np.ndarray:
    log_index = value("body_mass_index_spread") * draws.normal("body mass index", len(height_cm))
    return np.round(value("body_mass_index_median") * np.exp(log_index) * (height_cm / 100) ** 2)


def _joined(loading: float, shared: np.ndarray, own: np.ndarray) -> np.ndarray:
    return loading * shared + np.sqrt(1 - loading**2) * own


def _treatments(duration_days: np.ndarray, draws: Draws) -> np.ndarray:
    """What was given for myositis before screening; more to those who have been ill for longer."""
    early, late = (
        draws.choice(
            f"{when} treatment",
            {row["treatment"]: row[f"{when}_share"] for row in rows("treatments")},
            len(duration_days),
        )
        for when in ("early", "late")
    )
    return np.where(duration_days < value("late_treatment_months") * DAYS_PER_MONTH, early, late)
