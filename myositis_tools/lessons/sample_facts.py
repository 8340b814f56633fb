"""What the library computes of the sample for the exercises, each thing once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from operator import gt
from typing import Any

import pandas as pd

from myositis_tools.criteria import PROTOCOLS, Protocol
from myositis_tools.rules import is_above
from myositis_tools.sample import load_events, load_medications, load_patients, load_screening, load_visits
from myositis_tools.scores import score_total_improvement
from myositis_tools.scores.core_set import bands

_SHIFT = 1e-4  # more than the tolerance of a comparison, less than any step of a measure


def protocol() -> Protocol:
    """The trial of the course."""
    return PROTOCOLS["time_is_muscle"]


def trial_name() -> str:
    """What the trial is called in a sentence."""
    return protocol().title.partition(":")[0]


@cache
def patients() -> pd.DataFrame:
    """The patients of the sample, by name."""
    return load_patients().set_index("patient_id", drop=False)


@cache
def medications() -> pd.DataFrame:
    """The medication lists of the sample."""
    return load_medications()


@cache
def events() -> pd.DataFrame:
    """The events of the sample."""
    return load_events()


@cache
def visits() -> pd.DataFrame:
    """The visits of the sample."""
    return load_visits()


@cache
def screening() -> pd.DataFrame:
    """The screening table of the sample."""
    return load_screening()


@cache
def checks() -> pd.DataFrame:
    """What the protocol says of each patient and criterion: verdict and reason."""
    return protocol().check(screening()).set_index(["patient_id", "criterion"])


@cache
def decisions() -> pd.DataFrame:
    """What the protocol decides of each patient, and why."""
    return protocol().decide(screening()).set_index("patient_id")


@cache
def verdicts() -> pd.DataFrame:
    """What the protocol says of each patient, a column for each criterion."""
    return protocol().verdicts(screening()).set_index("patient_id")


@cache
def trap_patients() -> Mapping[str, str]:
    """The patients made by hand, by the name of their trap."""
    named = patients()[patients()["trap"].fillna("") != ""]
    return dict(zip(named["trap"], named["patient_id"], strict=True))


@cache
def scored() -> pd.DataFrame:
    """The visits with their score, by patient and week."""
    return score_total_improvement(visits()).set_index(["patient_id", "week"], drop=False).sort_index()


@cache
def verdicts_with_edges(*, inside: bool) -> pd.DataFrame:
    """What each criterion would say if every limit had its edge inside, or none had."""
    moved: dict[str, float] = {}
    for each in protocol().criteria:
        for leaf in each.rule.leaves:
            operator = getattr(leaf, "operator", "")
            if inside and operator in ("<", ">"):
                shift = _SHIFT if operator == "<" else -_SHIFT
            elif not inside and operator in ("≤", "≥"):
                shift = -_SHIFT if operator == "≤" else _SHIFT
            else:
                continue
            moved |= {limit.name: limit.value + shift for limit in leaf.limits}
    return protocol().with_limits(**moved).verdicts(screening()).set_index("patient_id")


def points_of(measure: str, change_percent: Any, *, to_the_last_digit: bool = False) -> float:
    """The points that a change earns by the table; an edge is exact, unless a float's last digit is to decide."""
    is_more = gt if to_the_last_digit else is_above
    return max(
        (one.points for one in bands()[measure] if one.above is None or is_more(change_percent, one.above)), default=0.0
    )


def points_above_edges(measure: str, change_percent: float) -> float:
    """The points that a change would earn if each edge belonged to the band above it."""
    return points_of(measure, change_percent + _SHIFT)
