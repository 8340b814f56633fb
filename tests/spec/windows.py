"""Every window, look-back, dose limit in time of every protocol, typed once more, and records about both its ends.

Expected days come from the calendar of the second implementation, never from the package.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

import myositis_tools as mt
from tests.property.second_screening import days_of, months_before

OUTSIDE_PACKAGE = mt.protocols.read_protocol(Path(__file__).parent / "nct02612857.toml")
PROTOCOLS = {**mt.PROTOCOLS, OUTSIDE_PACKAGE.key: OUTSIDE_PACKAGE}

# ends of months, a leap day, 28 February in a leap year, after one and in a common year, and a 30th and 31st
SCREENED = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2026, 2, 28),
    date(2024, 3, 31),
    date(2026, 5, 31),
    date(2026, 4, 30),
    date(2024, 8, 31),
    date(2026, 12, 31),
    date(2026, 3, 1),
]
LONG_AGO = date(1990, 1, 1)


@dataclass(frozen=True)
class Kind:
    """What is recorded on a day, and what follows inside and outside a window; an event, or a date of a course."""

    name: str
    line: Callable[[date], dict]
    inside: str
    outside: str
    after_screening: str
    is_event: bool = False
    lasts: bool = False  # what ends after screening is in use at it
    dated: str = "start_date"


def stopped(drug: str, **more: object) -> Callable[[date], dict]:
    return lambda day: {"drug": drug, "start_date": LONG_AGO, "stop_date": day, **more}


def begun(drug: str, dose: float, days: int | None = None, route: str = "oral") -> Callable[[date], dict]:
    def line(day: date) -> dict:
        stop = None if days is None else day + timedelta(days - 1)
        return {"drug": drug, "dose_mg_day": dose, "route": route, "start_date": day, "stop_date": stop}

    return line


def stable(day: date) -> dict:
    flags = {"non_muscular_indication": True, "known_for_myositis": False, "induces_myopathy": False}
    return {"drug": "adalimumab", "start_date": LONG_AGO, "stable_since": day, **flags}


def last_taken(name: str, drug: str, **more: object) -> Kind:
    return Kind(name, stopped(drug, **more), "met", "not met", "met", lasts=True, dated="stop_date")


KINDS = [
    Kind(
        "thrombosis", lambda day: {"event": "thrombosis", "date": day}, "met", "not met", "not met", True, dated="date"
    ),
    last_taken("methotrexate", "methotrexate"),
    last_taken("rituximab", "rituximab"),
    last_taken("hydroxychloroquine", "hydroxychloroquine", atc="P01BA02"),
    last_taken("intravenous", "methylprednisolone", route="intravenous", dose_mg_day=100.0),
    Kind("pulse", begun("methylprednisolone", 1000.0, 3, "intravenous"), "met", "unknown", "met"),
    Kind("low", begun("prednisone", 20.0), "met", "not met", "met"),
    Kind("full", begun("prednisone", 70.0), "met", "not met", "met"),
    Kind("between", begun("prednisone", 30.0), "met", "not met", "met"),
    Kind("stable", stable, "met", "not met", "met", dated="stable_since"),  # inside: stable since too short a time
    Kind("stable, allowed", stable, "not met", "met", "not met", dated="stable_since"),
]
OF_KIND = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True)
class Window:
    """One window of one protocol: its limit, its size, the criterion that it decides, and what is recorded."""

    protocol: str
    limit: str
    size: int
    unit: str
    criterion: str
    kind: str

    def first_day(self, screened: date, size: int | None = None) -> date:
        size = self.size if size is None else size
        months = {"years": 12, "months": 1}
        if self.unit == "days":
            return screened - timedelta(size)
        return months_before(screened, size * months[self.unit])

    def answer(self, screened: date, day: date, size: int | None = None) -> str:
        kind = OF_KIND[self.kind]
        if day > screened:
            return kind.after_screening
        first = self.first_day(screened, size)
        # a dose that is stable since the first day of the window has been so for all of it
        is_inside = day > first if kind.name.startswith("stable") else day >= first
        return kind.inside if is_inside else kind.outside


TIM, NL, PILOT = "time_is_muscle", "time_is_muscle_nl_omon49246", "immediate_pilot"
CTIS, MYOSITIS_NL, EARLIER = "time_is_muscle_ctis", "time_is_muscle_myositis_nl", "time_is_muscle_nl_omon26160"
WINDOWS = [
    Window(TIM, "thrombosis_years", 10, "years", "thrombosis", "thrombosis"),
    Window(TIM, "immunosuppression_months", 3, "months", "recent_immunosuppression", "methotrexate"),
    Window(TIM, "stable_drug_months", 6, "months", "recent_immunosuppression", "stable"),
    Window(TIM, "pulse_days", 7, "days", "prior_treatment", "pulse"),
    Window(TIM, "low_dose_months", 3, "months", "prior_treatment", "low"),
    Window(TIM, "full_dose_days", 14, "days", "prior_treatment", "full"),
    Window(CTIS, "thrombosis_years", 10, "years", "thrombosis", "thrombosis"),
    Window(MYOSITIS_NL, "stable_drug_months", 6, "months", "prior_treatment", "stable, allowed"),
    Window(MYOSITIS_NL, "pulse_days", 7, "days", "prior_treatment", "pulse"),
    Window(MYOSITIS_NL, "low_dose_months", 3, "months", "prior_treatment", "low"),
    Window(MYOSITIS_NL, "full_dose_days", 14, "days", "prior_treatment", "full"),
    Window(EARLIER, "immunosuppression_months", 3, "months", "recent_immunosuppression", "methotrexate"),
    Window(EARLIER, "stable_drug_months", 6, "months", "recent_immunosuppression", "stable"),
    Window(NL, "thrombosis_years", 10, "years", "thrombosis", "thrombosis"),
    Window(NL, "immunosuppressant_months", 12, "months", "recent_immunosuppression", "methotrexate"),
    Window(NL, "low_dose_days", 14, "days", "prior_treatment", "low"),
    Window(NL, "high_dose_days", 7, "days", "prior_treatment", "between"),
    Window(PILOT, "thrombosis_years", 2, "years", "thrombosis", "thrombosis"),
    Window("nct02612857", "rituximab_days", 168, "days", "wash_out", "rituximab"),
    Window("nct02612857", "intravenous_glucocorticoid_days", 84, "days", "wash_out", "intravenous"),
    Window("nct02612857", "antimalarial_days", 252, "days", "wash_out", "hydroxychloroquine"),
]
TOGETHER = {"dexamethasone_days", "methylprednisolone_days"}  # along a course, and not back from screening
ASKED = list(dict.fromkeys(window.protocol for window in WINDOWS))


@dataclass(frozen=True)
class Recorded:
    """One patient: something recorded on a day, or in its month."""

    patient: str
    kind: str
    screened: date
    day: date | None
    precision: str | None = None

    def possible(self) -> list[date]:
        if self.precision is None or self.day is None:
            return [self.day] if self.day else []
        first, last = days_of(self.day, self.precision)
        return [first + timedelta(count) for count in range((last - first).days + 1)]

    def answer(self, window: Window, size: int | None = None) -> str:
        if self.day is None:
            return "unknown"
        found = {window.answer(self.screened, day, size) for day in self.possible()}
        return found.pop() if len(found) == 1 else "unknown"


def recorded(moved: int = 0) -> list[Recorded]:
    """Patients about both ends of every window, `moved` by so much."""
    made: dict[tuple, Recorded] = {}
    for kind in KINDS:
        windows = [window for window in WINDOWS if window.kind == kind.name]
        for screened in SCREENED:
            ends = [window.first_day(screened, window.size + moved) for window in windows]
            days = {end + timedelta(step) for end in [*ends, screened] for step in (-1, 0, 1)}
            said: list[tuple[date | None, str | None]] = [(day, None) for day in sorted(days)]
            if kind.is_event or kind.lasts:
                said += [(end, "month") for end in ends] + [(end - timedelta(31), "month") for end in ends]
            if kind.is_event:
                said.append((None, None))
            for day, precision in said:
                key = (kind.name, screened, day, precision)
                made.setdefault(key, Recorded(f"P{len(made):04}", *key))
    return list(made.values())


def tables_of(patients: list[Recorded]) -> dict[str, pd.DataFrame]:
    """The records of these patients; no list has a line of anybody else, and every list is complete."""
    lines, events = [], []
    for one in patients:
        kind = OF_KIND[one.kind]
        line = {"patient_id": one.patient, f"{kind.dated}_precision": one.precision}
        if one.day is None:
            line |= {"event": "thrombosis", "date": None}
        else:
            line |= kind.line(one.day)
        (events if kind.is_event else lines).append(line)
    table = pd.DataFrame(
        {
            "patient_id": [one.patient for one in patients],
            "screening_date": pd.to_datetime([one.screened for one in patients]),
            "weight_kg": 70.0,
            "medications_recorded": True,
            "events_recorded": True,
            "treatment_naive": False,
            "clear_response": False,
        }
    )
    courses = pd.DataFrame(lines, columns=None if lines else ["patient_id", "drug", "start_date", "stop_date"])
    happened = pd.DataFrame(events, columns=None if events else ["patient_id", "event", "date"])
    for frame in (courses, happened):
        for name in frame:
            if name in ("start_date", "stop_date", "stable_since", "date"):
                frame[name] = pd.to_datetime(frame[name])
            elif name.endswith("_precision") or name in ("drug", "atc", "route"):
                frame[name] = frame[name].astype("object").where(frame[name].notna(), None)
            elif name in ("non_muscular_indication", "known_for_myositis", "induces_myopathy"):
                frame[name] = frame[name].astype("boolean")
    return {"patients": table, "medications": courses, "events": happened}
