"""Exercises of the second session: the score of one patient, edges, the enzyme, the ceiling, and what worsened."""

from __future__ import annotations

from functools import cache
from typing import Any

from myositis_tools.formatting import written
from myositis_tools.lessons.core_set_sheet import (
    MMT,
    MeasuredPair,
    band_in_words,
    every_enzyme,
    instrument_of,
    label_of,
    measured_pairs,
    sheet_of,
)
from myositis_tools.lessons.exercise import AnswerField, LessonContent
from myositis_tools.lessons.sample_facts import points_of, scored, screening, trap_patients
from myositis_tools.lessons.seats import drawn
from myositis_tools.lessons.texts import Wording
from myositis_tools.scores.core_set import ENZYME, STRENGTH, bands, classes, measures, points_possible
from myositis_tools.scores.improvement import is_worsened

WEEK = 12  # the visit that the course is about
MOST_POINTS = sum(points_possible(measure) for measure in measures())
# what a total moves by
_STEP = min(band.points for measure in measures() for band in bands()[measure] if band.points > 0)

Visit = tuple[str, int]


@cache
def _complete() -> tuple[Visit, ...]:
    """The visits with a known score, by patient and week."""
    known = scored()[scored()["tis"].notna()]
    return tuple((str(patient), int(week)) for patient, week in known.index)


@cache
def _on_an_edge() -> tuple[Visit, ...]:
    """The visits at which a change lies exactly on the edge of a band."""
    return tuple(
        visit for visit in _complete() if any(one.points_above_edge != one.points for one in measured_pairs(*visit))
    )


@cache
def _with_another_enzyme() -> tuple[Visit, ...]:
    """The visits at which another enzyme would earn other points than the one that is followed."""
    return tuple(visit for visit in _complete() if _other_enzyme(visit) is not None)


@cache
def _worse_while_better() -> tuple[Visit, ...]:
    """The visits with a response at which a measure worsened."""
    lowest = classes("adult")[0].name
    return tuple(visit for visit in _complete() if scored().loc[visit, "response"] != lowest and _worsened(visit))


@cache
def _full_recovery_on_an_edge() -> tuple[str, ...]:
    """The patients whose recovery to full strength would be a change on the edge of a band."""
    strengths = screening().set_index("patient_id")[MMT].dropna()
    pairs = {str(patient): _recovered(float(strength)) for patient, strength in strengths.items()}
    return tuple(patient for patient, pair in pairs.items() if pair.points_above_edge != pair.points)


def _other_enzyme(visit: Visit) -> MeasuredPair | None:
    followed = measured_pairs(*visit)[measures().index(ENZYME)]
    others = [one for one in every_enzyme(*visit) if one.points != followed.points]
    return max(others, key=lambda one: one.baseline * one.instrument.percent_per_unit, default=None)


def _worsened(visit: Visit) -> frozenset[str]:
    return frozenset(one.measure for one in measured_pairs(*visit) if is_worsened(one.percent_of_range, one.measure))


def _recovered(strength: float) -> MeasuredPair:
    instrument = instrument_of(STRENGTH)
    return MeasuredPair(STRENGTH, instrument, strength, float(instrument.best or 0))


def _class_of(total: float) -> str:
    return [one.name for one in classes("adult") if one.minimum <= total][-1]


def _total_field(wording: Wording) -> AnswerField:
    return AnswerField(
        "total", wording.say("field_total"), "number", {}, wording.say("points"), 0.0, MOST_POINTS, _STEP
    )


def make_by_hand(draw: str | None, wording: Wording) -> LessonContent:
    """The points of each measure and the total, from a sheet."""
    visit = drawn(draw, _with_another_enzyme())[0] if draw else (trap_patients()["enzyme_choice"], WEEK)
    pairs = measured_pairs(*visit)
    other = _other_enzyme(visit)
    assert other is not None  # noqa: S101 - the visits were chosen for it
    fields = []
    for one in pairs:
        choices = {
            written(points): wording.number(points) for points in sorted({band.points for band in bands()[one.measure]})
        }
        label = wording.say(f"measure_{one.measure}")
        fields.append(AnswerField(one.measure, label, "one", choices, wording.say("points")))
    errors = {
        "percent_of_baseline": [one.points_of_baseline for one in pairs],
        "other_enzyme": [other.points if one.measure == ENZYME else one.points for one in pairs],
        "upper_edge": [one.points_above_edge for one in pairs],
    }
    right = [one.points for one in pairs]
    if errors["upper_edge"] == right:
        del errors["upper_edge"]
    reasons = {one.measure: _change_in_words(one, wording) for one in pairs}
    added = " + ".join(map(wording.number, right))
    values = {
        "patient": visit[0],
        "week": visit[1],
        "total": sum(right),
        "sum": added,
        "response": wording.say(f"response_{_class_of(sum(right))}"),
        "enzyme": pairs[measures().index(ENZYME)].instrument.column.label,
        "other": other.instrument.column.label,
    }
    scales = [one for one in pairs if one.measure != ENZYME]
    return LessonContent(
        (*fields, _total_field(wording)),
        _with_total(right),
        {key: _with_total(points) for key, points in errors.items()},
        sheet_of([*scales, *every_enzyme(*visit)], wording),
        values,
        {**reasons, "total": added},
    )


def _with_total(points: list[float]) -> dict[str, Any]:
    return dict(zip(measures(), map(written, points), strict=True)) | {"total": sum(points)}


def _change_in_words(pair: MeasuredPair, wording: Wording) -> str:
    band = next(one for one in reversed(bands()[pair.measure]) if one.points == pair.points and _is_in(pair, one))
    return wording.say(
        "change_in_words",
        measure=label_of(pair, wording),
        percent=round(pair.percent_of_range, 1),
        band=band_in_words(band, wording),
    )


def _is_in(pair: MeasuredPair, band: Any) -> bool:
    return band.above is None or points_of(pair.measure, pair.percent_of_range) >= band.points


def make_band_edges(draw: str | None, wording: Wording) -> LessonContent:
    """The total where changes lie on the edges of bands."""
    visit = drawn(draw, _on_an_edge())[0] if draw else (trap_patients()["band_edges"], WEEK)
    pairs = measured_pairs(*visit)
    total = float(scored().loc[visit, "tis"])
    errors = {
        "upper_edge": sum(one.points_above_edge for one in pairs),
        "percent_of_baseline": sum(one.points_of_baseline for one in pairs),
        "binary_floats": sum(one.points_in_floats for one in pairs),
    }
    if errors["binary_floats"] in (total, errors["upper_edge"], errors["percent_of_baseline"]):
        del errors["binary_floats"]
    values = {
        "patient": visit[0],
        "week": visit[1],
        "total": total,
        "response": wording.say(f"response_{_class_of(total)}"),
        "upper": errors["upper_edge"],
        "edges": ", ".join(label_of(one, wording) for one in pairs if one.points_above_edge != one.points),
    }
    wrong = {key: {"total": answer} for key, answer in errors.items()}
    return LessonContent((_total_field(wording),), {"total": total}, wrong, sheet_of(pairs, wording), values)


def make_ceiling(draw: str | None, wording: Wording) -> LessonContent:
    """The points of a patient who recovers to full strength."""
    patient = drawn(draw, _full_recovery_on_an_edge())[0] if draw else trap_patients()["exactly_10_percent_loss"]
    pair = _recovered(float(screening().set_index("patient_id").loc[patient, MMT]))
    choices = {written(band.points): wording.number(band.points) for band in bands()[STRENGTH]}
    errors = {
        "full_strength_full_points": points_possible(STRENGTH),
        "upper_edge": pair.points_above_edge,
        "nothing_gained": bands()[STRENGTH][0].points,
    }
    values = {
        "patient": patient,
        "baseline": pair.baseline,
        "best": pair.value,
        "gain": pair.gain,
        "percent": pair.percent_of_range,
        "right": pair.points,
        "possible": points_possible(STRENGTH),
        "lost": points_possible(STRENGTH) - pair.points,
    }
    return LessonContent(
        (AnswerField("points", wording.say("field_points"), "one", choices, wording.say("points")),),
        {"points": written(pair.points)},
        {key: {"points": written(points)} for key, points in errors.items()},
        sheet_of([pair], wording),
        values,
        {"points": _change_in_words(pair, wording)},
    )


def make_worse(draw: str | None, wording: Wording) -> LessonContent:
    """Which measures worsened in a patient who responded, and whether that costs her points."""
    visit = drawn(draw, _worse_while_better())[0] if draw else (trap_patients()["better_and_worse_at_once"], WEEK)
    pairs = measured_pairs(*visit)
    total, worsened = sum(one.points for one in pairs), _worsened(visit)
    as_higher_is_better = frozenset(
        one.measure
        for one in pairs
        if is_worsened((one.value - one.baseline) * one.instrument.percent_per_unit, one.measure)
    )
    lost = sum(points_of(one.measure, -one.percent_of_range) for one in pairs if one.measure in worsened)
    right: dict[str, Any] = {"worsened": worsened, "response": _class_of(total)}
    errors = {
        "none_worsened": right | {"worsened": frozenset()},
        "higher_is_better": right | {"worsened": as_higher_is_better},
    }
    if _class_of(max(total - lost, 0.0)) != right["response"]:
        errors["worsening_costs"] = right | {"response": _class_of(max(total - lost, 0.0))}
    names = {one.measure: wording.say(f"measure_{one.measure}") for one in pairs}
    levels = {one.name: wording.say(f"response_{one.name}") for one in classes("adult")}
    values = {
        "patient": visit[0],
        "week": visit[1],
        "total": total,
        "response": levels[right["response"]],
        "worsened": ", ".join(name for measure, name in names.items() if measure in worsened),
        "thresholds": " / ".join(sorted({f"{bands()[measure][0].to:g} %" for measure in measures()})),
    }
    fields = (
        AnswerField("worsened", wording.say("field_worsened"), "several", names),
        AnswerField("response", wording.say("field_response"), "one", levels),
    )
    return LessonContent(fields, right, errors, sheet_of(pairs, wording), values)
