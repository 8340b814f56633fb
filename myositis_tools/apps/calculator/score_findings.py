"""What is said of a score: every sentence, the picture and the bar are made from one receipt, so that all agree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from myositis_tools.figures.parts.sentences import listed
from myositis_tools.figures.patient.receipt import arrange_receipt, say_change
from myositis_tools.figures.patient.total_improvement import MOST_POINTS
from myositis_tools.scores.core_set import ENZYME, classes
from myositis_tools.scores.improvement import is_worsened


@dataclass(frozen=True)
class Findings:
    """What can be said of two visits.

    Attributes
    ----------
    receipt : pandas.DataFrame
        What `explain_total_improvement` gives.
    population : {"adult", "juvenile"}
        Whose thresholds hold.
    has_values : bool
        Whether anything has been entered.
    needs_limit : bool
        Whether the enzyme waits for the laboratory's upper limit of normal.
    """

    receipt: pd.DataFrame
    population: str
    has_values: bool
    needs_limit: bool

    @cached_property
    def frame(self) -> pd.DataFrame:
        """What the picture draws: the points of each measure, earned, within reach, out of reach, not known."""
        frame = arrange_receipt(self.receipt)
        if self.needs_limit:
            frame.loc[frame["measure"] == ENZYME, "missing"] = "waits for the laboratory's upper limit of normal"
        return frame

    @cached_property
    def compared(self) -> pd.DataFrame:
        """The measures that can be compared with their baseline."""
        return self.receipt[self.receipt["change_percent"].notna()]

    @property
    def most(self) -> float:
        """The most points that can be reached."""
        return MOST_POINTS - float(self.frame["out_of_reach"].sum())

    @property
    def total(self) -> float | None:
        """The score; None while a missing value leaves it open."""
        total = self.receipt["tis"].iloc[0]
        return float(total) if total == total else None

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest that the score can be."""
        low, high = self.receipt[["tis_min", "tis_max"]].iloc[0]
        return float(low), float(high)

    def class_of(self, total: float) -> str:
        """The response category of a total."""
        return [one.name for one in classes(self.population) if one.minimum <= total][-1]

    # ------------------------------------------------------------------------------------------------------- sentences

    @property
    def headline(self) -> str:
        """The one sentence that says what is seen."""
        if not self.has_values:
            return "No value has been entered yet: enter each measure at baseline and now."
        if self.total is not None:
            return f"Total Improvement Score {self.total:g} of {MOST_POINTS:g}: {_called(self.class_of(self.total))}."
        if self.compared.empty:
            return "There is no score yet: no measure can be compared with its baseline."
        return self._between()

    def _between(self) -> str:
        low, high = self.bounds
        names = [one.name for one in classes(self.population)]
        open_ = names[names.index(self.class_of(low)) : names.index(self.class_of(high)) + 1]
        gaps = "the missing value" if int(self.receipt["points"].isna().sum()) == 1 else "the missing values"
        said = f"Between {low:g} and {high:g}: "
        if len(open_) == 1:
            return f"{said}{_called(open_[0])}, whatever {gaps}."
        if open_[0] == "none":
            return f"{said}{', '.join(['no', *open_[1:-1]])} or {open_[-1]} response, depending on {gaps}."
        return f"{said}at least {open_[0]} response, whatever {gaps}; {open_[-1]} at most."

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What else there is to say: a heading and a sentence; a heading without a sentence is left out."""
        said = [
            ("Enzyme", self.about_limit),
            ("Smallest change that earns points", self.step_up),
            ("Next response category", self.next_class),
            ("Worsening, which the score does not count", self.worsening),
            ("Ceiling", self.ceiling),
        ]
        return [(head, sentence) for head, sentence in said if sentence]

    @property
    def about_limit(self) -> str:
        """What an enzyme in the laboratory's unit waits for."""
        needs = "The result cannot be used without the laboratory's upper limit of normal."
        return needs if self.needs_limit else ""

    @property
    def step_up(self) -> str:
        """The smallest improvement that earns more points; empty if there is none."""
        rows = self.receipt[self.receipt["next_gain"].notna()]
        if rows.empty:
            return ""
        row = rows.loc[((rows["next_value"] - rows["value"]).abs() / rows["range"]).idxmin()]
        unit = f" {row['unit']}" if row["unit"] else ""
        new = row["next_response"]
        is_new = self.total is not None and isinstance(new, str) and new != self.class_of(self.total)
        ending = f", {new} response" if is_new else ""
        return f"{row['label']} {row['value']:g} → {row['next_value']:g}{unit}: +{row['next_gain']:g} points{ending}."

    @property
    def next_class(self) -> str:
        """How far the next response category is, where it can be reached; empty if not, which `ceiling` says."""
        name, left = self.receipt[["next_class", "points_to_next_class"]].iloc[0]
        if left != left or left is None or self.total is None or self.total + left > self.most:
            return ""
        return f"{left:g} points to {name}."

    @property
    def ceiling(self) -> str:
        """The highest score that can be reached, and the categories that cannot; empty if all points can be."""
        lost = self.frame[self.frame["out_of_reach"] > 0]
        if lost.empty:
            return ""
        start = "From this baseline" if lost["baseline"].notna().all() else "With these values"
        beyond = [one.name for one in classes(self.population) if one.minimum > self.most]
        so = f", so a {listed(beyond, last='or')} response is out of reach" if beyond else ""
        points = (f"{row.label} {row.out_of_reach:g}" for row in lost.itertuples())
        return (
            f"{start} at most {self.most:g} of {MOST_POINTS:g} points can be reached{so}. "
            f"Points out of reach: {', '.join(points)}."
        )

    @property
    def worsening(self) -> str:
        """Which measures worsened, as `score_total_improvement` judges it; empty while nothing can be compared."""
        if self.compared.empty:
            return ""
        worse = [row for row in self.compared.itertuples() if is_worsened(row.change_percent, row.measure)]
        if worse:
            return f"{'; '.join(map(_in_words, worse))}."
        count = len(self.compared)
        if count == len(self.receipt):
            return "No measure worsened."
        if count == 1:
            return "The one measure that can be compared has not worsened."
        return f"None of the {count} measures that can be compared has worsened."


def _called(name: str) -> str:
    return f"{'no' if name == 'none' else name} response"


def _in_words(row: object) -> str:
    unit = f" {row.unit}" if row.unit else ""  # type: ignore[attr-defined]  # a row of the receipt
    values = f"{row.label} {row.baseline:g} → {row.value:g}{unit}"  # type: ignore[attr-defined]
    return f"{values}, {say_change(row.measure, row.change_percent)}"  # type: ignore[attr-defined]
