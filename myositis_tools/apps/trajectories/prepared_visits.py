"""What the trajectory app is given, made ready once: visits with their score, what can be drawn and grouped by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from myositis_tools.apps.patients_beside import with_patients
from myositis_tools.errors import MissingColumnError, MyositisToolsError, OptionError
from myositis_tools.figures.parts import colours
from myositis_tools.frames import columns, to_pandas
from myositis_tools.groups import names_groups
from myositis_tools.scores.improvement import ADDED, score_visits
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.follow_up.groups_of_patients import RESPONSE, groups_of
from myositis_tools.studies.follow_up.measures import checked_visits, drawable, known_columns, known_numbers
from myositis_tools.studies.trials.rescue import rescue_weeks


@dataclass(frozen=True)
class Registry:
    """Visits that are checked and scored.

    Attributes
    ----------
    visits : pandas.DataFrame
        One row a patient and visit, with the score if there is one, and what is known of the patient.
    why_no_score : str
        Why the visits could not be scored; empty where they were.
    planned_weeks : tuple of int
        The weeks in which anybody was seen.
    followed, ids : list of str
        The patients seen more than once; and all, those first.
    measures : tuple of str
        What can be drawn.
    groups : mapping of str to pandas.Series
        The columns that make a few groups of patients.
    rescues : tuple of str
        The columns that say in which week a patient was given rescue treatment.
    """

    visits: pd.DataFrame
    why_no_score: str
    planned_weeks: tuple[int, ...]
    followed: list[str]
    ids: list[str]
    measures: tuple[str, ...]
    groups: dict[str, pd.Series]
    rescues: tuple[str, ...]


def read_registry(visits: Any, patients: Any, scoring: ScoreOptions, *, rescue: str | None = None) -> Registry:
    """Check the visits, score them if they can be scored, and put what is known of the patients beside them.

    A column named by `rescue` is taken for one of rescue treatment, or refused.
    """
    given = to_pandas(visits)
    clean = checked_visits(given, known_columns(given))
    others = [name for name in given.columns if name not in clean.columns]
    clean = pd.concat([clean, given[others].reset_index(drop=True)], axis=1)
    why_no_score = ""
    try:
        scored = _quickly_scored(clean, scoring)
        clean = pd.concat([clean.drop(columns=list(ADDED), errors="ignore"), scored[list(ADDED)]], axis=1)
    except MissingColumnError as error:
        why_no_score = error.what
        clean = clean.drop(columns=list(ADDED), errors="ignore")
    if patients is not None:
        clean = with_patients(clean, patients)
    seen = clean["patient_id"].value_counts(sort=False)
    followed = seen.index[seen > 1].to_list()
    rescues = _find_rescues(clean, scoring.baseline_week, rescue)
    return Registry(
        clean,
        why_no_score,
        tuple(sorted(int(week) for week in clean["week"].unique())),
        followed,
        [*followed, *seen.index[seen == 1]],  # those with something to follow come first
        _find_measures(clean),
        _find_groups(clean, clean["patient_id"].isin(followed), rescues),
        rescues,
    )


def _quickly_scored(visits: pd.DataFrame, scoring: ScoreOptions) -> pd.DataFrame:
    needed = visits[["patient_id", "week", *known_numbers(visits)]]
    return score_visits(needed, scoring)


def _find_measures(visits: pd.DataFrame) -> tuple[str, ...]:
    return tuple(
        name
        for name in drawable()
        if name in visits.columns
        and pd.api.types.is_numeric_dtype(visits[name])
        and visits[name].notna().any()
        and not name.startswith("change_")
    )


def _find_groups(visits: pd.DataFrame, is_followed: pd.Series, rescues: Sequence[str]) -> dict[str, pd.Series]:
    """The columns that make a few groups of those who were followed, and so of everybody."""
    found = {}
    for name in visits.columns:
        if name in (*columns("visits"), *ADDED, *rescues) and name not in ("arm", RESPONSE):
            continue
        values = visits.loc[is_followed, name].dropna()
        if names_groups(values) and 0 < values.nunique() < len(colours.GROUPS):
            try:
                found[str(name)] = groups_of(visits, name)
            except OptionError:
                continue  # it changes from visit to visit
    return found


def _find_rescues(visits: pd.DataFrame, baseline_week: int, named: str | None) -> tuple[str, ...]:
    """The column that was named, and those that say by their name and their values that they are of rescue."""
    patients = pd.Index(visits["patient_id"].unique())
    rescue_weeks(visits, named, patients, baseline_week)  # what was named and is none is refused
    found = [] if named is None else [named]
    for name in visits.columns:
        if "rescue" in str(name).lower() and name != named and visits[name].notna().any():
            try:
                rescue_weeks(visits, name, patients, baseline_week)
            except MyositisToolsError:
                continue  # whether, or why, and not when
            found.append(str(name))
    return tuple(found)
