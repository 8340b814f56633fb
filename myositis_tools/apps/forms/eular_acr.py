"""The sheet of the 2017 EULAR/ACR classification criteria."""

from __future__ import annotations

from typing import Any

import pandas as pd

from myositis_tools.apps.forms.form import Answer, Answers, Form, Options, Section
from myositis_tools.criteria import classify_eular_acr, explain_eular_acr
from myositis_tools.figures.patient.classification_bounds import (
    arrange_classification_bounds,
    draw_classification_bounds,
)
from myositis_tools.figures.patient.contributions import draw_contributions
from myositis_tools.frames import columns

_CASE = "this case"
_WHO = "This case"
_BIOPSY = (
    "biopsy_endomysial",
    "biopsy_perimysial_perivascular",
    "biopsy_perifascicular_atrophy",
    "biopsy_rimmed_vacuoles",
)
_SECTIONS = {
    "Entry": ("better_explained",),
    "Onset": ("onset_age_years",),
    "Weakness": ("proximal_upper_weakness", "proximal_lower_weakness", "neck_flexors_weaker", "leg_proximal_weaker"),
    "Skin": ("heliotrope", "gottron_papules", "gottron_sign"),
    "Other": ("dysphagia", "anti_jo1", "enzymes_elevated"),
    "Muscle biopsy": ("biopsy_available", *_BIOPSY),
    "For the subgroup only": ("finger_flexor_weakness", "treatment_response"),
}


def _section(heading: str, names: tuple[str, ...]) -> Section:
    known = columns("cases")
    return Section(heading, tuple((known[name].heading, (name,)) for name in names))


def _answer(sheet: pd.DataFrame, _options: Options) -> Answer:
    case = sheet.assign(case_id=_CASE)
    scored = classify_eular_acr(case).iloc[0]
    receipt = explain_eular_acr(case, _CASE)
    if len(set(receipt["model"])) > 1:  # it is unknown whether there is a biopsy: an item stands there twice
        words = receipt["model"].str.replace("_", " ")
        receipt = receipt.assign(label=receipt["label"] + " (" + words + ")")
    remarks = [("What is open", f"{scored['because']}.")] if scored["because"] else []
    remarks.append(("Caution", f"{scored['caution']}."))
    return Answer(_headline(scored), scored, receipt, tuple(remarks), counts=bool(pd.notna(scored["score_min"])))


def _headline(scored: pd.Series) -> str:
    category, subgroup = _known(scored["category"]), _known(scored["subgroup"]).replace("_", " ")
    ending = f"; {subgroup}" if subgroup else ""
    if pd.isna(scored["score_min"]):
        return "Another disease explains the findings better: the criteria do not apply."
    if pd.notna(scored["score"]):
        return (
            f"{scored['score']:g} points, probability {100 * scored['probability']:.1f} %: "
            f"{category or 'no certain category'}{ending}."
        )
    range_ = f"Between {scored['score_min']:g} and {scored['score_max']:g} points"
    if category:
        return f"{range_}: {category}, whatever the missing items are{ending}."
    return f"{range_}: the category depends on the missing items{ending}."


def _known(word: Any) -> str:
    return word if isinstance(word, str) else ""


def _is_asked(name: str, _options: Options, answers: Answers) -> bool:
    return name not in _BIOPSY or answers["biopsy_available"] is not False or any(answers[each] for each in _BIOPSY)


EULAR_ACR = Form(
    name="eular_acr",
    title="EULAR/ACR classification criteria 2017",
    about="Idiopathic inflammatory myopathy, adult and juvenile: points, probability, category, subgroup.",
    who=_WHO,
    table="cases",
    sections=tuple(_section(heading, names) for heading, names in _SECTIONS.items()),
    options=(),
    example=dict.fromkeys((name for names in _SECTIONS.values() for name in names), False)
    | {"onset_age_years": 54, "proximal_lower_weakness": True, "heliotrope": True, "enzymes_elevated": True}
    | {"anti_jo1": None},
    answer=_answer,
    figures={
        "score": lambda answer: draw_classification_bounds(arrange_classification_bounds(answer.scored.to_frame().T)),
        "items": lambda answer: draw_contributions(answer.receipt, title=_WHO),
    },
    call=lambda _options: "mt.classify_eular_acr(sheet)",
    is_asked=_is_asked,
)
