"""Slow, obvious second opinions on the scores of single items, one sheet at a time and in exact fractions.

They are typed from the published rules and not from the package or its tables. A sheet is a dictionary with None for
what is missing; an opinion is what the score should say of it.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pandas as pd

import myositis_tools as mt

Sheet = dict[str, Any]


@dataclass(frozen=True)
class Instrument:
    """A way of scoring, with all that a test needs to know of it."""

    score: Callable[[Any], Any]
    opinion: Callable[[Sheet], Sheet]
    items: Mapping[str, int]  # column: its maximum, from 0 in whole steps
    totals: tuple[str, ...]  # the totals, each with bounds of the same name and _min, _max
    better: str = "higher"
    flags: tuple[str, ...] = ()  # columns of yes and no
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steps: int = 1  # steps to one unit

    def draw(self, chance: random.Random, missing: float) -> Sheet:
        """Fill in a sheet at random, some of it not at all."""
        sheet: Sheet = {name: chance.randint(0, most * self.steps) / self.steps for name, most in self.items.items()}
        sheet |= {name: chance.choice(words) for name, words in self.words.items()}
        sheet = {name: None if chance.random() < missing else value for name, value in sheet.items()}
        flags = {name: chance.choice([True, False, False, None]) for name in self.flags}
        return self.settled(sheet | flags)

    def settled(self, sheet: Sheet) -> Sheet:
        """What does not apply has no value."""
        for name in self.flags:
            item = name.removeprefix("not_applicable_").removeprefix("not_assessed_")
            if item != name and sheet[name]:
                sheet |= {one: None for one in self.items if one.removeprefix("chaq_").removesuffix("_cm") == item}
        return sheet

    def frame(self, sheets: list[Sheet]) -> pd.DataFrame:
        """Put sheets in a table with the types of a file that was read well."""
        table = pd.DataFrame(sheets, columns=[*self.items, *self.words, *self.flags])
        table = table.astype(dict.fromkeys(self.items, "float64") | dict.fromkeys(self.flags, "boolean"))
        return table.astype(dict.fromkeys(self.words, object))


def lacking(sheet: Sheet, names: Mapping[str, int]) -> list[str]:
    return [name for name in names if sheet[name] is None]


def summed(sheet: Sheet, maxima: Mapping[str, int], name: str) -> Sheet:
    """A plain sum with its bounds."""
    known = sum(Fraction(str(sheet[item])) for item in maxima if sheet[item] is not None)
    open_points = sum(maxima[item] for item in lacking(sheet, maxima))
    return {
        name: None if lacking(sheet, maxima) else known,
        f"{name}_min": known,
        f"{name}_max": known + open_points,
    }


# ---------------------------------------- muscle strength: IMACS Form 04

EIGHT = ["deltoid", "biceps", "gluteus_maximus", "gluteus_medius", "quadriceps"]
EIGHT += ["wrist_extensors", "ankle_dorsiflexors"]  # and the neck flexors
OTHERS = ["trapezius", "iliopsoas", "hamstrings", "wrist_flexors", "ankle_plantar_flexors"]
MMT8_RIGHT = dict.fromkeys(["neck_flexors", *(f"{group}_right" for group in EIGHT)], 10)
MMT8_LEFT = dict.fromkeys(["neck_flexors", *(f"{group}_left" for group in EIGHT)], 10)
MMT8_BOTH = MMT8_RIGHT | MMT8_LEFT
MMT26 = MMT8_BOTH | {"neck_extensors": 10} | {f"{group}_{side}": 10 for group in OTHERS for side in ("right", "left")}


def mmt(maxima: Mapping[str, int], name: str, side: str, *, prorate: bool = False) -> Callable[[Sheet], Sheet]:
    best = {"mmt8_80": 80, "mmt8_150": 150, "mmt26_260": 260}[name]

    def loss(total: Fraction | None) -> Fraction | None:
        return None if total is None else Fraction(best - total) * 100 / best

    def opinion(sheet: Sheet) -> Sheet:
        found = summed(sheet, maxima, name)
        graded = len(maxima) - len(lacking(sheet, maxima))
        is_prorated = prorate and 0 < graded < len(maxima)
        if is_prorated:
            found[name] = Fraction(found[f"{name}_min"]) / graded * len(maxima)
        return found | {
            "mmt_loss_percent": loss(found[name]),
            "mmt_loss_percent_min": loss(found[f"{name}_max"]),
            "mmt_loss_percent_max": loss(found[f"{name}_min"]),
            "mmt_side": side,
            "mmt_tests_graded": graded,
            "mmt_trace_grades": 0,
            "mmt_prorated": is_prorated,
        }

    return opinion


INSTRUMENTS = {
    "MMT-8, right": Instrument(
        lambda sheets: mt.score_mmt(sheets, scale="mmt8_80"),
        mmt(MMT8_RIGHT, "mmt8_80", "right"),
        MMT8_RIGHT,
        ("mmt8_80",),
    ),
    "MMT-8, left": Instrument(
        lambda sheets: mt.score_mmt(sheets, scale="mmt8_80", side="left"),
        mmt(MMT8_LEFT, "mmt8_80", "left"),
        MMT8_LEFT,
        ("mmt8_80",),
    ),
    "MMT-8, both": Instrument(
        lambda sheets: mt.score_mmt(sheets, scale="mmt8_150"),
        mmt(MMT8_BOTH, "mmt8_150", "both"),
        MMT8_BOTH,
        ("mmt8_150",),
    ),
    "MMT-26": Instrument(
        lambda sheets: mt.score_mmt(sheets, scale="mmt26_260"), mmt(MMT26, "mmt26_260", "both"), MMT26, ("mmt26_260",)
    ),
    "MMT-8, prorated": Instrument(
        lambda sheets: mt.score_mmt(sheets, scale="mmt8_150", prorate=True),
        mmt(MMT8_BOTH, "mmt8_150", "both", prorate=True),
        MMT8_BOTH,
        ("mmt8_150",),
    ),
}
