"""The sheet of the Health Assessment Questionnaire; items have numbers, not their wording."""

from __future__ import annotations

import pandas as pd

from myositis_tools.apps.forms.form import Answer, Answers, Form, Option, Options, Section
from myositis_tools.figures.patient.contributions import arrange_haq_contributions, draw_contributions
from myositis_tools.scores import score_haq_di
from myositis_tools.scores.function import categories

_CATEGORIES = categories("haq")
_MOST = max(one.maximum for one in _CATEGORIES)


def _section(place: int) -> Section:
    one = _CATEGORIES[place]
    items = tuple((f"Item {number}", (item,)) for number, item in enumerate(one.items, start=1))
    return Section(one.label.capitalize(), (*items, ("Aid, device or help", (one.aid,))))


def _answer(sheet: pd.DataFrame, options: Options) -> Answer:
    scored = score_haq_di(sheet, aids=options["aids"]).iloc[0]
    receipt = arrange_haq_contributions(sheet.iloc[0], scored, aids=options["aids"])
    remarks = [("Not answered", f"{scored['missing'].removeprefix('not answered: ')}.")] if scored["missing"] else []
    if scored["evidence"] != "verified":
        remarks.append(("Evidence", f"{scored['evidence']}."))
    return Answer(_headline(scored), scored, receipt, tuple(remarks))


def _headline(scored: pd.Series) -> str:
    answered = f"{scored['haq_categories_answered']:g} of {len(_CATEGORIES)} categories answered"
    if pd.notna(scored["haq_di"]):
        return f"HAQ-DI {scored['haq_di']:.4g} of {_MOST:g}: {answered}."
    return (
        f"No HAQ-DI: {answered}; with all answered between {scored['haq_di_min']:.4g} and {scored['haq_di_max']:.4g}."
    )


def _is_asked(name: str, options: Options, _answers: Answers) -> bool:
    return bool(options["aids"]) or not name.startswith("aid_")


HAQ_DI = Form(
    name="haq_di",
    title="HAQ-DI",
    about="Disability index of the Health Assessment Questionnaire, from its items (their wording is not shown).",
    who="This sheet",
    table="haq_items",
    sections=tuple(map(_section, range(len(_CATEGORIES)))),
    options=(
        Option(
            "aids",
            "Aids, devices and help",
            (("count: they raise a category", True), ("do not count: alternative index", False)),
            "Two ways of scoring; say which one you used.",
        ),
    ),
    example={item: 1 for one in _CATEGORIES for item in one.items}
    | {one.aid: False for one in _CATEGORIES}
    | {"haq_walking_1": 0, "haq_walking_2": 0, "aid_walking": True, "haq_grip_2": 3, "haq_reach_1": None},
    answer=_answer,
    figures={
        "categories": lambda answer: draw_contributions(answer.receipt, title="This sheet"),
    },
    call=lambda options: f"mt.score_haq_di(sheet{'' if options['aids'] else ', aids=False'})",
    is_asked=_is_asked,
)
