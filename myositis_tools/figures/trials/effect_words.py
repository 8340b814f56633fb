"""What a forest plot says in words: its finding, and that an estimate has no interval."""

from __future__ import annotations

import pandas as pd

from myositis_tools.figures.parts.sentences import listed, starting
from myositis_tools.figures.parts.theme import as_text

ESTIMATE, WHOLE, SUBGROUP, TEST, HEADING = "estimate", "all", "subgroup", "interaction", "heading"
RATIO = "ratio"


def with_gaps(frame: pd.DataFrame) -> list[str]:
    """The numbers in words; an estimate without an interval says so."""
    bare = (frame["kind"] != TEST) & frame["value"].notna() & frame["low"].isna()
    return [f"{text}, no interval" if alone else text for text, alone in zip(frame["text"], bare, strict=True)]


def say_effects(frame: pd.DataFrame) -> str:
    """What the row of all patients, or the only row, says; of several rows, how many intervals show a difference."""
    known = frame[frame["value"].notna() & frame["kind"].isin([ESTIMATE, WHOLE, SUBGROUP])]
    if known.empty:
        return "No difference could be estimated"
    arms, references = (as_text(dict.fromkeys(known[name].dropna())) for name in ("arm", "reference"))
    if len(arms) != 1 or len(references) != 1:
        return f"{len(arms)} arms are compared with {listed(references)}"
    whole = known[known["kind"] == WHOLE]
    if len(whole) == 1 or len(known) == 1:
        return _of_one((whole if len(whole) == 1 else known).iloc[0], arms[0], references[0])
    none = _no_difference(known["unit"].iloc[0])
    more, less = int((known["low"] > none).sum()), int((known["high"] < none).sum())
    if not more + less:
        return f"No difference between {arms[0]} and {references[0]} is shown in any of {len(known)} analyses"
    said = [(more, "more is given with" if _is_dose(known["unit"].iloc[0]) else "better for", arms[0])]
    said += [(less, said[0][1], references[0])]
    parts = [f"{words} {arm} in {count}" for count, words, arm in said if count]
    return f"{starting(' and '.join(parts))} of {len(known)} analyses, by their intervals"


def _of_one(row: pd.Series, arm: str, reference: str) -> str:
    none, unit = _no_difference(row["unit"]), row["unit"]
    number = as_text([row["text"] if unit == RATIO else row["text"].replace(" (", f" {unit} (", 1)])[0]
    if row["low"] <= none <= row["high"]:
        return f"No difference between {arm} and {reference} is shown: {number}"
    is_more = row["value"] > none
    if _is_dose(unit):
        return f"{'More' if is_more else 'Less'} is given with {arm} than with {reference}: {number}"
    return f"{starting(arm)} does {'better' if is_more else 'worse'} than {reference}: {number}"


def _no_difference(unit: str) -> float:
    return 1.0 if unit == RATIO else 0.0


def _is_dose(unit: str) -> bool:
    return unit.startswith("mg")
