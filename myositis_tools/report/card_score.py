"""What a card says of the visits: the course, the last score with its points, prednisone, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from myositis_tools.errors import MissingColumnError, listed
from myositis_tools.figures.patient.patient_profile import PREDNISONE, RECORDED, arrange_profile, chosen_columns
from myositis_tools.figures.patient.receipt import say_change
from myositis_tools.figures.patient.total_improvement import MOST_POINTS, planned_weeks
from myositis_tools.formatting import between
from myositis_tools.frames import to_pandas
from myositis_tools.html_tables import Cell, html_table
from myositis_tools.report.card_course import KEY, course_pictures, points_bar
from myositis_tools.report.card_parts import CardLine, CardSection, line
from myositis_tools.report.patient_report import score_in_words
from myositis_tools.scores import explain_total_improvement
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.follow_up.measures import INFUSION, checked_visits, known_columns
from myositis_tools.studies.follow_up.response_states import NO_VISIT

_MOST_WEEKS = 12
_HEADINGS = {"Measure": "", "Baseline": "number", "Now": "number", "Change": "", "Points": "number"}


@dataclass(frozen=True)
class Followed:
    """What the visits of one patient show."""

    headline: str
    course: CardSection
    score: CardSection
    treatment: tuple[CardLine, ...]
    missing: tuple[CardLine, ...] = ()


def visits_of(table: pd.DataFrame | None, own: pd.DataFrame | None, scoring: ScoreOptions) -> Followed:
    """Say what one patient's own visits show; the table of all tells which visits were planned."""
    if table is None or own is None or own.empty:
        why = "No visits were given." if table is None else "No visit is recorded for this patient."
        none = (CardLine(why),)
        return Followed(why, CardSection("Course", none), CardSection("Total Improvement Score", none), none)
    who = str(own["patient_id"].iloc[0])
    try:
        scored, why = to_pandas(score_visits(own, scoring)), ""
    except MissingColumnError as error:
        scored, why = pd.DataFrame({"enzyme": []}), f"No score: {error.what}"
    profile = arrange_profile(
        checked_visits(own, known_columns(own)),
        chosen_columns(table, scored, scoring),
        weeks=planned_weeks(table, who, scoring.baseline_week),
        infusion_weeks=None,
    )
    course = CardSection(
        "Course of the six measures and prednisone, by weeks since baseline",
        pictures=tuple(course_pictures(profile)),
        key=KEY,
    )
    treatment = _treatment(profile)
    after = scored[scored["week"] > scoring.baseline_week] if not why else scored
    if after.empty:
        why = why or "There is no visit after baseline, so there is no score."
        return Followed(why, course, CardSection("Total Improvement Score", (CardLine(why),)), treatment)
    with_points = after[after["tis_min"].notna()]
    now = (after if with_points.empty else with_points).sort_values("week").iloc[-1]
    receipt = to_pandas(explain_total_improvement(own, who, int(now["week"]), **scoring.keywords))
    said = f"Week {now['week']:g}: {score_in_words(now)}."
    return Followed(
        said,
        course,
        _score(now, receipt, scoring),
        treatment,
        (*_points_open(receipt), *_visits_missed(profile)),
    )


def _score(now: pd.Series, receipt: pd.DataFrame, scoring: ScoreOptions) -> CardSection:
    bar = () if pd.isna(now["tis_min"]) else (points_bar(now["tis_min"], now["tis_max"], scoring.population),)
    rows: list[list[str | Cell]] = [_measure(row) for row in receipt.itertuples()]
    if bar:
        rows.append([Cell("All measures", span=4), f"{between(now['tis_min'], now['tis_max'])} of {MOST_POINTS:g}"])
    headings = [Cell(words, look=look) for words, look in _HEADINGS.items()]
    table = html_table(headings, rows, names_rows=True)
    heading = f"Total Improvement Score at week {now['week']:g}: {score_in_words(now)}"
    return CardSection(heading, (), bar, table)


def _measure(row: Any) -> list[str | Cell]:
    unit = f", {row.unit}" if row.unit else ""
    label = f"{row.label[:1].upper()}{row.label[1:]}{unit}"
    change = "not known" if pd.isna(row.change_percent) else say_change(row.measure, row.change_percent)
    points = "?" if pd.isna(row.points) else f"{row.points:g}"
    return [label, _number(row.baseline), _number(row.value), change, f"{points} of {row.points_possible:g}"]


def _number(value: float) -> str:
    return "not recorded" if pd.isna(value) else f"{value:.4g}"


def _points_open(receipt: pd.DataFrame) -> tuple[CardLine, ...]:
    """Why the points of measures are not known, and how many they can be."""
    open_ = receipt[receipt["missing"].astype(bool) & receipt["points"].isna()]
    said = [f"{row.missing}{_up_to(row.points_open)}" for row in open_.itertuples()]
    return (line(f"{'; '.join(said)}.", "Score:"),) if said else ()


def _up_to(points: float) -> str:
    return "" if pd.isna(points) else f" (up to {points:g} points)"


def _visits_missed(profile: pd.DataFrame) -> tuple[CardLine, ...]:
    missed = sorted({int(week) for week in profile.loc[profile["state"] == NO_VISIT, "week"]})
    return (line(f"{listed(missed, most=_MOST_WEEKS)}.", "No visit at week:"),) if missed else ()


def _treatment(profile: pd.DataFrame) -> tuple[CardLine, ...]:
    doses = profile[profile["panel"] == PREDNISONE]
    given = sorted(int(week) for week in profile.loc[profile["panel"] == INFUSION, "week"])
    infusions = (line(f"at week {listed(given, most=_MOST_WEEKS)}.", "Infusions:"),) if given else ()
    return (CardLine(_doses(doses), "Prednisone:"), *infusions)


def _doses(doses: pd.DataFrame) -> str:
    """The last dose, and how it changed since the one before and since the first."""
    if doses.empty:
        return "not in the table of visits."
    known = doses[doses["state"] == RECORDED].sort_values("week")
    if known.empty:
        return "not recorded at any visit."
    last = known.iloc[-1]
    before = [known.iloc[place] for place in dict.fromkeys((len(known) - 2, 0)) if 0 <= place < len(known) - 1]
    said = [f"{_against(last['value'] - one['value'])} week {one['week']:g} ({one['value']:g})" for one in before]
    return ", ".join([f"{last['value']:g} mg/day at week {last['week']:g}", *said]) + "."


def _against(change: float) -> str:
    if change == 0:
        return "the same as at"
    return f"{abs(change):g} {'lower' if change < 0 else 'higher'} than at"
