"""What a picture shows, in sentences made from the frame that it draws."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from myositis_tools.figures.followup.trajectory_words import describe_trajectories
from myositis_tools.figures.screening.consort import EXCLUDED, KEPT, SCREENED, UNDECIDED
from myositis_tools.studies.follow_up.measures import INFUSION, measure_named

_MOST = 3


def words_of_flow(frame: pd.DataFrame) -> str:
    """Say who is left after a flow, and what excludes most."""
    totals = frame[frame["criterion"] == ""].set_index("box")["patients"]
    said = [f"{totals[SCREENED]} screened, {totals[EXCLUDED]} excluded"]
    for box in (EXCLUDED, UNDECIDED):
        reasons = frame[(frame["box"] == box) & (frame["criterion"] != "") & (frame["patients"] > 0)]
        most = reasons.sort_values("patients", ascending=False, kind="stable").head(_MOST)
        reasons_said = ", ".join(f"{row.label} {row.patients}" for row in most.itertuples())
        if box == UNDECIDED and box in totals:
            said.append(f"{totals[UNDECIDED]} undecided" + (f" (most often {reasons_said})" if reasons_said else ""))
        elif reasons_said:
            said[-1] += f" (most often {reasons_said})"
    return "; ".join([*said, f"{totals[KEPT]} fit"]) + "."


def words_of_trajectories(frame: pd.DataFrame, measure: str, summary: str = "median") -> str:
    """Say where each group begins and ends, and of whom."""
    rows = frame[(frame["part"] == "summary") & (frame["patients"] > 0)]
    unit = measure_named(measure).unit
    said = []
    for group, own in rows.groupby("group", sort=False):
        first, last = own.iloc[0], own.iloc[-1]
        name = f"{group}: " if group else ""
        ends = f"{_value(first.value, unit)} at week {first.week:g}"
        if last.week != first.week:
            ends += f", {_value(last.value, unit)} at week {last.week:g}"
        said.append(f"{name}{summary} {ends} ({last.patients:g} patients)")
    return f"{'; '.join(said)}. {describe_trajectories(frame, summary=summary)}" if said else "Nothing was recorded."


def words_of_profile(frame: pd.DataFrame) -> str:
    """Say the first and the last value of each panel, and what is missing."""
    said = []
    for panel, own in frame[frame["panel"] != INFUSION].groupby("panel", sort=False):
        known = own[own["value"].notna()]
        label = own["label"].iloc[0] or panel
        if known.empty:
            said.append(f"{label} not recorded")
            continue
        first, last, unit = known.iloc[0], known.iloc[-1], own["unit"].iloc[0]
        missing = int((own["state"] != "recorded").sum())
        gaps = f", {missing} of {len(own)} visits without it" if missing else ""
        ends = [first, last] if len(known) > 1 else [first]
        values = ", ".join(f"{_value(one.value, unit)} at week {one.week:g}" for one in ends)
        said.append(f"{label} {values}{gaps}")
    return _sentences(said)


def words_of_receipt(frame: pd.DataFrame) -> str:
    """Say the points of each measure."""
    said = [
        f"{row.label} {row.points:g} of {row.points_possible:g} points"
        if not row.missing
        else f"{row.label}: {row.missing}"
        for row in frame.itertuples()
    ]
    return _sentences(said)


def words_of_medication(frame: pd.DataFrame) -> str:
    """Say each course before screening, and what is made of it."""
    courses = frame[frame["effect"] != "window"]
    return _sentences(f"{row.label}, {row.said}: {row.because}" for row in courses.itertuples())


def _sentences(said: Iterable[str]) -> str:
    return " ".join(f"{one[0].upper()}{one[1:]}." for one in said if one)


def _value(value: float, unit: str) -> str:
    return f"{value:.4g} {unit}".strip()
