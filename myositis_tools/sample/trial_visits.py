"""Many trials at once: the core set measures of every patient at every visit, drawn from stated assumptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from myositis_tools.frames import columns
from myositis_tools.sample.calibration import value
from myositis_tools.sample.columns import definitions
from myositis_tools.sample.random_numbers import Draws
from myositis_tools.sample.trial_assumptions import CK, COLUMNS, MeasureAssumption, TrialAssumptions

_STRENGTH = "mmt"


def draw_visits(
    assumptions: TrialAssumptions, *, patients_per_arm: int, trials: int, seed: int, weeks: Sequence[int]
) -> dict[str, np.ndarray]:
    """Draw the measures at some of the assumed visits.

    Returns
    -------
    dict
        ``patient_id``, ``week`` and the six measures, each an array of trials by patients by weeks; the first half of
        the patients is treated. NaN is missing: not recorded, visit missed, or patient lost.
    """
    draws = Draws(seed)
    shape = (trials, 2 * patients_per_arm)
    planned = assumptions.visit_weeks[: assumptions.visit_weeks.index(max(weeks)) + 1]
    activity = _activity(assumptions, shape, planned, draws)
    attended = _attended(assumptions, activity, planned, draws)
    severity = _severity(assumptions, shape, draws)
    measured = {}
    for one in assumptions.measures:
        measured[COLUMNS[one.name]] = _scale(one, assumptions, severity[one.name], activity, planned, draws)
    measured[COLUMNS[CK]] = _ck(assumptions, severity[CK], activity, planned, draws)
    lost = {COLUMNS[one.name]: one.missing_chance for one in assumptions.measures}
    lost[COLUMNS[CK]] = assumptions.blood_sample_missing_chance
    for name, chance in lost.items():
        gap = _by_week(draws.uniform, f"{name} missing", shape, planned) < chance
        measured[name] = np.where(attended & ~gap, measured[name], np.nan)
    kept = [planned.index(week) for week in weeks]
    rows = (*shape, len(kept))
    patient = np.arange(shape[0] * shape[1]).reshape(*shape, 1)
    return {
        "patient_id": np.broadcast_to(patient, rows),
        "week": np.broadcast_to(np.array(weeks), rows),
        **{name: values[:, :, kept] for name, values in measured.items()},
    }


def _by_week(draw: Callable[..., np.ndarray], name: str, shape: tuple[int, int], weeks: Sequence[int]) -> np.ndarray:
    """Draw a number a visit; it depends on the week, not on what other visits are planned."""
    return np.stack([draw(f"{name} in week {week}", *shape) for week in weeks], axis=-1)


def _activity(assumed: TrialAssumptions, shape: tuple[int, int], weeks: Sequence[int], draws: Draws) -> np.ndarray:
    """Disease activity that is left, as a share of the baseline's."""
    in_arm = np.repeat([0, 1], shape[1] // 2)
    mean, needed = (
        np.array([getattr(arm, name) for arm in (assumed.treated, assumed.control)])[in_arm]
        for name in ("response_mean", "response_weeks")
    )
    removed = mean + assumed.response_spread * draws.normal("response", *shape)
    removed = np.clip(removed, assumed.response_lowest, assumed.response_highest)
    return 1 - removed[:, :, None] * (1 - np.exp(-np.array(weeks) / needed[:, None]))


def _attended(assumed: TrialAssumptions, activity: np.ndarray, weeks: Sequence[int], draws: Draws) -> np.ndarray:
    """Which visits took place; at the baseline everybody comes."""
    shape = activity.shape[:2]
    after = np.array(weeks) > 0
    chance = assumed.dropout_chance + assumed.dropout_for_activity * activity**2
    leaves = (_by_week(draws.uniform, "drop-out", shape, weeks) < chance) & after
    missed = (_by_week(draws.uniform, "missed visit", shape, weeks) < assumed.missed_visit_chance) & after
    return ~(np.logical_or.accumulate(leaves, axis=-1) | missed)


def _severity(assumed: TrialAssumptions, shape: tuple[int, int], draws: Draws) -> Mapping[str, np.ndarray]:
    """How severe each measure is in each patient: standard normal, correlated."""
    names = [*(one.name for one in assumed.measures), CK]
    own = np.stack([draws.normal(f"{name} severity", *shape) for name in names])
    factor = np.linalg.cholesky(np.array(assumed.severity_correlation))
    return dict(zip(names, np.tensordot(factor, own, axes=1), strict=True))


def _scale(
    one: MeasureAssumption,
    assumed: TrialAssumptions,
    severity: np.ndarray,
    activity: np.ndarray,
    weeks: Sequence[int],
    draws: Draws,
) -> np.ndarray:
    """A measure on a scale from 0, inactive, to its worst; strength is counted down from full."""
    shape = severity.shape
    worst = float(columns("visits")[COLUMNS[one.name]].maximum or 0)
    untreated = worst / (1 + np.exp(-(np.log(one.median / (worst - one.median)) + one.spread * severity)))
    follows = assumed.responsiveness_spread * draws.normal(f"{one.name} responsiveness", *shape)
    follows = np.clip(one.responsiveness + follows, 0, 1)
    true = untreated[:, :, None] * (1 - follows[:, :, None] * (1 - activity))
    noise = one.visit_noise * _by_week(draws.normal, one.name, shape, weeks)
    found = _as_recorded(np.clip(true + noise, 0, worst), one.name)
    return worst - found if one.name == _STRENGTH else found


def _ck(
    assumed: TrialAssumptions, severity: np.ndarray, activity: np.ndarray, weeks: Sequence[int], draws: Draws
) -> np.ndarray:
    untreated = np.minimum(assumed.ck_median * np.exp(assumed.ck_spread * severity), assumed.ck_highest)
    normal = assumed.ck_normal_median * np.exp(assumed.ck_normal_spread * draws.normal("normal ck", *severity.shape))
    normal = np.minimum(normal, untreated)
    true = normal[:, :, None] + (untreated - normal)[:, :, None] * activity**assumed.ck_power
    noise = assumed.ck_visit_noise * _by_week(draws.normal, CK, severity.shape, weeks)
    return _as_recorded(true * np.exp(noise), CK)


def _as_recorded(values: np.ndarray, name: str) -> np.ndarray:
    """Give a number the precision of its instrument."""
    if name == "haq":
        step = value("haq_step")
        values = np.round(values / step) * step
    return np.round(values, int(definitions("visits")[COLUMNS[name]]["decimals"]))
