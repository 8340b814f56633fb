"""The least that scoring can cost: the same Total Improvement Score in bare NumPy, nothing checked, no words.

Arrays in, arrays out; NaN is missing, enzymes are numbered. It is a second implementation as well: `scoring.py`
compares its totals with those of the library before it times anything.
"""

import numpy as np

LOWER, HIGHER = 1.0, -1.0
EDGES = np.array([5.0, 15.0, 25.0, 40.0]) + 1e-9
STRENGTH_EDGES = np.array([2.0, 10.0, 20.0, 30.0]) + 1e-9
# measure: (column, better, range, edges, points of the bands)
SCALES = {
    "physician_global": ("physician_global_cm", LOWER, 10.0, EDGES, np.array([0, 7.5, 15, 17.5, 20])),
    "patient_global": ("patient_global_cm", LOWER, 10.0, EDGES, np.array([0, 2.5, 5, 7.5, 10])),
    "mmt": ("mmt8_150", HIGHER, 150.0, STRENGTH_EDGES, np.array([0, 10, 20, 27.5, 32.5])),
    "haq": ("haq_di", LOWER, 3.0, EDGES, np.array([0, 5, 7.5, 7.5, 10])),
    "extramuscular": ("extramuscular_cm", LOWER, 10.0, EDGES, np.array([0, 7.5, 12.5, 15, 20])),
}
ENZYMES = ("ck_xuln", "aldolase_xuln", "ldh_xuln", "alt_xuln", "ast_xuln")
ENZYME_RANGES = np.array([15.0, 6.0, 3.0, 3.0, 3.0])
ENZYME_POINTS = np.array([0, 2.5, 5, 7.5, 7.5])
THRESHOLDS = np.array([20.0, 40.0, 60.0])


def score(visits: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Score visits given as arrays; class 0 to 3, -1 where the bounds disagree or there is nothing to compare."""
    patient, week = visits["patient_id"], visits["week"]
    baselines = np.flatnonzero(week == 0)
    order = np.argsort(patient[baselines])
    sorted_rows = baselines[order]
    place = np.minimum(np.searchsorted(patient[sorted_rows], patient), len(sorted_rows) - 1)
    before = sorted_rows[place]
    is_after = week > 0
    has_baseline = patient[before] == patient
    is_compared = is_after & has_baseline

    points, most, out = {}, {}, {}
    for measure, (column, better, width, edges, worth) in SCALES.items():
        now = visits[column]
        was = np.where(has_baseline, now[before], np.nan)
        change = np.where(is_compared, better * (was - now) * (100 / width), np.nan)
        points[measure] = _points(change, edges, worth)
        best, worst = (0.0, width) if better == LOWER else (width, 0.0)
        furthest = np.where(np.isnan(was), worst, was) - np.where(np.isnan(now), best, now)
        most[measure] = _points(better * furthest * (100 / width), edges, worth)
        out[f"change_{measure}"] = change

    enzymes = np.column_stack([visits[name] for name in ENZYMES])
    at_baseline = enzymes[sorted_rows]
    followed = np.argmax(np.where(np.isnan(at_baseline), -1.0, at_baseline), axis=1)
    at_first = np.where(has_baseline, at_baseline[np.arange(len(followed)), followed][place], np.nan)
    followed = followed[place]
    now = enzymes[np.arange(len(week)), followed]
    change = np.where(is_compared, (at_first - now) * (100 / ENZYME_RANGES)[followed], np.nan)
    points["enzyme"] = _points(change, EDGES, ENZYME_POINTS)
    furthest = (at_first - 0.0) * (100 / ENZYME_RANGES)[followed]
    most["enzyme"] = np.where(np.isnan(furthest), ENZYME_POINTS[-1], _points(furthest, EDGES, ENZYME_POINTS))
    out["change_enzyme"], out["enzyme"] = change, followed

    lowest, highest = np.zeros(len(week)), np.zeros(len(week))
    for measure, worth in points.items():
        missing = np.isnan(worth)
        lowest += np.where(missing, 0.0, worth)
        highest += np.where(missing, most[measure], worth)
        points[measure] = out[f"points_{measure}"] = np.where(is_after & missing & (most[measure] == 0), 0.0, worth)
    out["tis"] = sum(points.values())
    out["tis_min"] = np.where(is_after, lowest, np.nan)
    out["tis_max"] = np.where(is_after, highest, np.nan)
    at_least, at_most = (np.searchsorted(THRESHOLDS, total, side="right") for total in (lowest, highest))
    out["response_certain"] = at_least == at_most
    out["response"] = np.where(is_after & out["response_certain"], at_least, -1)
    return out


def _points(change: np.ndarray, edges: np.ndarray, worth: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(change), np.nan, worth[np.searchsorted(edges, change) % len(worth)])
