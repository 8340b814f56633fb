"""Exercises of the third session: answers that a gap leaves open, both arms over time, and bounds of a difference."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from myositis_tools.lessons.exercise import AnswerField, LessonContent
from myositis_tools.lessons.how_much_better import WEEK, Visit
from myositis_tools.lessons.sample_facts import scored, trap_patients, visits
from myositis_tools.lessons.seats import drawn
from myositis_tools.lessons.texts import Wording
from myositis_tools.scores.core_set import classes, measures
from myositis_tools.scores.response import response_at_least
from myositis_tools.studies.trials.responders import compare_responders
from myositis_tools.verdict import VERDICTS

LEVEL = "moderate"
LEVELS = tuple(one.name for one in classes("adult")[1:])
MISSING = ("complete", "non-responder", "worst", "best")


@cache
def _reached(level: str) -> pd.Series:
    """Whether each visit of the sample reached a level of response."""
    table = response_at_least(scored().reset_index(drop=True), level)
    return table.set_index(["patient_id", "week"])["reached"].astype(str)


@cache
def _with_a_gap() -> pd.DataFrame:
    """The visits without a total of which the bounds are known."""
    return scored()[scored()["tis"].isna() & scored()["tis_min"].notna()]


@cache
def _gaps_of(level: str) -> Mapping[str, tuple[Visit, ...]]:
    """The visits with a gap, by what is known of them."""
    found: dict[str, list[Visit]] = {name: [] for name in ("certain", "open", "answered", "not_reached")}
    for (patient, week), row in _with_a_gap().iterrows():
        answer = _reached(level)[(patient, week)]
        if answer == "unknown":
            kind = "open"
        elif not row["response_certain"]:
            kind = "answered"
        else:
            kind = "certain" if answer == "met" else "not_reached"
        found[kind].append((str(patient), int(week)))
    return {kind: tuple(some) for kind, some in found.items()}


def make_known_or_not(draw: str | None, wording: Wording) -> LessonContent:
    """Whether a patient responded, where a measure is missing."""
    asked: list[Visit]
    if draw:
        asked = [drawn(f"{draw}:{kind}", some)[0] for kind, some in _gaps_of(LEVEL).items()]
    else:
        named = ("class_certain_despite_a_gap", "class_open_for_a_gap")
        asked = [(trap_patients()[trap], WEEK) for trap in named]
        asked += [visit for visit in _gaps_of(LEVEL)["answered"] if visit[1] == WEEK][:1]
    minimum = next(one.minimum for one in classes("adult") if one.name == LEVEL)
    names = {f"{patient}_{week}": (patient, week) for patient, week in asked}
    rows = {name: scored().loc[visit] for name, visit in names.items()}
    right = {name: _reached(LEVEL)[visit] for name, visit in names.items()}
    errors = {
        "no_total_no_answer": dict.fromkeys(names, "unknown"),
        "missing_as_nothing": {name: _by(row["tis_min"], minimum) for name, row in rows.items()},
        "missing_as_everything": {name: _by(row["tis_max"], minimum) for name, row in rows.items()},
        "class_needed": {name: right[name] if row["response_certain"] else "unknown" for name, row in rows.items()},
    }
    choices = {verdict: wording.say(f"reached_{verdict.replace(' ', '_')}") for verdict in VERDICTS}
    labels = {name: wording.say("visit", patient=patient, week=week) for name, (patient, week) in names.items()}
    material = pd.DataFrame(
        [
            {
                wording.say("column_visit"): labels[name],
                wording.say("column_missing"): wording.joined(
                    wording.say(f"measure_{one}") for one in measures() if pd.isna(row[f"points_{one}"])
                ),
                wording.say("column_earned"): row["tis_min"],
                wording.say("column_could_add"): row["tis_max"] - row["tis_min"],
            }
            for name, row in rows.items()
        ]
    )
    bounds = {
        name: wording.say("bounds", low=float(row["tis_min"]), high=float(row["tis_max"])) for name, row in rows.items()
    }
    listed = "; ".join(f"{labels[name]}: {bounds[name]}, {choices[right[name]]}" for name in names)
    values = {"level": wording.say(f"response_{LEVEL}"), "minimum": minimum, "listed": listed}
    fields = tuple(AnswerField(name, labels[name], "one", choices) for name in names)
    return LessonContent(fields, right, errors, material, values, bounds)


def _by(total: float, minimum: float) -> str:
    return "met" if total >= minimum else "not met"


@cache
def _compared(week: int, level: str) -> pd.DataFrame:
    """The arms of the sample at a week, by what is done with what is missing."""
    found = compare_responders(visits(), week, level=level, missing=MISSING, method="newcombe")
    return found[found["estimate"].isin(["responders", "difference"])]


def _shares(week: int, level: str, missing: str) -> dict[str, float]:
    """The percentage of each arm that responded."""
    rows = _compared(week, level)
    rows = rows[(rows["estimate"] == "responders") & (rows["missing"] == missing)]
    return {str(arm): float(share) for arm, share in zip(rows["arm"], rows["value"], strict=True)}


@cache
def _arms() -> tuple[str, str]:
    """The arm that is compared, and the one it is compared with."""
    rows = _compared(WEEK, LEVEL)
    difference = rows[rows["estimate"] == "difference"].iloc[0]
    return str(difference["arm"]), str(difference["reference"])


@cache
def _weeks_from(first: int) -> tuple[int, ...]:
    """The weeks in which the trial of the sample was seen, from one on."""
    weeks = sorted({int(week) for week in visits().loc[visits()["arm"].notna(), "week"]})
    return tuple(week for week in weeks if week >= first)


@cache
def _levels_that_close() -> tuple[str, ...]:
    """The levels at which the arms end nearer to each other than they began."""
    (treated, reference), weeks = _arms(), _weeks_from(WEEK)
    gaps = {
        level: [abs(one[treated] - one[reference]) for one in (_shares(week, level, "complete") for week in weeks)]
        for level in LEVELS
    }
    return tuple(level for level, gap in gaps.items() if gap[-1] < gap[0])


def make_draw_it(draw: str | None, wording: Wording) -> LessonContent:
    """The share of responders of both arms over time, drawn before it is seen."""
    level = drawn(draw, _levels_that_close())[0] if draw else LEVEL
    (treated, reference), weeks = _arms(), _weeks_from(WEEK)
    first, last = weeks[0], weeks[-1]
    seen = {week: _shares(week, level, "complete") for week in weeks}
    gap = seen[first][treated] - seen[first][reference]
    right = _by_field(seen)
    kept = {week: {treated: one[treated], reference: max(one[treated] - gap, 0.0)} for week, one in seen.items()}
    errors = {
        "gap_stays": _by_field(kept),
        "lost_as_failures": _by_field({week: _shares(week, level, "non-responder") for week in weeks}),
        "nobody_on_placebo": _by_field({week: one | {reference: 0.0} for week, one in seen.items()}),
    }
    fields = tuple(
        AnswerField(
            _field_name(arm, week), wording.say("arm_at", arm=arm, week=week), "number", {}, "%", 0.0, 100.0, 1.0
        )
        for arm in (treated, reference)
        for week in weeks
    )
    ends = [{arm: wording.number(round(share, 1)) for arm, share in seen[week].items()} for week in (first, last)]
    values = {
        "level": wording.say(f"response_{level}"),
        "treated": treated,
        "reference": reference,
        "first": first,
        "last": last,
        "first_treated": ends[0][treated],
        "first_reference": ends[0][reference],
        "last_treated": ends[1][treated],
        "last_reference": ends[1][reference],
    }
    randomised = visits().drop_duplicates("patient_id")["arm"].value_counts()
    material = pd.DataFrame(
        [
            {wording.say("column_arm"): arm, wording.say("column_randomised"): int(randomised[arm])}
            | {
                wording.say("seen_at", week=week): int(((visits()["week"] == week) & (visits()["arm"] == arm)).sum())
                for week in weeks
            }
            for arm in (treated, reference)
        ]
    )

    def difference(given: Mapping[str, Any]) -> str:
        apart = sum(abs(given[name] - right[name]) for name in right) / len(right)
        return wording.filled_with(values).say("apart", apart=round(apart, 1))

    return LessonContent(fields, right, errors, material, values, difference=difference)


def _field_name(arm: str, week: int) -> str:
    return f"{arm}_{week}"


def _by_field(shares: Mapping[int, Mapping[str, float]]) -> dict[str, float]:
    return {_field_name(arm, week): round(share, 1) for week, arms in shares.items() for arm, share in arms.items()}


def make_missing_bounds(draw: str | None, wording: Wording) -> LessonContent:
    """The smallest and the largest difference that what is missing leaves possible."""
    weeks = tuple(sorted({int(week) for week in visits()["week"]} - {0}))
    among = [(week, level) for week in weeks for level in LEVELS]
    week, level = drawn(draw, among)[0] if draw else (WEEK, LEVEL)
    rows = _compared(week, level)
    seen = rows[rows["missing"] == "complete"]
    differences = rows[rows["estimate"] == "difference"].set_index("missing")
    arms = seen[seen["estimate"] == "responders"].set_index("arm")
    treated, reference = _arms()
    everybody = arms["patients"] + arms["without_class"]
    least, most = (
        100 * count / everybody for count in (arms["responders"], arms["responders"] + arms["without_class"])
    )
    low, high = (float(differences.loc[end, "value"]) for end in ("worst", "best"))
    complete, failed = (float(differences.loc[end, "value"]) for end in ("complete", "non-responder"))
    alike = sorted([failed, float(most[treated] - most[reference])])
    errors = {
        "complete_only": (complete, complete),
        "missing_as_failures": (failed, failed),
        "one_arm_only": (failed, float(most[treated] - least[reference])),
        "both_arms_alike": tuple(alike),
    }
    material = pd.DataFrame(
        [
            {
                wording.say("column_arm"): arm,
                wording.say("column_randomised"): int(everybody[arm]),
                wording.say("column_reached"): int(arms.loc[arm, "responders"]),
                wording.say("column_not_reached"): int(arms.loc[arm, "patients"] - arms.loc[arm, "responders"]),
                wording.say("column_not_known"): int(arms.loc[arm, "without_class"]),
            }
            for arm in (treated, reference)
        ]
    )
    unit = wording.say("percentage_points")
    fields = tuple(
        AnswerField(end, wording.say(f"field_{end}"), "number", {}, unit, -100.0, 100.0, 0.1)
        for end in ("lowest", "highest")
    )
    values = {
        "week": week,
        "level": wording.say(f"response_{level}"),
        "treated": treated,
        "reference": reference,
        "low": round(low, 1),
        "high": round(high, 1),
        "complete": round(complete, 1),
        "failed": round(failed, 1),
        "not_known": int(arms["without_class"].sum()),
    }
    wrong = {key: _ends(*ends) for key, ends in errors.items()}
    return LessonContent(fields, _ends(low, high), wrong, material, values)


def _ends(low: float, high: float) -> dict[str, float]:
    return {"lowest": round(low, 1), "highest": round(high, 1)}
