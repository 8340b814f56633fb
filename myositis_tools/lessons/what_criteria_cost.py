"""Exercises of the fourth session: what a criterion costs, and how wide a limit must be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import combinations
from typing import Any

import pandas as pd

from myositis_tools.lessons.exercise import AnswerField, LessonContent
from myositis_tools.lessons.sample_facts import protocol, screening
from myositis_tools.lessons.seats import drawn
from myositis_tools.lessons.texts import Wording
from myositis_tools.studies.screening.attrition import attrition
from myositis_tools.studies.screening.influence import influence

RANKINGS = ("gain_if_dropped", "flow", "fails", "fails_only_this")
NAMED = ("early_disease", "prior_treatment", "minimal_disability", "recent_immunosuppression")
MOVED, LIMIT = "early_disease", "maximum_duration_months"


@cache
def _costs() -> pd.DataFrame:
    """What each criterion costs, and where it stands in the flow."""
    flow = attrition(protocol(), screening()).set_index("criterion")["excluded"]
    return influence(protocol(), screening()).set_index("criterion").assign(flow=flow)


@cache
def _sets_without_ties() -> tuple[tuple[str, ...], ...]:
    """Sets of criteria whose order differs by each way to count, with no tie: a tie has no order to teach."""
    costs = _costs()
    gaining = [str(key) for key in costs.index[costs["gain_if_dropped"] > 0]]
    return tuple(
        some
        for some in combinations(gaining, len(NAMED))
        if not any(costs.loc[list(some), column].duplicated().any() for column in RANKINGS)
        if len({_ranked(list(some), column) for column in RANKINGS}) == len(RANKINGS)
    )


def make_cost(draw: str | None, wording: Wording) -> LessonContent:
    """Criteria by how many patients dropping each of them would gain."""
    gains = _costs()["gain_if_dropped"]
    chosen = drawn(draw, _sets_without_ties())[0] if draw else NAMED
    criteria = sorted(chosen, key=list(gains.index).index)
    labels = {key: wording.say(f"criterion_{key}") for key in criteria}
    by = {column: _ranked(criteria, column) for column in RANKINGS}
    right = by["gain_if_dropped"]

    def difference(given: Mapping[str, Any]) -> str:
        place = next(at for at, pair in enumerate(zip(given["order"], right, strict=True)) if pair[0] != pair[1])
        named, better = given["order"][place], right[place]
        return wording.say(
            "gains_more",
            place=place + 1,
            answer=labels[named],
            answer_gain=int(gains[named]),
            right=labels[better],
            right_gain=int(gains[better]),
        )

    shown = ("fails", "unknown", "fails_only_this", "unknown_only_this")
    material = pd.DataFrame(
        [
            {
                wording.say("column_criterion"): labels[key],
                wording.say("column_asks"): protocol().criterion(key).rule.sentence,
                **{wording.say(f"column_{column}"): int(_costs().loc[key, column]) for column in shown},
            }
            for key in criteria
        ]
    )
    values = {
        "listed": ", ".join(f"{labels[key]} ({int(gains[key])})" for key in right),
        "by_flow": ", ".join(f"{labels[key]} ({int(_costs().loc[key, 'flow'])})" for key in by["flow"]),
        "count": len(criteria),
        "screened": len(screening()),
    }
    return LessonContent(
        (AnswerField("order", wording.say("field_order"), "order", labels),),
        {"order": right},
        {
            "order_of_the_list": {"order": by["flow"]},
            "all_who_fail": {"order": by["fails"]},
            "fails_only_this": {"order": by["fails_only_this"]},
        },
        material,
        values,
        difference=difference,
    )


def _ranked(criteria: list[str], column: str) -> tuple[str, ...]:
    return tuple(sorted(criteria, key=lambda key: -float(_costs().loc[key, column])))


@cache
def _fit_otherwise() -> frozenset[str]:
    """The patients who fit every criterion but the one that is moved."""
    decided = protocol().without(MOVED).decide(screening())
    return frozenset(decided.loc[decided["decision"] == "eligible", "patient_id"])


@cache
def fitting(months: float) -> int:
    """How many patients fit with another limit of the disease duration."""
    others = [one.key for one in protocol().criteria if one.key != MOVED]
    decided = protocol().without(*others).with_limits(**{LIMIT: months}).decide(screening())
    return int(decided.loc[decided["decision"] == "eligible", "patient_id"].isin(_fit_otherwise()).sum())


@cache
def _smallest(target: int) -> float:
    """The smallest limit with which so many patients fit."""
    limit = protocol().limits[LIMIT]
    months = limit.value
    while fitting(months) < target:
        months += limit.step
    return months


def make_wider(draw: str | None, wording: Wording) -> LessonContent:
    """The smallest limit of the disease duration with which enough patients fit."""
    limit = protocol().limits[LIMIT]
    published, doubled = fitting(limit.value), fitting(2 * limit.value)
    reached = sorted({fitting(limit.value + step) for step in range(1, int(limit.value) + 1)} - {published})
    target = drawn(draw, reached)[0] if draw else reached[len(reached) // 2]
    right = _smallest(target)
    errors = {"one_too_few": _smallest(target - 1), "doubled": 2 * limit.value, "as_wide_as_it_goes": limit.maximum}

    def difference(given: Mapping[str, Any]) -> str:
        count = fitting(given["months"])
        item = "too_few" if count < target else "wider_than_needed"
        return wording.say(item, months=given["months"], count=count, target=target)

    values = {
        "target": target,
        "published": limit.value,
        "published_fit": published,
        "right": right,
        "right_fit": fitting(right),
        "doubled_fit": doubled,
        "widest": limit.maximum,
        "widest_fit": fitting(limit.maximum),
    }
    field = AnswerField(
        "months",
        wording.say("field_months"),
        "number",
        {},
        wording.say("months"),
        limit.minimum,
        limit.maximum,
        limit.step,
    )
    wrong = {key: {"months": months} for key, months in errors.items()}
    return LessonContent((field,), {"months": right}, wrong, pd.DataFrame(), values, difference=difference)
