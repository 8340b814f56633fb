"""Which share of the patients has responded by each week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist
from typing import Any, Unpack

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrameT

from myositis_tools.errors import needs_package
from myositis_tools.frames import Entrance, plain_rows
from myositis_tools.groups import ARM, in_order_of_groups
from myositis_tools.scores.options import SCORED_AS, ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.response.interval_censored import estimate_from_intervals
from myositis_tools.studies.response.time_to_response import (
    NONE,
    RESCUE,
    RESPONSE,
    UNKNOWN,
    time_to_response,
)

SEEN, BETWEEN_VISITS = "first seen", "between visits"
BEFORE_RESCUE, RESCUED, LEFT_OUT = "response before rescue", "rescue", "left out"
_CONFIDENCE = 0.95
_SMALLEST_SHARE = 1e-6  # less is what an iteration leaves of nothing
CURVE = {
    "estimate": nw.String,
    "group": nw.String,
    **dict.fromkeys(("after_week", "week", "percent", "lower", "upper"), nw.Float64),
    **dict.fromkeys(("at_risk", "events", "censored"), nw.Float64),
}


@takes_options
def response_curve(
    visits: IntoFrameT,
    *,
    level: str = "moderate",
    sustained: bool = False,
    group: str | None = ARM,
    rescue: str | None = None,
    weeks: Sequence[int] | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Proportion of responders by each week: Kaplan-Meier, and Turnbull's estimate for interval-censored times.

    A response is only seen at visits. Kaplan-Meier dates it to the visit at which it was first seen, hence too late;
    the interval-censored estimate says only that it came between two visits, and nothing of where between them. Needs
    statsmodels, of the extras ``lab`` and ``stats``.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits, level, sustained, group, rescue, weeks, **score_options
        As in `time_to_response`.

    Returns
    -------
    frame of the same kind
        One row an ``estimate``, ``group`` and ``week``:

        ``first seen``
            Kaplan-Meier: ``percent`` first seen in the class by the week, with its 95 % interval ``lower`` to
            ``upper`` (complementary log-log), patients ``at_risk`` just before the week, and of them ``events`` and
            ``censored`` in it. Rescue censors.
        ``between visits``
            Interval-censored (Turnbull): ``percent`` who responded by the week; the rise since the row before came
            after ``after_week``, and where between the two weeks is not known. A row without ``week`` is of those
            whose response, if any, comes after the last visit that says anything.
        ``response before rescue``, ``rescue``
            Cumulative incidence of each, competing with the other: only where `rescue` is given.
        ``left out``
            ``at_risk`` is the number of patients of whom no visit says anything.

    Raises
    ------
    MyositisToolsError
        Whatever `time_to_response` refuses.

    Missing data
    ------------
    Kaplan-Meier takes a response as seen where it is certain, and censors a patient without one at the last visit known
    to be without. Both estimates take the visits that were missed as missed for no reason that has to do with response.
    An interval is missing where nobody or everybody has responded, and an estimate after the last patient was seen,
    unless everybody has responded by then: that stays at 100 %.

    Source
    ------
    `statsmodels.duration.survfunc` (Kaplan-Meier, cumulative incidence);
    `myositis_tools.studies.response.interval_censored` (Turnbull 1976).

    Examples
    --------
    >>> import myositis_tools as mt
    >>> visits = mt.load_visits()
    >>> curve = mt.response_curve(visits[visits["arm"].notna()], group="arm")
    >>> curve.loc[(curve["estimate"] == "first seen") & (curve["week"] == 12), ["group", "percent", "at_risk"]].round(1)
          group  percent  at_risk
    3      IVIg     65.2      9.0
    16  placebo     36.1     17.0
    """
    times: Any = time_to_response(
        visits,
        level=level,
        sustained=sustained,
        group=group,
        rescue=rescue,
        weeks=weeks,
        **score_options,
    )
    frame = nw.from_native(times)
    names = ["group", "event", "week", "after_week", "by_week"]
    people = pd.DataFrame(plain_rows(frame.select(names)), columns=names)
    scoring = ScoreOptions(**score_options)
    rows = curve_of_times(people, baseline_week=scoring.baseline_week, has_rescue=rescue is not None)
    rows[SCORED_AS] = [str(scoring)] * len(rows["group"])
    return Entrance(visits, frame).leave_rows(rows, {**CURVE, SCORED_AS: nw.String})


def curve_of_times(people: pd.DataFrame, *, baseline_week: int, has_rescue: bool) -> dict[str, list[Any]]:
    """As `response_curve`, from one row a patient as `time_to_response` gives it; the columns as plain values."""
    people = people.astype(dict.fromkeys(("week", "after_week", "by_week"), "float64"))
    rows: list[dict[str, Any]] = []
    known = people[people["event"] != UNKNOWN]
    grid = sorted({float(baseline_week), *known["week"]})
    for name in in_order_of_groups(people["group"].unique()):
        own = known[known["group"] == name]
        found = [*_first_seen(own, grid), *_between_visits(own, baseline_week)] if len(own) else []
        if len(own) and has_rescue:
            found += _competing(own, grid)
        silent = int((people["group"] == name).sum()) - len(own)
        found += [{"estimate": LEFT_OUT, "at_risk": silent}] if silent else []
        rows += [{"group": name} | row for row in found]
    return {name: [_plain(row.get(name)) for row in rows] for name in CURVE}


def _plain(value: Any) -> Any:
    """None for NaN; numbers of Python, for any engine."""
    if value is None or value != value:
        return None
    return value if isinstance(value, str) else float(value)


def _first_seen(own: pd.DataFrame, grid: Sequence[float]) -> Iterator[dict[str, Any]]:
    """Kaplan-Meier at every week at which anything was seen of anybody."""
    with needs_package("statsmodels"):
        from statsmodels.duration.survfunc import SurvfuncRight  # an extra, and slow to load

    week, has_responded = own["week"].to_numpy(), (own["event"] == RESPONSE).to_numpy()
    without, error = np.ones(len(grid)), np.full(len(grid), np.nan)
    if has_responded.any():
        with np.errstate(divide="ignore", invalid="ignore"):  # of the error where nobody is left
            estimate = SurvfuncRight(week, has_responded.astype("int64"))
        places = np.searchsorted(estimate.surv_times, grid, side="right")
        without = np.concatenate([[1.0], estimate.surv_prob])[places]
        error = np.concatenate([[np.nan], estimate.surv_prob_se])[places]
    for now, share, spread in zip(grid, without, error, strict=True):
        at_risk = int((week >= now).sum())
        lower, upper = _interval(1 - share, spread)
        here = week == now
        counts = {"events": int((here & has_responded).sum()), "censored": int((here & ~has_responded).sum())}
        is_known = at_risk or share == 0  # once everybody has responded, that stays so
        known = {"percent": 100 * (1 - share), "lower": lower, "upper": upper} if is_known else {}
        yield {"estimate": SEEN, "week": now, "at_risk": at_risk} | counts | known


def _interval(share: float, error: float) -> tuple[float | None, float | None]:
    """The 95 % interval in percent of a share that has responded, symmetric for log(-log) of those who have not."""
    without = 1 - share
    if not (0 < without < 1 and error == error):
        return None, None
    width = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2) * error / (without * abs(np.log(without)))
    return 100 * (1 - without ** np.exp(-width)), 100 * (1 - without ** np.exp(width))


def _between_visits(own: pd.DataFrame, baseline_week: int) -> Iterator[dict[str, Any]]:
    found = estimate_from_intervals(own["after_week"], own["by_week"].fillna(np.inf))
    found = found[found["share"] > _SMALLEST_SHARE]
    yield {"estimate": BETWEEN_VISITS, "week": baseline_week, "percent": 0.0}
    reached = 0.0
    for row in found.itertuples():
        reached += 100 * row.share
        week = row.by if np.isfinite(row.by) else None
        yield {"estimate": BETWEEN_VISITS, "after_week": row.after, "week": week, "percent": reached}


def _competing(own: pd.DataFrame, grid: Sequence[float]) -> Iterator[dict[str, Any]]:
    with needs_package("statsmodels"):
        from statsmodels.duration.survfunc import CumIncidenceRight  # an extra, and slow to load

    week = own["week"].to_numpy()
    causes = own["event"].map({NONE: 0, RESPONSE: 1, RESCUE: 2}).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):  # of the error where nobody is left
        estimate = CumIncidenceRight(week, causes) if causes.any() else None
    for cause, name in ((1, BEFORE_RESCUE), (2, RESCUED)):
        shares, times = (
            ([], [])
            if estimate is None or not (causes == cause).any()
            else (
                estimate.cinc[cause - 1],
                estimate.times,
            )
        )
        places = np.searchsorted(times, grid, side="right")
        for now, share in zip(grid, np.concatenate([[0.0], shares])[places], strict=True):
            at_risk = int((week >= now).sum())
            counts = {"at_risk": at_risk, "events": int(((week == now) & (causes == cause)).sum())}
            yield {"estimate": name, "week": now, "percent": 100 * share if at_risk else None} | counts
