"""What the figures of a cohort over time show, as the sentences that are their titles."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from myositis_tools.figures.parts.sentences import listed, starting, within
from myositis_tools.figures.parts.theme import as_text
from myositis_tools.groups import EVERYBODY
from myositis_tools.scores.improvement import is_worsened
from myositis_tools.studies.follow_up.measures import Measure

_MOST_NAMED = 3  # groups
BEST = "major"


def by_group(said: Mapping[str, str]) -> str:
    """What is said of each group, with its name behind it: ``13 of 23 (IVIg) and 8 of 23 (placebo)``."""
    if list(said) == [EVERYBODY]:
        return said[EVERYBODY]
    names = as_text(said)
    return listed([f"{words} ({name})" for words, name in zip(said.values(), names, strict=True)])


def say_responses(counts: Mapping[str, tuple[int, int]], week: int) -> str:
    """How many of each group have the best response at a visit; of many groups, of all together."""
    if len(counts) > _MOST_NAMED:
        best, of = (sum(pair[place] for pair in counts.values()) for place in (0, 1))
        counts = {EVERYBODY: (best, of)}
    said = {name: f"{best} of {of}" for name, (best, of) in counts.items()}
    alone = list(counts) == [EVERYBODY]
    is_one = alone and next(iter(counts.values()))[0] == 1
    who = " patients" if alone else ""
    return f"At week {week}, {by_group(said)}{who} {'has' if is_one else 'have'} a {BEST} response"


def responses_of(cells: pd.DataFrame) -> str:
    """As `say_responses`, of rows a patient and visit at the last visit."""
    week = int(cells["week"].max())
    best = cells[(cells["week"] == week) & (cells["shown"] == BEST)]
    counts = {
        str(name): (int((best["group"] == name).sum()), int(own["patient_id"].nunique()))
        for name, own in cells.groupby("group", sort=False)
    }
    return say_responses(counts, week)


def say_course(rows: pd.DataFrame, measure: Measure, scale: str, summary: str) -> str:
    """From where to where the middle of each group goes, of rows that `trajectory_frame` gives."""
    label = starting(as_text([measure.label])[0])
    middles = _middles(rows)
    word = "a mean" if summary == "mean" else "a median"
    ends = {name: line.dropna() for name, line in middles.items()}
    ends = {name: line for name, line in ends.items() if len(line)}
    if not ends or len(ends) > _MOST_NAMED:
        patients = rows["patient_id"].nunique() if rows["patient_id"].notna().any() else 0
        return f"{label} over {int(rows['week'].max())} weeks" + (f", of {patients} patients" if patients else "")
    last = max(int(line.index[-1]) for line in ends.values())
    if scale != "measured":
        unit = "% of its range" if scale == "percent_of_range" else measure.unit
        said = {name: f"{line.iloc[-1]:+.3g}".replace("-", "−") for name, line in ends.items()}
        return f"{label} changes by {word} of {by_group(said)} {unit} by week {last}".replace("  ", " ")
    if measure.is_scored or any(len(line) == 1 for line in ends.values()):
        said = {name: f"{line.iloc[-1]:.3g}" for name, line in ends.items()}
        return f"{label} reaches {word} of {by_group(said)} {measure.unit} at week {last}".replace("  ", " ")
    said = {name: f"{line.iloc[0]:.3g} to {line.iloc[-1]:.3g}" for name, line in ends.items()}
    return f"{label} goes from {word} of {by_group(said)} by week {last}"


def _middles(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """The middle of each group at each visit: as it is drawn, or of the lines that are."""
    own = rows[rows["part"] == "summary"]
    if own.empty:
        lines = rows[rows["part"] == "individual"]
        own = lines.groupby(["group", "week"], sort=False)["value"].median().reset_index()
    return {str(name): part.set_index("week")["value"].sort_index() for name, part in own.groupby("group", sort=False)}


def say_changes(cells: pd.DataFrame) -> str:
    """Which measure improved in most and which worsened in most, of rows with a change."""
    known = cells[cells["change"].notna()]
    if known.empty:
        return "No change is known of any measure"
    better = known[known["change"] > 0].groupby("label", sort=False).size()
    rows = zip(known["change"], known["measure"], strict=True)
    is_worse = [is_worsened(change, measure) for change, measure in rows]
    worse = known[is_worse].groupby("label", sort=False).size()
    said = []
    if len(better):
        most = better.idxmax()
        said.append(f"{within(str(most))} improved in {better.max()} of {(known['label'] == most).sum()}")
    if len(worse):
        most = worse.idxmax()
        said.append(f"{within(str(most))} worsened in {worse.max()} of {(known['label'] == most).sum()}")
    return starting(as_text(["; ".join(said) or "no measure improved or worsened"])[0])
