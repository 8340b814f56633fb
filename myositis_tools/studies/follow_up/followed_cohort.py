"""Visits with their score, and the group of each patient: what every figure of a followed cohort begins with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.errors import NotFoundError, listed
from myositis_tools.frames import require_columns, to_pandas
from myositis_tools.groups import ARM, EVERYBODY, NOT_RECORDED, grouped_by
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.follow_up.groups_of_patients import RESPONSE, groups_of, in_order
from myositis_tools.studies.follow_up.measures import INFUSION, checked_visits
from myositis_tools.studies.follow_up.response_states import CLASSES, GONE, NO_VISIT, NOT_CERTAIN, STATES

LEFT_OUT = "left out"
NOBODY_FOLLOWED = "No patient was seen after baseline."
_SCORE = ("response", "tis", "tis_min", "tis_max", "missing")


@dataclass(frozen=True)
class FollowedCohort:
    """The patients who were seen after the baseline.

    Attributes
    ----------
    visits : pandas.DataFrame
        As `score_total_improvement` leaves them: patients as text, weeks as whole numbers.
    groups : pandas.Series
        The group of each patient.
    weeks : tuple of int
        The planned visits, in their order.
    baseline_week : int
        The visit that all others are compared with.
    alike : FollowedCohort, optional
        The same visits in other groups or otherwise planned, which know what does not depend on either.
    """

    visits: pd.DataFrame
    groups: pd.Series
    weeks: tuple[int, ...]
    baseline_week: int = 0
    alike: FollowedCohort | None = field(default=None, repr=False)

    @cached_property
    def last_week(self) -> pd.Series:
        """When each patient who was seen after the baseline was seen last."""
        if self.alike is not None:
            return self.alike.last_week
        after = self.visits[self.visits["week"] > self.baseline_week]
        return after.groupby("patient_id", sort=False)["week"].max()

    @property
    def followed(self) -> pd.Index:
        """The patients seen after the baseline."""
        return self.last_week.index

    @cached_property
    def left_out(self) -> int:
        """How many were never seen after the baseline."""
        if self.alike is not None:
            return self.alike.left_out
        return int(self.visits["patient_id"].nunique()) - len(self.followed)

    @cached_property
    def places(self) -> np.ndarray:
        """Where the patient of each visit stands among the `followed`; -1 where she does not."""
        return self.alike.places if self.alike is not None else self.followed.get_indexer(self.visits["patient_id"])

    @cached_property
    def group_of(self) -> pd.Series:
        """The group of each patient seen after the baseline."""
        found = self.groups.reindex(self.followed).astype(object)
        return found.where(found.notna(), NOT_RECORDED)

    @cached_property
    def group_names(self) -> list[str]:
        """The groups, in their order."""
        return in_order(self.group_of)

    @property
    def later_weeks(self) -> tuple[int, ...]:
        """The planned visits after the baseline."""
        return tuple(week for week in self.weeks if week > self.baseline_week)

    def at(self, week: int, extra: Sequence[str] = ()) -> pd.DataFrame:
        """One row a followed patient at a visit: ``group, patient_id, shown``, the score and some more columns.

        Raises
        ------
        NotFoundError
            If nobody has a visit in that week.
        """
        if week not in self.weeks:
            raise NotFoundError(f"There is no visit at week {week}.", expected=f"one of {listed(self.weeks, most=30)}")
        is_own = (self.visits["week"] == week).to_numpy() & (self.places >= 0)
        own = self.visits[is_own]
        places = np.full(len(self.followed), -1)
        places[self.places[is_own]] = np.arange(len(own))
        names = [*dict.fromkeys((*_SCORE, *extra))]
        found = own[names].reset_index(drop=True).reindex(places).reset_index(drop=True)
        found.insert(0, "group", self.group_of.to_numpy())
        found.insert(1, "patient_id", self.followed.to_numpy())
        found.insert(2, "shown", _in_words(found["response"], places >= 0, (self.last_week < week).to_numpy()))
        words = found["missing"].astype(object)
        return found.assign(missing=words.where(words.notna(), NO_VISIT))

    @cached_property
    def states(self) -> pd.DataFrame:
        """One row a followed patient and one column a planned visit after the baseline: the place of a state."""
        if self.alike is not None and set(self.later_weeks) <= set(self.alike.later_weeks):
            return self.alike.states[list(self.later_weeks)]
        places = {name: place for place, name in enumerate(STATES)}
        is_own = self.visits["week"].isin(self.later_weeks).to_numpy()
        own = self.visits[is_own]
        codes = own["response"].map(places).fillna(places[NOT_CERTAIN]).to_numpy(dtype="int64")
        found = np.full((len(self.followed), len(self.later_weeks)), places[NO_VISIT])
        found[self.places[is_own], np.searchsorted(self.later_weeks, own["week"])] = codes
        gone = self.last_week.to_numpy()[:, None] < np.array(self.later_weeks)
        return pd.DataFrame(np.where(gone, places[GONE], found), index=self.followed, columns=list(self.later_weeks))

    @cached_property
    def standing(self) -> pd.Series:
        """A number for each patient seen after the baseline: the lower, the better her best class, then the sooner."""
        if self.alike is not None:
            return self.alike.standing
        is_after = (self.visits["week"] > self.baseline_week).to_numpy()
        rows = self.visits.loc[is_after, ["week", "response"]]
        level = rows["response"].map({name: place for place, name in enumerate(CLASSES)}).fillna(-1).astype("int64")
        span = int(rows["week"].max()) + 1 if len(rows) else 1
        found = (-level * span + rows["week"]).groupby(self.places[is_after]).min()
        return found.set_axis(self.followed[found.index])

    def regrouped(self, groups: pd.Series, weeks: Sequence[int]) -> FollowedCohort:
        """The same visits in other groups and with other planned weeks; the rest is not worked out again."""
        return replace(self, groups=groups, weeks=tuple(weeks), alike=self)

    def states_at(self, week: int) -> dict[str, int]:
        """How many are in each state at a visit after the baseline."""
        counts = np.bincount(self.states[week], minlength=len(STATES))
        return dict(zip(STATES, counts.tolist(), strict=True))


def read_cohort(
    visits: Any,
    scoring: ScoreOptions,
    *,
    group: str | None = ARM,
    weeks: Sequence[int] | None = None,
    only: Sequence[str] | None = None,
) -> FollowedCohort:
    """Score visits of any engine and say which group each patient belongs to; with `only` some columns, no score.

    Raises
    ------
    OptionError, MissingColumnError
        If the column to group by is not there or says two things of one patient.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.
    """
    table, baseline_week = to_pandas(visits), scoring.baseline_week
    group = grouped_by(group, table)
    if group is not None and (group != RESPONSE or only is not None):
        require_columns(table, [group], aim="to group by", expected=f"a column of the visits, or {RESPONSE!r}")
    if only is None:
        scored = score_visits(table, scoring)
        if INFUSION in table.columns:
            scored[INFUSION] = checked_visits(table, [INFUSION])[INFUSION].to_numpy()
    else:
        scored = checked_visits(table, only)
        if group is not None:
            scored[group] = table[group].reset_index(drop=True)
    scored = scored.assign(patient_id=scored["patient_id"].astype(str), week=scored["week"].astype("int64"))
    patients = pd.Index(scored["patient_id"].unique())
    of_each = pd.Series(EVERYBODY, index=patients) if group is None else groups_of(scored, group)
    shown = FollowedCohort(scored, of_each, (), baseline_week)
    if weeks is None:
        own = scored[scored["patient_id"].isin(shown.followed) & (scored["week"] >= baseline_week)]
        planned = {int(week) for week in own["week"]}
    else:
        planned = {baseline_week, *(int(week) for week in weeks)}
    return FollowedCohort(scored, of_each, tuple(sorted(planned)), baseline_week)


def _in_words(responses: pd.Series, is_there: np.ndarray, is_gone: np.ndarray) -> np.ndarray:
    known = responses.astype(object).where(responses.notna(), NOT_CERTAIN)
    return np.where(is_there, known, np.where(is_gone, GONE, NO_VISIT)).astype(object)


def evenly(count: int, most: int, always: Collection[int] = ()) -> np.ndarray:
    """Places of at most so many of a list, evenly spread over it, and of some in any case."""
    if count <= most:
        return np.arange(count)
    return np.unique([*np.linspace(0, count - 1, most).round().astype(int), *always])


def put_together(parts: Iterable[pd.DataFrame], columns: Sequence[str], left_out: int) -> pd.DataFrame:
    """One frame of the parts that have rows, with how many patients are left out of them."""
    rest = pd.DataFrame({"part": [LEFT_OUT], "patients": [left_out]})
    kept = [part for part in (*parts, rest if left_out else rest[:0]) if len(part)]
    frame = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame()
    return frame.reindex(columns=list(columns))


def say_left_out(count: int) -> str:
    """Say how many were never seen after the baseline; empty where there is nobody."""
    verb = "patient not seen after baseline is" if count == 1 else "patients not seen after baseline are"
    return f"{count} {verb} left out" if count else ""
