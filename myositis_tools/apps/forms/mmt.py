"""The sheet of manual muscle testing: a grade for each muscle, left and right."""

from __future__ import annotations

import pandas as pd

from myositis_tools.apps.forms.form import Answer, Answers, Form, Option, Options, Section
from myositis_tools.figures.patient.muscle_map import draw_muscle_map, muscle_receipt
from myositis_tools.frames import columns
from myositis_tools.scores import score_mmt
from myositis_tools.scores.muscle_grades import TRACE, muscle_tests

_SCALES = ("mmt8_150", "mmt8_80", "mmt26_260")
_TESTS = muscle_tests()


def _sections() -> tuple[Section, ...]:
    """The axial muscles, then those of which there are two, the right one first as on the form."""
    single = [test for test in _TESTS if test.side == "single"]
    right = [test for test in _TESTS if test.side == "right"]
    pairs = tuple(
        (test.label.removeprefix("right ").capitalize(), (test.column, test.column.removesuffix("right") + "left"))
        for test in right
    )
    axial = tuple((test.label.capitalize(), (test.column,)) for test in single)
    return Section("Axial", axial), Section("Right and left", pairs, columns=("Right", "Left"))


def _score(sheet: pd.DataFrame, options: Options) -> pd.DataFrame:
    read = [test.column for test in muscle_tests(options["scale"], options["side"])]
    side = {"side": options["side"]} if options["scale"] == "mmt8_80" else {}
    return score_mmt(sheet[read], scale=options["scale"], prorate=options["prorate"], trace=options["trace"], **side)


def _answer(sheet: pd.DataFrame, options: Options) -> Answer:
    scored = _score(sheet, options).iloc[0]
    receipt = muscle_receipt(sheet, scale=options["scale"], side=options["side"], trace=options["trace"])
    remarks = [("Not graded", f"{scored['missing'].removeprefix('not graded: ')}.")] if scored["missing"] else []
    if scored["evidence"] != "verified":
        remarks.append(("Evidence", f"{scored['evidence']}."))
    return Answer(_headline(scored, options["scale"]), scored, receipt, tuple(remarks))


def _headline(scored: pd.Series, scale: str) -> str:
    label = columns("muscle_scores")[scale].label
    total, loss = scored[scale], scored["mmt_loss_percent"]
    if pd.notna(total):
        return f"{label}: {total:.4g}, a loss of {loss:.3g} %{', prorated' if scored['mmt_prorated'] else ''}."
    return (
        f"{label}: between {scored[f'{scale}_min']:g} and {scored[f'{scale}_max']:g}, a loss of "
        f"{scored['mmt_loss_percent_min']:.3g} to {scored['mmt_loss_percent_max']:.3g} %."
    )


def _is_asked(name: str, options: Options, _answers: Answers) -> bool:
    return name in {test.column for test in muscle_tests(options["scale"], options["side"])}


def _call(options: Options) -> str:
    side = f", side={options['side']!r}" if options["scale"] == "mmt8_80" else ""
    prorate = ", prorate=True" if options["prorate"] else ""
    trace = "" if options["trace"] is None else f", trace={options['trace']}"
    return f"mt.score_mmt(sheet, scale={options['scale']!r}{side}{prorate}{trace})"


MMT = Form(
    name="mmt",
    title="Manual muscle testing",
    about="MMT-8 of one side (of 80) or both (of 150), or all muscles (of 260), from single grades of 0 to 10.",
    who="This sheet",
    table="muscles",
    sections=_sections(),
    options=(
        Option("scale", "Scale", tuple((columns("muscle_scores")[scale].label, scale) for scale in _SCALES)),
        Option(
            "side",
            "Side of the one-sided scale",
            (("right", "right"), ("left", "left")),
            "The form asks for the right side, and for the left only if the right cannot be tested.",
        ),
        Option(
            "trace",
            f"A trace ({TRACE}) counts as",
            (("not decided: refused", None), ("0", 0), ("1", 1)),
            "The form does not say which number the grade T stands for.",
        ),
        Option(
            "prorate",
            "Muscles not graded",
            (("give bounds, no total", False), ("prorate: scale up the others", True)),
            "No rule for prorating was found; the result says so.",
        ),
    ),
    example={test.column: 9 if test.is_in_mmt8 else 10 for test in _TESTS}
    | {"neck_flexors": 7, "deltoid_right": 8, "deltoid_left": 8, "gluteus_medius_left": None},
    answer=_answer,
    figures={"muscles": lambda answer: draw_muscle_map(answer.receipt)},
    call=_call,
    is_asked=_is_asked,
    words=(TRACE,),
)
