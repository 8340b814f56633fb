"""What is measured at the visits: the six core set measures, five enzymes, prednisone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from myositis_tools.frames import columns
from myositis_tools.sample.calibration import by_group, shares, value
from myositis_tools.sample.random_numbers import Draws
from myositis_tools.sample.true_patients import People

_FROM_CK = ("aldolase", "ldh", "alt", "ast")
_ENZYMES = tuple(f"{name}_xuln" for name in ("ck", *_FROM_CK))
_BY_TELEPHONE = ("patient_global_cm", "haq_di", "prednisone_mg_day")


def visit_weeks() -> np.ndarray:
    """The weeks of the visits, the baseline first."""
    return np.array(list(shares("visit_week").values()), dtype="int64")


def simulate_visits(people: People, rows: np.ndarray, arm: np.ndarray, weeks: np.ndarray, draws: Draws) -> dict:
    """Measure the patients in these rows at these weeks, with what goes wrong in a real clinic.

    Parameters
    ----------
    people : People
        The true state of everybody.
    rows : numpy.ndarray
        Which patients are seen.
    arm : numpy.ndarray
        Their arm, None outside the trial.
    weeks : numpy.ndarray
        When they are seen; at week 0 nobody is treated yet and everybody comes.

    Returns
    -------
    dict
        The columns of `visits`, one entry a visit that took place.
    """
    every = _Occasions(people, rows, weeks, draws)
    activity = _activity(every, arm)
    measured = _measures(every, activity)
    attended = _attended(every, activity)
    _forget(every, measured)
    planned = {
        "patient_id": every.each(people.patient_id[rows]),
        "week": every.repeat(weeks),
        "visit_date": _visit_dates(every),
        **measured,
        "arm": every.each(arm),
        "infusion": every.each(np.full_like(arm, None)),
    }
    return {name: values[attended] for name, values in planned.items()}


class _Occasions:
    """Patients by weeks: every visit that was planned."""

    def __init__(self, people: People, rows: np.ndarray, weeks: np.ndarray, draws: Draws) -> None:
        self.people, self.rows, self.weeks, self.draws = people, rows, weeks, draws
        self.subtype = people.subtype[rows]
        self.shape = (len(rows), len(weeks))

    def each(self, of_patient: np.ndarray) -> np.ndarray:
        """Give every visit of a patient the patient's value."""
        return np.broadcast_to(of_patient[:, None], self.shape)

    def repeat(self, of_week: np.ndarray) -> np.ndarray:
        """Give every visit of a week the week's value."""
        return np.broadcast_to(of_week[None, :], self.shape)

    def patient_noise(self, name: str) -> np.ndarray:
        """Draw one number a patient, the same at all visits."""
        return self.draws.normal(name, len(self.people))[self.rows][:, None]

    def noise(self, name: str) -> np.ndarray:
        """Draw one number a visit. It depends on patient and week only, not on who else is followed."""
        return self._by_week(self.draws.normal, name)

    def happens(self, name: str, chance: float | np.ndarray) -> np.ndarray:
        """Draw whether something happens at a visit."""
        return self._by_week(self.draws.uniform, name) < chance

    def _by_week(self, draw: Callable[..., np.ndarray], name: str) -> np.ndarray:
        drawn = [draw(f"{name} in week {week}", len(self.people))[self.rows] for week in self.weeks]
        return np.stack(drawn, axis=1)


def _activity(every: _Occasions, arm: np.ndarray) -> np.ndarray:
    """Disease activity that is left, as a share of the baseline's."""
    treated = np.array([name is not None for name in arm], dtype=bool)
    left = np.ones(every.shape)
    if treated.any():
        removed = by_group("response_mean", arm[treated])[:, None]
        removed = removed + value("response_spread") * every.patient_noise("response")[treated]
        removed = np.clip(removed, value("response_lowest"), value("response_highest"))
        weeks_needed = by_group("response_weeks", arm[treated])[:, None]
        left[treated] = 1 - removed * (1 - np.exp(-every.weeks[None, :] / weeks_needed))
    return left


def _measures(every: _Occasions, activity: np.ndarray) -> dict[str, np.ndarray]:
    strength = columns("visits")["mmt8_150"].maximum
    return {
        "physician_global_cm": _scale(every, activity, "physician", "physician_global_cm"),
        "patient_global_cm": _scale(every, activity, "patient", "patient_global_cm"),
        "extramuscular_cm": _scale(every, activity, "extramuscular", "extramuscular_cm"),
        "haq_di": _in_steps(_scale(every, activity, "haq", "haq_di"), value("haq_step")),
        "mmt8_150": strength - _in_steps(_scale(every, activity, "mmt", "mmt8_150"), 1),
        **_enzymes(every, activity),
        "prednisone_mg_day": _prednisone(every, activity),
    }


def _scale(every: _Occasions, activity: np.ndarray, measure: str, column: str) -> np.ndarray:
    """A measure on a scale from 0, inactive, to its worst; for strength, the points that are lost."""
    worst = columns("visits")[column].maximum
    median = by_group(f"{measure}_median", every.subtype)[:, None]
    logit = np.log(median / (worst - median)) + value(f"{measure}_spread") * _severity(every, measure)
    follows = value("responsiveness_spread") * every.patient_noise(f"{measure} responsiveness")
    follows = np.clip(value("responsiveness", measure) + follows, 0, 1)
    true = worst / (1 + np.exp(-logit)) * (1 - follows * (1 - activity))
    return np.clip(true + value("visit_noise", measure) * every.noise(measure), 0, worst)


def _severity(every: _Occasions, measure: str) -> np.ndarray:
    """How severe this measure is in a patient: standard normal, shared in part with the other measures."""
    people, rows = every.people, every.rows
    muscle, outside = value("muscle_loading", measure), value("extramuscular_loading", measure)
    together = value("severity_to_muscle") * value("severity_to_extramuscular")
    own = np.sqrt(1 - muscle**2 - outside**2 - 2 * muscle * outside * together)
    shared = muscle * people.muscle[rows] + outside * people.extramuscular[rows]
    return shared[:, None] + own * every.patient_noise(measure)


def _enzymes(every: _Occasions, activity: np.ndarray) -> dict[str, np.ndarray]:
    """CK from severity and subtype; the other enzymes follow it on the logarithmic scale."""
    median, spread = (by_group(f"ck_{what}", every.subtype)[:, None] for what in ("median", "spread"))
    untreated = np.minimum(median * np.exp(spread * _severity(every, "ck")), value("ck_highest"))
    normal = value("ck_normal_median") * np.exp(value("ck_normal_spread") * every.patient_noise("normal ck"))
    normal = np.minimum(normal, untreated)
    ck = normal + (untreated - normal) * activity ** value("ck_power")
    measured = {"ck_xuln": ck * np.exp(value("visit_noise", "ck") * every.noise("ck"))}
    for enzyme in _FROM_CK:
        log = (
            value("enzyme_intercept", enzyme)
            + value("enzyme_slope", enzyme) * np.log(ck)
            + value("enzyme_spread", enzyme) * every.patient_noise(enzyme)
            + value("visit_noise", "enzyme") * every.noise(enzyme)
        )
        measured[f"{enzyme}_xuln"] = np.exp(log)
    return measured


def _prednisone(every: _Occasions, activity: np.ndarray) -> np.ndarray:
    """Prescribed from the visit on: a start by weight and a taper that is slower while disease stays active."""
    tablet = value("prednisone_step")
    weight = every.people.weight_kg[every.rows][:, None]
    start = np.minimum(by_group("prednisone_start_mg_kg", every.subtype)[:, None] * weight, value("prednisone_highest"))
    share = np.array([value("prednisone_share", week) for week in every.weeks])
    slower = 1 + value("prednisone_for_activity") * (activity - value("prednisone_usual_activity"))
    return np.floor(start * np.clip(share * np.where(every.weeks > 0, slower, 1), 0, 1) / tablet) * tablet


def _in_steps(values: np.ndarray, step: float) -> np.ndarray:
    return np.round(values / step) * step


def _visit_dates(every: _Occasions) -> np.ndarray:
    window = value("visit_window_days")
    late = np.round(np.clip(every.noise("visit date") * window / 2, -window, window)).astype("int64")
    return every.each(every.people.screening_date[every.rows]) + 7 * every.weeks + np.where(every.weeks > 0, late, 0)


def _attended(every: _Occasions, activity: np.ndarray) -> np.ndarray:
    """Which visits took place: some are missed, and some patients never come again."""
    chance = value("dropout_chance") + value("dropout_for_activity") * activity**2
    gone = np.logical_or.accumulate(every.happens("drop-out", chance), axis=1)
    missed = every.happens("missed visit", value("missed_visit_chance"))
    return ~(gone | missed) | (every.weeks == 0)


def _forget(every: _Occasions, measured: dict[str, np.ndarray]) -> None:
    """Take out what was not measured: enzymes never ordered, samples not taken, single gaps, visits by telephone."""
    by_telephone = every.happens("telephone visit", value("telephone_visit_chance")) & (every.weeks > 0)
    no_sample = every.happens("blood sample missing", value("missing_chance", "blood_sample"))
    for name in measured:
        if name in _ENZYMES:
            chance = value("never_ordered_chance", name)
            never = every.draws.happens(f"{name} never ordered", chance, len(every.people))[every.rows]
            lost = no_sample | never[:, None]
        else:
            lost = every.happens(f"{name} missing", value("missing_chance", name))
        if name not in _BY_TELEPHONE:
            lost = lost | by_telephone
        measured[name] = np.where(lost, np.nan, measured[name])
