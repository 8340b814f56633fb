"""What trajectories say in words: their axis, how many patients they stand on, and how many have no value."""

from __future__ import annotations

import pandas as pd

from myositis_tools.studies.follow_up.measures import Measure
from myositis_tools.studies.follow_up.trajectories import MOST_LINES, OUTER


def count_patients(frame: pd.DataFrame) -> dict[tuple[str, int], int]:
    """How many patients of each group have a value at each visit, from a frame made by `trajectory_frame`."""
    counted = _counted(frame)
    if counted.empty:
        lines = frame[(frame["part"] == "individual") & frame["value"].notna()]
        return {(group, int(week)): len(own) for (group, week), own in lines.groupby(["group", "week"])}
    return {(row.group, int(row.week)): int(row.patients) for row in counted.itertuples()}


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that say of how many patients they are, once a group and week."""
    return frame[frame["part"].isin(["summary", OUTER[0]])].drop_duplicates(["group", "week"])


def axis_title(measure: Measure, scale: str, baseline_week: int) -> str:
    """Say at an axis what is measured, in which unit, and which direction is better."""
    if scale == "measured":
        return f"{measure.title}<br>{measure.direction}".removesuffix("<br>")
    direction = {"lower": "below 0 is better", "higher": "above 0 is better"}.get(measure.better, "")
    unit = measure.unit
    if scale == "percent_of_range":
        direction, unit = "above 0 is better", "% of range"
    said = ", ".join(part for part in (unit, direction) if part)
    return f"Change in {measure.label}<br>since week {baseline_week}" + (f", {said}" if said else "")


def describe_trajectories(frame: pd.DataFrame, *, summary: str = "median") -> str:
    """Say what is drawn of whom, and what is missing, from a frame made by `trajectory_frame`."""
    left_out = frame.loc[frame["part"] == "left out", "patients"].sum()
    parts = set(frame["part"])
    said = []
    if "summary" in parts:
        middle = "Median with quartiles" if summary == "median" else "Mean with its 95 % interval"
        said.append(f"{middle} of those with a value at the visit.")
    if OUTER[0] in parts:
        said.append(f"More than {MOST_LINES} patients: shaded shares of them stand for their lines.")
    missing, planned = count_missing(frame)
    if planned:
        gaps = f"{missing} of {planned} planned values are missing" if missing else "No planned value is missing"
        said.append(f"{gaps}{': gaps, neither bridged nor carried forward' if missing else ''}.")
    if left_out:
        verb = "patient seen only once is" if left_out == 1 else "patients seen only once are"
        said.append(f"{left_out} {verb} left out.")
    return " ".join(said)


def count_missing(frame: pd.DataFrame) -> tuple[int, int]:
    """How many of the planned values are missing, and how many are planned."""
    rows = _counted(frame)
    if len(rows):
        return int(rows["missing"].sum()), int((rows["missing"] + rows["patients"]).sum())
    lines = frame[frame["part"] == "individual"]
    return int(lines["value"].isna().sum()), len(lines)
