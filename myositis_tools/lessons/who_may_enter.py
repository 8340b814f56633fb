"""Exercises of the first session: how many fit, limits at their edges, unknown against no, and drugs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from myositis_tools.lessons.exercise import AnswerField, LessonContent
from myositis_tools.lessons.sample_facts import (
    checks,
    decisions,
    events,
    patients,
    protocol,
    screening,
    trap_patients,
    trial_name,
    verdicts,
    verdicts_with_edges,
)
from myositis_tools.lessons.seats import drawn
from myositis_tools.lessons.texts import Wording
from myositis_tools.scores.core_set import scale_instruments
from myositis_tools.studies.screening.influence import influence
from myositis_tools.verdict import VERDICTS

DECISIONS = ("eligible", "indeterminate", "ineligible")
EDGES = {
    "exactly_12_months": "early_disease",
    "one_day_short_of_12_months": "early_disease",
    "fvc_49_9": "severe_weakness",
    "fvc_50_0": "severe_weakness",
    "thrombosis_10_years_ago": "thrombosis",
    "thrombosis_10_years_and_a_day_ago": "thrombosis",
    "eighteenth_birthday": "adult",
    "measures_on_the_cutoffs": "minimal_disability",
}
_DAYS_OF_A_MONTH = 365.25 / 12


def by_one_criterion(criterion: str, verdict: str) -> str:
    """What a verdict on one criterion alone would decide."""
    if verdict == "unknown":
        return "indeterminate"
    wanted = "met" if protocol().criterion(criterion).kind == "inclusion" else "not met"
    return "eligible" if verdict == wanted else "ineligible"


@cache
def _edge_patients() -> tuple[tuple[tuple[str, str], ...], ...]:
    """The patients for a seat: of each stratum one is drawn."""
    named = {trap: (trap_patients()[trap], criterion) for trap, criterion in EDGES.items()}
    on_edge = {
        (criterion, inside): tuple(
            (str(patient), criterion)
            for patient, moved in verdicts_with_edges(inside=inside)[criterion].items()
            if moved != verdicts().loc[patient, criterion]
        )
        for criterion, inside in (("early_disease", True), ("minimal_disability", False))
    }
    limit = protocol().limits["maximum_duration_months"]
    lasts = screening().set_index("patient_id")["disease_duration_months"]
    before = tuple((str(patient), "early_disease") for patient in lasts.index[lasts == limit.value - limit.step])
    return (
        on_edge["early_disease", True],
        before,
        *(((named[trap]),) for trap in EDGES if EDGES[trap] in ("severe_weakness", "thrombosis", "adult")),
        on_edge["minimal_disability", False],
    )


def make_edge_triage(draw: str | None, wording: Wording) -> LessonContent:
    """Who fits where a value lies on a limit or beside it."""
    if draw:
        asked = [drawn(f"{draw}:{place}", stratum)[0] for place, stratum in enumerate(_edge_patients())]
    else:
        asked = [(trap_patients()[trap], criterion) for trap, criterion in EDGES.items()]
    answers = {
        "solution": verdicts(),
        "edge_inside": verdicts_with_edges(inside=True),
        "edge_outside": verdicts_with_edges(inside=False),
        "rounded": _rounded(),
    }
    given = {
        key: {patient: by_one_criterion(criterion, table.loc[patient, criterion]) for patient, criterion in asked}
        for key, table in answers.items()
    }
    choices = {key: wording.say(f"decision_{key}") for key in DECISIONS}
    material = pd.DataFrame(
        [
            {
                wording.say("column_patient"): patient,
                wording.say("column_criterion"): wording.say(f"criterion_{criterion}"),
                wording.say("column_asks"): protocol().criterion(criterion).rule.sentence,
                wording.say("column_recorded"): wording.say(f"recorded_{criterion}", **recorded(patient)),
            }
            for patient, criterion in asked
        ]
    )
    return LessonContent(
        tuple(AnswerField(patient, patient, "one", choices) for patient, _ in asked),
        given.pop("solution"),
        given,
        material,
        {"trial": trial_name(), "count": len(asked)},
        {
            patient: f"{wording.say(f'criterion_{criterion}')}: {checks().loc[(patient, criterion), 'reason']}"
            for patient, criterion in asked
        },
    )


@cache
def _rounded() -> pd.DataFrame:
    """The verdicts of a reader who rounds months, years and percent to whole numbers before she compares."""
    table = screening().copy()
    log = patients().loc[table["patient_id"]].reset_index(drop=True)
    months = (log["screening_date"] - log["symptom_onset_date"]).dt.days / _DAYS_OF_A_MONTH
    table["disease_duration_months"] = months.round()
    table["fvc_percent_predicted"] = table["fvc_percent_predicted"].round()
    years = (table["thrombosis_months_ago"] / 12).round()
    within = years <= protocol().limits["thrombosis_years"].value
    table["thrombosis_within_10_years"] = table["thrombosis_within_10_years"].mask(years.notna(), within)
    return protocol().verdicts(table).set_index("patient_id")


def recorded(patient: str) -> Mapping[str, Any]:
    """What stands in the records of a patient, as words for a sentence."""
    log, row = patients().loc[patient], screening().set_index("patient_id").loc[patient]
    dates = {name: _day(log[name]) for name in ("birth_date", "symptom_onset_date", "screening_date")}
    own = events()[(events()["patient_id"] == patient) & (events()["event"] == "thrombosis")]
    numbers = {name: float(row[name]) for name in row.index if isinstance(row[name], float) and row[name] == row[name]}
    strength = next(one for one in scale_instruments("adult") if one.key == "mmt8_150")
    known = {name: numbers.get(name, "?") for name in protocol().needs}
    return {**known, **numbers, **dates, "event_date": ", ".join(map(_day, own["date"])), "mmt_best": strength.range}


def _day(date: Any) -> str:
    return "?" if pd.isna(date) else str(date)[:10]


def make_how_many(draw: str | None, wording: Wording) -> LessonContent:  # noqa: ARG001 - the whole room guesses one number
    """How many of all screened fit."""
    counts = decisions()["decision"].value_counts()
    screened, fit, undecided, excluded = (
        len(decisions()),
        *(int(counts[key]) for key in ("eligible", "indeterminate", "ineligible")),
    )
    fails = influence(protocol(), screening())["fails"]
    errors = {
        "undecided_as_fitting": fit + undecided,
        "largest_criterion_only": screened - int(fails.max()),
        "one_after_another": max(screened - int(fails.sum()), 0),
    }
    field = AnswerField(
        "patients", wording.say("field_patients"), "number", {}, wording.say("patients"), 0.0, float(screened), 1.0
    )
    material = pd.DataFrame(
        [
            {
                wording.say("column_criterion"): wording.say(f"criterion_{one.key}"),
                wording.say("column_kind"): wording.say(f"kind_{one.kind}"),
                wording.say("column_asks"): one.rule.sentence,
            }
            for one in protocol().criteria
        ]
    )
    values = {
        "trial": trial_name(),
        "screened": screened,
        "fit": fit,
        "undecided": undecided,
        "excluded": excluded,
        "most": fit + undecided,
        "criteria": len(protocol().criteria),
        "largest": int(fails.max()),
    }
    wrong = {key: {"patients": float(count)} for key, count in errors.items()}
    return LessonContent((field,), {"patients": float(fit)}, wrong, material, values)


IGA = "iga_deficiency_with_antibodies"
Parts = tuple[bool | None, bool | None]
_TRUTHS = (True, False, None)
_IGA_NAMED: tuple[Parts, ...] = ((True, True), (True, None), (False, None), (None, False))
_PAIRS: tuple[Parts, ...] = tuple((first, second) for first in _TRUTHS for second in _TRUTHS)


@cache
def _iga_checked() -> Mapping[Parts, tuple[str, str]]:
    """What the protocol says of each pair of answers, and why."""
    table = screening().head(len(_PAIRS))[list(protocol().needs)].copy()
    for place, column in enumerate(("iga_deficiency", "anti_iga_antibodies")):
        table[column] = pd.array([pair[place] for pair in _PAIRS], dtype="boolean")
    found = protocol().check(table)
    found = found[found["criterion"] == IGA]
    said = [(str(verdict), str(reason)) for verdict, reason in zip(found["verdict"], found["reason"], strict=True)]
    return MappingProxyType(dict(zip(_PAIRS, said, strict=True)))


def _drawn_pairs(draw: str) -> list[Parts]:
    kinds = (
        [pair for pair in _PAIRS if set(pair) == {True}],
        [pair for pair in _PAIRS if set(pair) == {True, None}],
        [pair for pair in _PAIRS if set(pair) == {False, None}],
        [pair for pair in _PAIRS if set(pair) == {None}],
        [pair for pair in _PAIRS if set(pair) == {True, False}],
    )
    rows = [drawn(f"{draw}:{place}", some)[0] for place, some in enumerate(kinds)]
    return drawn(draw, rows, len(rows))


def make_iga(draw: str | None, wording: Wording) -> LessonContent:
    """Whether an exclusion of two parts applies where a part is blank."""
    rows = _drawn_pairs(draw) if draw else list(_IGA_NAMED)
    right = [_iga_checked()[pair][0] for pair in rows]
    errors = {
        "blank_is_no": [_iga_checked()[first is True, second is True][0] for first, second in rows],
        "blank_is_yes": [_iga_checked()[first is not False, second is not False][0] for first, second in rows],
        "blank_spoils_all": ["unknown" if None in pair else said for pair, said in zip(rows, right, strict=True)],
        "one_is_enough": ["met" if True in pair else "unknown" if None in pair else "not met" for pair in rows],
    }
    names = [f"row_{place}" for place in range(1, len(rows) + 1)]
    words = {True: wording.say("yes"), False: wording.say("no"), None: wording.say("blank")}
    material = pd.DataFrame(
        {
            wording.say("column_row"): list(range(1, len(rows) + 1)),
            wording.say("column_iga_deficiency"): [words[first] for first, _ in rows],
            wording.say("column_anti_iga_antibodies"): [words[second] for _, second in rows],
        }
    )
    choices = {verdict: wording.say(f"exclusion_{verdict.replace(' ', '_')}") for verdict in VERDICTS}
    labels = {name: wording.say("row", number=place) for place, name in enumerate(names, start=1)}
    listed = "; ".join(f"{labels[name]}: {choices[said]}" for name, said in zip(names, right, strict=True))
    return LessonContent(
        tuple(AnswerField(name, labels[name], "one", choices) for name in names),
        dict(zip(names, right, strict=True)),
        {key: dict(zip(names, said, strict=True)) for key, said in errors.items()},
        material,
        {
            "first": wording.say("column_iga_deficiency"),
            "second": wording.say("column_anti_iga_antibodies"),
            "listed": listed,
        },
        {name: _iga_checked()[pair][1] for name, pair in zip(names, rows, strict=True)},
    )
