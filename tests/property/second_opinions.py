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
    flags: tuple[str, ...] = ()  # columns of yes and no
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # column: its words, none scored below another
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
        table = pd.DataFrame(sheets, columns=[*self.items, *self.words, *self.flags], dtype=object)
        return table.astype(dict.fromkeys(self.items, "float64") | dict.fromkeys(self.flags, "boolean"))


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


# ---------------------------------------- function: HAQ-DI, CHAQ, CMAS

NAMES = ["dressing", "arising", "eating", "walking", "hygiene", "reach", "grip", "activities"]
HAQ = {f"haq_{name}": count for name, count in zip(NAMES, [2, 2, 3, 2, 3, 2, 3, 3], strict=True)}
CHAQ = {f"chaq_{name}": count for name, count in zip(NAMES, [4, 2, 3, 2, 5, 4, 5, 5], strict=True)}
AIDS = tuple(f"aid_{name}" for name in NAMES)


def items_of(counts: Mapping[str, int]) -> dict[str, int]:
    return {f"{name}_{number}": 3 for name, count in counts.items() for number in range(1, count + 1)}


def not_applicable(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"not_applicable_{item.removeprefix('chaq_')}" for item in items_of(counts))


def questionnaire(counts: Mapping[str, int], index: str, *, aids: bool = True) -> Callable[[Sheet], Sheet]:
    prefix = index.removesuffix("_di")

    def opinion(sheet: Sheet) -> Sheet:
        scores, best, worst = {}, {}, {}
        for name, count in counts.items():
            items = [f"{name}_{number}" for number in range(1, count + 1)]
            applying = [item for item in items if not sheet.get("not_applicable_" + item.split("_", 1)[1])]
            answers = [int(sheet[item]) for item in applying if sheet[item] is not None]
            if not applying:
                continue  # the category leaves
            score = max(answers) if answers else None
            if aids and score in (0, 1) and sheet[name.replace(prefix, "aid", 1)]:
                score = 2
            scores[name], worst[name] = score, 3 if len(answers) < len(applying) else score
            has_aid = aids and sheet[name.replace(prefix, "aid", 1)]
            best[name] = (2 if has_aid else 0) if score is None else score  # answered with 0, an aid would raise it
        known = [score for score in scores.values() if score is not None]
        is_enough = known and len(scores) - len(known) <= 2  # six of eight
        return {
            index: Fraction(sum(known), len(known)) if is_enough else None,
            f"{index}_min": Fraction(sum(best.values()), len(scores)) if scores else None,
            f"{index}_max": Fraction(sum(worst.values()), len(scores)) if scores else None,
            f"{prefix}_categories_answered": len(known),
            f"{prefix}_aids_counted": aids,
            **{name: scores.get(name) for name in counts},
        }

    return opinion


CMAS = {f"cmas_{place}": most for place, most in enumerate([5, 2, 5, 3, 6, 3, 3, 4, 3, 4, 4, 4, 3, 3], start=1)}

# ---------------------------------------- skin: CDASI version 2


def at_sites(*items: tuple[str, int]) -> dict[str, int]:
    return {f"cdasi_{name}_{site}": most for name, most in items for site in range(1, 16)}


CDASI_ACTIVITY = at_sites(("erythema", 3), ("scale", 2), ("erosion", 1))
CDASI_ACTIVITY |= {"cdasi_gottron": 3, "cdasi_gottron_ulceration": 1, "cdasi_periungual": 2, "cdasi_alopecia": 1}
CDASI_DAMAGE = at_sites(("poikiloderma", 1), ("calcinosis", 1)) | {"cdasi_gottron_damage": 2}


def cdasi(sheet: Sheet) -> Sheet:
    """Every way in which the sheet could be completed at the hands, and the lowest and highest of these."""
    others = {name: most for name, most in CDASI_ACTIVITY.items() if name != "cdasi_gottron"}
    rest = summed(sheet, others, "rest")
    gottron, papules = sheet["cdasi_gottron"], sheet["cdasi_gottron_papules"]
    ways = [
        value * (2 if doubled else 1)
        for value in ([0, 1, 2, 3] if gottron is None else [int(gottron)])
        for doubled in ([True, False] if papules is None else [papules])
    ]
    is_known = rest["rest"] is not None and len(set(ways)) == 1
    return summed(sheet, CDASI_DAMAGE, "cdasi_damage") | {
        "cdasi_activity": rest["rest"] + ways[0] if is_known else None,
        "cdasi_activity_min": rest["rest_min"] + min(ways),
        "cdasi_activity_max": rest["rest_max"] + max(ways),
    }


# ---------------------------------------- organ systems, damage, inclusion body myositis

ORGANS = ["constitutional", "cutaneous", "skeletal", "gastrointestinal", "pulmonary", "cardiovascular"]
MYOACT = {f"{organ}_cm": 10 for organ in ORGANS}


def myoact(sheet: Sheet) -> Sheet:
    assessed = [organ for organ in ORGANS if not sheet[f"not_assessed_{organ}"]]
    if not assessed:
        return dict.fromkeys(("myoact", "myoact_min", "myoact_max"))
    known = [Fraction(str(sheet[f"{organ}_cm"])) for organ in assessed if sheet[f"{organ}_cm"] is not None]
    worst = sum(known) + 10 * (len(assessed) - len(known))
    return {
        "myoact": sum(known) / (10 * len(assessed)) if len(known) == len(assessed) else None,
        "myoact_min": Fraction(sum(known)) / (10 * len(assessed)),
        "myoact_max": Fraction(worst) / (10 * len(assessed)),
        "myoact_organs_assessed": len(assessed),
    }


MITAX = {f"mitax_{system}": ("E", "D", "C", "B", "A") for system in [*ORGANS, "muscle"]}


def mitax(sheet: Sheet) -> Sheet:
    weights = {"A": 9, "B": 3, "C": 1, "D": 0, "E": 0}
    known = [weights[sheet[name]] for name in MITAX if sheet[name] is not None]
    return {
        "mitax_63": sum(known) if len(known) == 7 else None,
        "mitax_63_min": sum(known),
        "mitax_63_max": sum(known) + 9 * (7 - len(known)),
        "evidence": "unverified: systems and weights",
    }


MDI_SEVERITY = {f"mdi_severity_{place}_cm": 10 for place in range(1, 12)}


def mdi_items(count: int) -> dict[str, tuple[str, ...]]:
    return {f"mdi_item_{place}": ("not applicable", "absent", "present") for place in range(1, count + 1)}


def mdi(count: int) -> Callable[[Sheet], Sheet]:
    def opinion(sheet: Sheet) -> Sheet:
        said = [sheet[name] for name in mdi_items(count)]
        return summed(sheet, MDI_SEVERITY, "mdi_severity") | {
            "mdi_extent": None if None in said else said.count("present"),
            "mdi_extent_min": said.count("present"),
            "mdi_extent_max": said.count("present") + said.count(None),
            "mdi_items_applicable": said.count("present") + said.count("absent"),
        }

    return opinion


IBM_FRS = {f"ibm_frs_{place}": 4 for place in range(1, 11)}

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
    "HAQ-DI": Instrument(mt.score_haq_di, questionnaire(HAQ, "haq_di"), items_of(HAQ), ("haq_di",), flags=AIDS),
    "HAQ-DI without aids": Instrument(
        lambda sheets: mt.score_haq_di(sheets, aids=False),
        questionnaire(HAQ, "haq_di", aids=False),
        items_of(HAQ),
        ("haq_di",),
    ),
    "CHAQ": Instrument(
        mt.score_chaq, questionnaire(CHAQ, "chaq"), items_of(CHAQ), ("chaq",), flags=(*AIDS, *not_applicable(CHAQ))
    ),
    "CMAS": Instrument(mt.score_cmas, lambda sheet: summed(sheet, CMAS, "cmas_52"), CMAS, ("cmas_52",)),
    "CDASI": Instrument(
        mt.score_cdasi,
        cdasi,
        CDASI_ACTIVITY | CDASI_DAMAGE,
        ("cdasi_activity", "cdasi_damage"),
        flags=("cdasi_gottron_papules",),
    ),
    "IBM-FRS": Instrument(
        mt.score_ibm_frs, lambda sheet: summed(sheet, IBM_FRS, "ibm_frs_40"), IBM_FRS, ("ibm_frs_40",)
    ),
    "MYOACT": Instrument(
        mt.score_myoact,
        myoact,
        MYOACT,
        ("myoact",),
        flags=tuple(f"not_assessed_{organ}" for organ in ORGANS),
        steps=10,
    ),
    "MITAX": Instrument(mt.score_mitax, mitax, {}, ("mitax_63",), words=MITAX),
    "MDI, juvenile": Instrument(
        lambda sheets: mt.score_mdi(sheets, population="juvenile"),
        mdi(38),
        MDI_SEVERITY,
        ("mdi_extent", "mdi_severity"),
        words=mdi_items(38),
        steps=10,
    ),
    "MDI, adult": Instrument(
        lambda sheets: mt.score_mdi(sheets, population="adult"),
        mdi(35),
        MDI_SEVERITY,
        ("mdi_extent", "mdi_severity"),
        words=mdi_items(35),
        steps=10,
    ),
}
