"""What a card says of the criteria: those that exclude the patient or are undecided, and what would decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from myositis_tools.criteria import Protocol
from myositis_tools.errors import listed
from myositis_tools.figures.parts.theme import DECISION_SYMBOLS, EFFECT_SYMBOLS, KEEPS_OUT, PASSES
from myositis_tools.figures.parts.verdict_effect import effect_of, stated
from myositis_tools.figures.patient.medication_timeline import WINDOW, medication_timeline_frame
from myositis_tools.frames import to_pandas
from myositis_tools.report.card_parts import CardLine, CardSection, fitting, line, shortened
from myositis_tools.studies.screening.next_measurements import next_measurements
from myositis_tools.verdict import DECISION_WORDS, INELIGIBLE

_TITLE = 100  # signs of a trial's title
_MOST = 6  # values, or drugs, that are named


@dataclass(frozen=True)
class Decided:
    """The decision in a sentence, the criteria that matter, and what would decide."""

    headline: str
    section: CardSection
    missing: tuple[CardLine, ...] = ()


def criteria_of(protocol: Protocol, own: pd.DataFrame | None, room: int) -> Decided:
    """Check one patient's row of the screening table, None where there is no such table, and say it in some lines."""
    if own is None or own.empty:
        why = "No screening table was given" if own is None else "The screening table has no row for this patient"
        return Decided("", CardSection("Criteria", (CardLine(f"{why}, so no criterion was checked."),)))
    checks, decision = to_pandas(protocol.check(own)), str(to_pandas(protocol.decide(own))["decision"].iloc[0])
    effects = pd.Series([effect_of(*pair) for pair in zip(checks["kind"], checks["verdict"], strict=True)])
    excluding, undecided = (
        checks[(effects == KEEPS_OUT).to_numpy()],
        checks[~effects.isin([KEEPS_OUT, PASSES]).to_numpy()],
    )
    lines = [_line(protocol, row) for rows in (excluding, undecided) for row in rows.itertuples()]
    others = len(checks) - len(lines)
    if lines:
        heading = "Criteria that exclude the patient or are undecided"
        rest = f"The other {others} of {len(checks)} criteria do not exclude the patient."
    else:
        heading, rest = "Criteria", f"None of the {len(checks)} criteria excludes the patient, and none is undecided."
    return Decided(
        f"{DECISION_SYMBOLS[decision]} {DECISION_WORDS[decision].capitalize()}: {shortened(protocol.title, _TITLE)}.",
        CardSection(heading, (*fitting(lines, room), CardLine(rest))),
        _would_decide(protocol, own, decision),
    )


def _line(protocol: Protocol, row: Any) -> CardLine:
    answer = stated(row.kind, row.verdict)
    sign = EFFECT_SYMBOLS[effect_of(row.kind, row.verdict)]
    return line(
        f"{answer}: {row.reason}" if row.reason else answer, f"{protocol.criterion(row.criterion).label}:", sign
    )


def _would_decide(protocol: Protocol, own: pd.DataFrame, decision: str) -> tuple[CardLine, ...]:
    """The values that are missing and that the decision turns on."""
    if decision == INELIGIBLE:
        return (CardLine("No missing value can change that the patient does not fit."),)
    found = to_pandas(next_measurements(protocol, own))
    open_ = found[found["open_for"] > 0]
    alone = open_[open_["settles_alone"] > 0]["label"]
    could = open_[(open_["settles_alone"] == 0) & (open_["may_settle"] > 0)]["label"]
    others = open_[open_["may_settle"] == 0]["label"]
    said = (
        ("One value would decide, whatever it is", alone),
        ("One value could decide", could),
        ("Also unknown, and needed for the patient to fit" if len(could) else "Needed together", others),
    )
    return tuple(line(f"{listed(list(labels), most=_MOST)}.", f"{words}:") for words, labels in said if len(labels))


def medication_of(medications: Any, own: pd.DataFrame, patient_id: str | int, protocol: Protocol) -> CardLine:
    """The drugs in use on the day of screening, from one patient's row and the list of medication."""
    drawn = medication_timeline_frame(medications, own, patient_id, protocol=protocol)
    if drawn.empty:
        return CardLine("the day of screening is not recorded.", "In use at screening:")
    in_use = drawn[(drawn["effect"] != WINDOW) & (drawn["until"] == drawn["screening_date"])]["label"]
    said = listed(list(in_use), most=_MOST) if len(in_use) else "no medication in the list"
    return line(f"{said}.", "In use at screening:", most=2)
