"""Missing core set measures filled in many times, from what is known of the patients of the same arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrameT

from myositis_tools.errors import NotFoundError, OptionError, listed
from myositis_tools.frames import Entrance, plain_rows, require_columns, to_frame
from myositis_tools.groups import ARM
from myositis_tools.scores.chosen_core_set import CoreSet, choose_core_set
from myositis_tools.scores.core_set import ENZYME, Instrument, measure_label, measures
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.follow_up.schedule import SCHEDULE, Schedule, read_schedule, weeks_of_each
from myositis_tools.studies.trials.arms import arm_of_each, leave_scored
from myositis_tools.studies.trials.chained_equations import DONORS, draw_missing
from myositis_tools.studies.trials.rescue import ESTIMAND, HYPOTHETICAL, rescue_weeks

IMPUTATION = "imputation"
Row = dict[str, Any]


@takes_options
def impute_measures(
    visits: IntoFrameT,
    *,
    weeks: Sequence[int] | None = None,
    group: str = ARM,
    rescue: str | None = None,
    imputations: int = 20,
    seed: int = 0,
    rounds: int = 10,
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Multiple imputation (chained equations) of the missing core set measures of a trial, each arm on its own.

    What is filled in are the measures that the score reads, never the score: `compare_imputed` has the score computed
    from each filling and puts the results together. The two are apart so that every filling can be looked at, and
    anything else computed from it.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with the column of arms. Patients without an arm are left out.
    weeks : sequence of int, optional
        The planned visits, to be filled in, a missed one as well: by default those weeks after the baseline in which
        more than half of the patients were seen. Other visits are left out of the fillings and predict nothing.
    group : str
        The column that says which arm a patient is in.
    rescue : str, optional
        A column with the week in which a patient was given rescue treatment. What was seen after it is taken away and
        filled in as if it had not been given: the hypothetical estimand.
    imputations : int
        How often.
    seed : int
        The same seed gives the same fillings, and the first of many are those of few.
    rounds : int
        How often the equations are gone through for each.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        The visits one below the other as often as asked for: ``imputation`` is 0 for the visits as they are and counts
        from 1 for the fillings; then the columns of the visits that hold numbers or text. The last ones are the same in
        every row and win over columns of these names in the visits: ``schedule`` (which visits were taken for planned),
        ``estimand`` (``hypothetical`` with `rescue`, else empty) and ``scored_as``.

    Raises
    ------
    OptionError, NotFoundError
        If an option or a week is not there, no week is common to most patients and none is named, or an arm has too few
        patients in whom a measure is known.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A gap is filled with the value of a patient of the same arm, at the same visit, whose predicted value is near, so
    that every value can be one of its scale. It is predicted from the same measure at the visits before and after and
    at the baseline, and from the other measures at the visit. Of the enzymes only the one that is followed is filled
    in, as a share of its range; one that was never ordered stays empty. This is right where it depends on nothing but
    what was seen whether a measure is missing; `tipping_point` asks how much that matters.

    Source
    ------
    Chained equations with predictive mean matching: van Buuren S, Groothuis-Oudshoorn K, J Stat Softw 2011;45(3):1-67
    (https://doi.org/10.18637/jss.v045.i03). The paper was not read: the steps were compared with the code of its R
    package mice, whose ridge, five donors and kind of matching are the ones here.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> imputed = mt.impute_measures(mt.load_visits(), weeks=[4, 8, 12], imputations=5)
    >>> at_week_12 = imputed[imputed["week"] == 12]
    >>> at_week_12.groupby("imputation")["mmt8_150"].agg(["size", "count"]).T
    imputation   0   1   2   3   4   5
    size        44  48  48  48  48  48
    count       43  48  48  48  48  48
    """
    for name, number in (("imputations", imputations), ("rounds", rounds)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise OptionError(f"{name}={number!r} is no number of times.", expected="a whole number above 0")
    require_columns(visits, (group, *([rescue] if rescue else [])))
    scoring = ScoreOptions(**score_options)
    trial = _Trial(visits, choose_core_set(visits, scoring), weeks, group, rescue)
    tables = [trial.table(trial.measured, with_missed=False)]
    for number in range(imputations):
        rng = np.random.default_rng([seed, number])
        filled = trial.measured.copy()
        for places in trial.arm_places().values():
            filled[places] = draw_missing(trial.measured[places], trial.predictors(), rounds=rounds, rng=rng)
        tables.append(trial.table(filled, with_missed=True))
    said = {SCHEDULE: str(trial.schedule), ESTIMAND: HYPOTHETICAL if rescue else None}
    rows = [{IMPUTATION: number, **row, **said} for number, table in enumerate(tables) for row in table]
    schema = {IMPUTATION: nw.Int64, **trial.schema, **dict.fromkeys(said, nw.String)}
    return leave_scored(Entrance(visits, nw.from_native(visits)), rows, schema, scoring)


class _Trial:
    """The measures of a trial as a table of numbers: one row a patient, one column a measure at a visit.

    Attributes
    ----------
    measured : numpy.ndarray
        The measures in their order, visit by visit; the followed enzyme as a share of its range. NaN is a gap.
    schedule : Schedule
        The visits to fill in.
    schema : mapping
        The columns that leave, with their types.
    """

    def __init__(
        self,
        visits: Any,
        core: CoreSet,
        weeks: Sequence[int] | None,
        group: str,
        rescue: str | None,
    ) -> None:
        scored = score_visits(visits, core.options)
        self.schema = _schema(to_frame(visits).collect_schema(), (*core.needs, group))
        rows = plain_rows(to_frame(scored, (*self.schema, ENZYME)))
        arm_of = arm_of_each(rows, group)
        self.core, self.group, self.baseline_week = core, group, core.baseline_week
        own = [row for row in rows if str(row["patient_id"]) in arm_of]
        self.schedule = _schedule(own, weeks, self.baseline_week)
        self.weeks = [float(self.baseline_week), *self.schedule.weeks]
        kept = [row for row in own if row["week"] in self.weeks]
        self.rows = {(str(row["patient_id"]), float(row["week"])): row for row in kept}
        self.identifiers = {str(row["patient_id"]): row["patient_id"] for row in kept}
        self.arm_of = {name: arm_of[name] for name in sorted(self.identifiers)}
        self.followed = {name: self._followed(name) for name in self.arm_of}
        self.measured = np.array([self._of_patient(name) for name in self.arm_of], dtype=float)
        if rescue is not None:
            self._take_away_after(rescue, own)
        self._require_donors()

    def _followed(self, name: str) -> Instrument:
        """The enzyme that is followed; where none was measured at the baseline, the first that may be."""
        key = self.rows.get((name, float(self.baseline_week)), {}).get(ENZYME)
        barred = {one.enzyme.key for one in self.core.left_out if one.concerns(name)}
        allowed = [one for one in self.core.enzymes if one.key not in barred] or list(self.core.enzymes)
        return next((one for one in allowed if one.key == key), allowed[0])

    def _scale(self, name: str, measure: str) -> tuple[str, float]:
        """The column that a measure of a patient stands in, and what it is divided by."""
        if measure != ENZYME:
            return self.core.scales[measure].column.name, 1.0
        return self.followed[name].column.name, float(self.followed[name].range or 1)

    def _of_patient(self, name: str) -> list[float]:
        found = []
        for week in self.weeks:
            row = self.rows.get((name, week), {})
            for measure in measures():
                column, unit = self._scale(name, measure)
                value = row.get(column)
                found.append(np.nan if value is None else value / unit)
        return found

    def _take_away_after(self, rescue: str, rows: Sequence[Row]) -> None:
        """Of rescue any visit may tell, one that was not planned as well."""
        said = pd.DataFrame([{"patient_id": str(row["patient_id"]), rescue: row[rescue]} for row in rows])
        found = rescue_weeks(said, rescue, pd.Index(self.arm_of), int(self.baseline_week))
        for place, week in enumerate(found):
            later = [number for number, one in enumerate(self.weeks) if one > week]
            for number in later:
                self.measured[place, number * len(measures()) : (number + 1) * len(measures())] = np.nan

    def arm_places(self) -> dict[str, list[int]]:
        """The rows of each arm, in the order of the patients."""
        places: dict[str, list[int]] = {}
        for place, arm in enumerate(self.arm_of.values()):
            places.setdefault(arm, []).append(place)
        return dict(sorted(places.items()))

    def _require_donors(self) -> None:
        for arm, places in self.arm_places().items():
            known = (~np.isnan(self.measured[places])).sum(axis=0)
            for number, count in enumerate(known):
                if count < min(DONORS, len(places)):
                    week, measure = divmod(number, len(measures()))
                    raise OptionError(
                        f"Too little is known to fill in {measure_label(measures()[measure])}.",
                        where=f"arm {arm}, week {self.weeks[week]:g}: known in {count} of {len(places)} patients",
                        expected=f"at least {DONORS}",
                        hint="choose other weeks=, or another strategy for what is missing",
                    )

    def predictors(self) -> list[list[int]]:
        """For each column the same measure at the visit before, at the baseline and after, then the others now."""
        count = len(measures())
        found = []
        for place in range(len(self.weeks)):
            for measure in range(count):
                others = [place * count + other for other in range(count) if other != measure]
                visits = dict.fromkeys(
                    one for one in (place - 1, 0, place + 1) if 0 <= one < len(self.weeks) and one != place
                )
                found.append([one * count + measure for one in visits] + others)
        return found

    def table(self, values: np.ndarray, *, with_missed: bool) -> list[Row]:
        """The visits with these values for the measures; one that was missed is added if that is asked for."""
        rows = []
        for name, own in zip(self.arm_of, values, strict=True):
            for place, week in enumerate(self.weeks):
                seen = self.rows.get((name, week))
                if seen is None and not with_missed:
                    continue
                row = {"patient_id": self.identifiers[name], **(seen or {}), "week": int(week)}
                row[self.group] = self.arm_of[name]
                for number, measure in enumerate(measures(), start=place * len(measures())):
                    column, unit = self._scale(name, measure)
                    if own[number] != own[number]:
                        row[column] = None
                    elif seen is None or seen.get(column) is None or own[number] != seen[column] / unit:
                        row[column] = float(own[number] * unit)
                rows.append(row)
        return rows


def _schema(given: Mapping[str, Any], needed: Sequence[str]) -> dict[str, Any]:
    """The columns that hold numbers or text; a number may be missing, a patient and a week may not."""
    numbers = {name: kind for name, kind in given.items() if kind.is_numeric()}
    text = [name for name, kind in given.items() if kind in (nw.String, nw.Categorical, nw.Object)]
    kept = [name for name in given if name in (*numbers, *text, *needed)]
    found: dict[str, Any] = {name: nw.Float64 if name in numbers else nw.String for name in kept}
    found |= {"week": nw.Int64} | ({"patient_id": nw.Int64} if "patient_id" in numbers else {})
    return {name: kind for name, kind in found.items() if name not in (IMPUTATION, SCHEDULE, ESTIMAND)}


def _schedule(rows: Sequence[Row], weeks: Sequence[int] | None, baseline_week: int) -> Schedule:
    """The visits to fill in: planned, and seen in somebody."""
    found = read_schedule(weeks_of_each(rows), weeks, baseline_week=baseline_week)
    there = sorted({float(row["week"]) for row in rows})
    for week in found.weeks:
        if week not in there:
            raise NotFoundError(
                f"There is no visit at week {week:g}.", expected=f"one of {listed(f'{one:g}' for one in there)}"
            )
    if not any(week > baseline_week for week in there) or (not found.weeks and found.is_named):
        raise OptionError("There is no visit after the baseline to fill in.", expected=f"weeks above {baseline_week:g}")
    found.require_one()
    return found
