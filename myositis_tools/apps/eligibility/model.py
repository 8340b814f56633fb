"""What the eligibility app knows: the cohort, the limits in force, and everything that follows from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import narwhals as nw
import pandas as pd
import traitlets

from myositis_tools import verdict
from myositis_tools.apps.app_model import AppModel
from myositis_tools.apps.call_as_code import call_as_code
from myositis_tools.apps.declared_choices import Choice, known_patient
from myositis_tools.criteria import Criterion, Protocol, Records
from myositis_tools.criteria.protocol import Screenable, Screened
from myositis_tools.figures import consort_frame, influence_frame, near_misses_frame, overlap_frame, sensitivity_frame
from myositis_tools.figures.parts.theme import KEEPS_OUT, UNDECIDED
from myositis_tools.figures.patient.medication_timeline import medication_timeline_frame
from myositis_tools.figures.screening.attrition import flow_frame
from myositis_tools.figures.screening.decisions import marks_frame
from myositis_tools.figures.screening.eligibility_matrix import matrix_frame
from myositis_tools.formatting import decided
from myositis_tools.frames import columns, in_memory
from myositis_tools.rules import explanation
from myositis_tools.studies import near_misses, next_measurements
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS

_FIRST_DAY = date(1970, 1, 1)  # from which the days of a date are counted behind the door
_MEASURE_NEXT = (
    ("label", "Not recorded"),
    ("open_for", "Undecided patients without it"),
    ("settles_alone", "Decides for certain"),
    ("may_settle", "Could decide"),
    ("may_make_eligible", "Could make eligible"),
    ("because", "Why it is unknown"),
)


def _plausible_limits(model: Any, limits: dict[str, float]) -> dict[str, float]:
    model.protocol.with_limits(**limits)
    published = model.protocol.limits
    return {name: float(value) for name, value in limits.items() if value != float(published[name])}


def _known_criteria(model: Any, without: Sequence[str]) -> tuple[str, ...]:
    model.protocol.without(*without)
    return tuple(each.key for each in model.protocol.criteria if each.key in without)


COLUMNS_SEEN = 300  # patients beside each other in the matrix; more columns than this are no columns any more


class EligibilityModel(AppModel):
    """The state of the app and its results; it knows no widget.

    Attributes
    ----------
    offered : dict of str to Protocol
        The protocols that can be chosen, by key.
    ids : list of str
        The patients in the order of the table.
    """

    trial = Choice(
        "Trial",
        options=lambda model: [(f"{one.title} ({one.registration})", key) for key, one in model.offered.items()],
        begin=lambda model: next(iter(model.offered)),
        take=lambda model, key: model.choose_trial(key),
    ).of(traitlets.Unicode())
    # limits in force that differ from the protocol's, and criteria switched off: their controls are the protocol's own
    limits = Choice(kind=None, check=_plausible_limits).of(traitlets.Dict())
    without = Choice(kind=None, check=_known_criteria).of(traitlets.Tuple())
    unknown = Choice(
        "",
        "radio",
        "Missing information",
        options=(("keep as unknown", "itself"), ("worst case: excludes", "worst"), ("best case: passes", "best")),
    ).of(traitlets.Enum(UNKNOWN_COUNTS_AS, default_value="itself"))
    patient_id = Choice(kind=None, check=known_patient).of(traitlets.Unicode(None, allow_none=True))

    def __init__(
        self, screening: Any, *, protocols: Sequence[Protocol], medications: Any = None, **choices: Any
    ) -> None:
        self.has_records = isinstance(screening, Records)
        self.medications = screening.medications if self.has_records and medications is None else medications
        self.offered = {protocol.key: protocol for protocol in protocols}
        self._given = screening
        self._screening = _Cohort(screening)
        self._as_published: dict[str, dict[str, int]] = {}
        self.ids = self._screening.screened_for(protocols[0])["patient_id"].to_list()
        self._asked: tuple[Any, ...] = ()
        super().__init__()
        if choices:
            self.restore({name: self._beginning(name, choices) for name in choices})
        self._history = [self.state()]

    @property
    def protocol(self) -> Protocol:
        """The protocol as published."""
        return self.offered[self.trial]

    def given(self) -> dict[str, Any]:
        """The tables that the app was opened with, by name."""
        if isinstance(self._given, Records):
            return {name: getattr(self._given, name) for name in ("patients", "visits", "medications", "events")}
        return {"screening": self._given, "medications": self.medications}

    @property
    def not_in_table(self) -> tuple[str, ...]:
        """What the protocol asks and the table has no column for, in words; it is unknown for everyone."""
        return tuple(self.protocol.criterion(key).label for key in self.protocol.not_asked_of(self._given))

    # --------------------------------------------------------------------------------------------------- what is asked

    @property
    def current(self) -> Protocol:
        """The protocol with the limits and criteria in force."""
        return self.protocol.with_limits(**self.limits).without(*self.without)

    def choose_trial(self, key: str) -> None:
        """Take another protocol, as published; how unknown counts and the chosen patient stay."""
        self.restore({"trial": key, "unknown": self.unknown, "patient_id": self.patient_id})

    def set_limit(self, name: str, value: float) -> None:
        """Change one limit."""
        self.limits = {**self.limits, name: value}

    def switch(self, key: str, *, on: bool) -> None:
        """Switch a criterion on or off."""
        self.without = tuple(set(self.without) - {key}) if on else (*self.without, key)

    def reset(self) -> None:
        """Back to the protocol as published; the chosen patient stays."""
        self.restore({"trial": self.trial, "patient_id": self.patient_id})

    # ------------------------------------------------------------------------------------------------ what is answered

    def _answer(self) -> None:
        asked = (self.trial, dict(self.limits), self.without)
        if asked != self._asked:
            answers = self._ask(self.current)
            self._answers, self._decided, self._asked = answers, self._count(answers), asked

    def _ask(self, protocol: Protocol) -> nw.DataFrame[Any]:
        return nw.from_native(protocol.verdicts(self._screening), eager_only=True)

    def _count(self, answers: nw.DataFrame[Any]) -> dict[str, int]:
        decisions = answers["decision"].to_list()
        return {word: decisions.count(word) for word in verdict.DECISIONS}

    @property
    def counts(self) -> dict[str, int]:
        """How many patients are eligible, indeterminate and ineligible, with unknown counted as chosen."""
        found = dict(self._decided)
        if self.unknown != "itself":
            goes_to = verdict.INELIGIBLE if self.unknown == "worst" else verdict.ELIGIBLE
            found[goes_to] += found[verdict.INDETERMINATE]
            found[verdict.INDETERMINATE] = 0
        return found

    @property
    def headline(self) -> str:
        """The one sentence that says what is seen."""
        counts, total = self.counts, len(self.ids)
        fit, undecided, do_not = (counts[word] for word in verdict.DECISIONS)
        parts = decided(fit, undecided if self.unknown == "itself" else None, do_not)
        if self.unknown != "itself":
            parts += f" (missing information counted as {'excluding' if self.unknown == 'worst' else 'passing'})"
        return f"Of {total} screened: {parts}.{self._against_published(fit)}"

    def _against_published(self, fit: int) -> str:
        """How many more or fewer fit than under the published criteria, where these were changed."""
        if not self._differs():
            return ""
        difference = fit - self._published_eligible()
        if not difference:
            return " As many fit as under the published criteria."
        more = f"{abs(difference)} {'more' if difference > 0 else 'fewer'}"
        return f" {more} {'fits' if abs(difference) == 1 else 'fit'} than under the published criteria."

    def _differs(self) -> bool:
        return bool(self.limits or self.without)

    def _published_eligible(self) -> int:
        if self.trial not in self._as_published:
            self._as_published[self.trial] = self._count(self._ask(self.protocol))
        counts = self._as_published[self.trial]
        return counts[verdict.ELIGIBLE] + (counts[verdict.INDETERMINATE] if self.unknown == "best" else 0)

    def marks(self) -> pd.DataFrame:
        """What the decisions draw, one row a patient."""
        answers = pd.DataFrame(self._answers.rows(named=True), columns=self._answers.columns)
        return marks_frame(self.current, answers, None, unknown=self.unknown)

    def attrition(self) -> pd.DataFrame:
        """What the flow draws."""
        return flow_frame(self.current, self._answers, unknown=self.unknown)

    def matrix(self) -> pd.DataFrame:
        """What the matrix draws of everybody."""
        return matrix_frame(self.current, self._answers)

    def matrix_from(self, first: int) -> pd.DataFrame:
        """What the matrix draws of as many patients as can be seen at a time, from a place in its order."""
        return matrix_frame(self.current, self._answers, first=first, most=COLUMNS_SEEN)

    def starts_of_matrix(self) -> list[tuple[str, int]]:
        """Where the matrix can begin, in words and as a place."""
        everybody = len(self.ids)
        return [
            (f"{first + 1:,} to {min(first + COLUMNS_SEEN, everybody):,} of {everybody:,}", first)
            for first in range(0, max(everybody, 1), COLUMNS_SEEN)
        ]

    def patients(self) -> pd.DataFrame:
        """One row for each patient, for a person to search: decision, reasons for exclusion, what is unknown."""
        decisions = [verdict.DECISION_WORDS[word] for word in self._answers["decision"].to_list()]
        table = pd.DataFrame({"Patient": self.ids, "Decision": decisions})
        for heading, effect in (("Reasons for exclusion", KEEPS_OUT), ("Unknown", UNDECIDED)):
            parts = pd.Series("", index=table.index, dtype="object")
            for each in self.current.criteria:
                here = (self._answers[each.key] == word_of(each, effect)).to_numpy()
                parts[here] += f"{each.label}, "
            table[heading] = parts.str.removesuffix(", ")
        return table

    def influence(self) -> pd.DataFrame:
        """What the picture of the influence of each criterion draws."""
        return influence_frame(self.current, self._screening, unknown=self.unknown)

    def overlap(self) -> pd.DataFrame:
        """What the picture of the criteria failed together draws."""
        return overlap_frame(self.current, self._screening, unknown=self.unknown)

    def sensitivity(self, limit: str) -> pd.DataFrame:
        """What the picture of one limit over its whole range draws."""
        return sensitivity_frame(self.current, self._screening, limit)

    def flow_in_boxes(self) -> pd.DataFrame:
        """What the flow in boxes draws."""
        return consort_frame(self.current, self._screening, unknown=self.unknown)

    def gaps(self) -> pd.DataFrame:
        """What the picture of those who fail one criterion alone draws."""
        return near_misses_frame(self.current, self._screening, unknown=self.unknown)

    def nearly_eligible(self) -> pd.DataFrame:
        """One row for each patient who fails one criterion only, for a person to search: the nearest of each first."""
        found = self._asked_of_all(partial(near_misses, self.current, unknown=self.unknown))
        keys = [each.key for each in self.current.criteria]
        labels = {each.key: each.label for each in self.current.criteria}
        found["order"] = [keys.index(key) for key in found["criterion"]]
        found["gap"] = found["gap"].astype("float64")
        found = found.sort_values(["order", "gap"], kind="stable").reset_index(drop=True)
        table = pd.DataFrame({"Patient": found["patient_id"], "Fails only": found["criterion"].map(labels)})
        table["Shortfall"] = [row.part or row.reason for row in found.itertuples()]
        for heading, name in (("Value", "value"), ("Limit", "limit"), ("Gap", "gap")):
            table[heading] = [_number(*pair) for pair in zip(found[name], found["unit"], strict=True)]
        open_besides = found["also_unknown"].fillna("").str.split("; ")
        table["Also unknown"] = [", ".join(labels[key] for key in each if key) for each in open_besides]
        return table

    def measure_next(self) -> pd.DataFrame:
        """Missing values, first those that would decide most of the undecided patients, for a person to read."""
        found = self._asked_of_all(partial(next_measurements, self.current, unknown=self.unknown))
        found = found[found["open_for"] > 0]
        return found[[name for name, _ in _MEASURE_NEXT]].rename(columns=dict(_MEASURE_NEXT)).reset_index(drop=True)

    def place_of(self, patient_id: str | None) -> int | None:
        """The row of a patient in `patients`."""
        return self.ids.index(patient_id) if patient_id in self.ids else None

    def choose(self, patient_id: str) -> None:
        """Choose a patient."""
        self.patient_id = patient_id

    def card(self) -> pd.DataFrame:
        """Every criterion of the chosen patient, with verdict, reason and source; empty if none is chosen."""
        if self.patient_id is None:
            return pd.DataFrame()
        current = self.current
        all_of_them = nw.from_native(self._screening.screened_for(current), eager_only=True)
        one = Screened(all_of_them.filter(nw.col("patient_id") == self.patient_id).to_native())
        return pd.DataFrame(nw.from_native(current.check(one), eager_only=True).rows(named=True))

    def timeline(self) -> pd.DataFrame:
        """What the chosen patient took before screening; empty if none is chosen or no list was given."""
        if self.patient_id is None or self.medications is None:
            return pd.DataFrame()
        patients = self._given.patients if isinstance(self._given, Records) else self._given
        return medication_timeline_frame(self.medications, patients, self.patient_id, protocol=self.current)

    def decision(self) -> str:
        """The chosen patient's decision; empty if none is chosen."""
        place = self.place_of(self.patient_id)
        return "" if place is None else str(self._answers["decision"][place])

    def decisions(self) -> pd.DataFrame:
        """The decision of every patient, with its reasons."""
        return self._asked_of_all(self.current.decide)

    def checks(self) -> pd.DataFrame:
        """Every criterion of every patient, with verdict, reason and source."""
        return self._asked_of_all(self.current.check)

    def _asked_of_all(self, question: Callable[[Any], Any]) -> pd.DataFrame:
        answers = nw.from_native(question(self._screening), eager_only=True)
        return pd.DataFrame(answers.rows(named=True), columns=answers.columns)

    # ------------------------------------------------------------------------------------------------------ to go away

    def as_code(self, *, with_patient: bool = True) -> str:
        """The call that reproduces the view, with or without the chosen patient."""
        left_out = ("trial",) if with_patient else ("trial", "patient_id")
        options = {name: value for name, value in self.written().items() if name not in left_out}
        given = ["screening", *["medications=medications"] * (self.medications is not None)]
        if isinstance(self._given, Records):
            beside = [name for name in ("visits", "medications", "events") if getattr(self._given, name) is not None]
            given = [f"mt.screening.Records({', '.join(['patients', *(f'{name}={name}' for name in beside)])})"]
        protocol = f"protocol={self.protocol.origin or self.protocol.key}"
        return call_as_code("explore_eligibility", [*given, protocol], options)

    def choose_column(self, place: int) -> None:
        """Choose the patient in a column of the matrix."""
        columns = self.matrix()
        self.patient_id = str(columns.loc[columns["place"] == place, "patient_id"].iloc[0])


def _number(value: float | None, unit: str) -> str:
    return "" if value is None or value != value else f"{value:.4g} {unit or ''}".strip()


def word_of(criterion: Criterion, effect: str) -> str:
    """The verdict that has an effect: an inclusion keeps out when it is not met, an exclusion when it is met."""
    if effect == UNDECIDED:
        return verdict.UNKNOWN
    keeps_out = verdict.NOT_MET if criterion.kind == "inclusion" else verdict.MET
    lets_pass = verdict.MET if criterion.kind == "inclusion" else verdict.NOT_MET
    return keeps_out if effect == KEEPS_OUT else lets_pass


class _Cohort(Screenable):
    """The cohort, read once for each protocol and each set of limits that courses are held against."""

    def __init__(self, given: Any) -> None:
        self._given = given
        self._read: dict[Any, Any] = {}

    def screened_for(self, protocol: Protocol) -> Any:
        """Give the cohort as the protocol reads it."""
        asked = (protocol.key, protocol.courses, tuple(each.key for each in protocol.criteria))
        if asked not in self._read:
            self._read[asked] = _as_read(self._given, protocol)
        return self._read[asked]


def _as_read(screening: Any, protocol: Protocol) -> Any:
    """The cohort as the protocol reads it, let in once; an error speaks of the caller's own table."""
    absent = protocol.absent_from(screening)
    left_out = {*absent, *(explanation(name) for name in absent)}
    days = [name for name in columns("screening") if name.endswith("_days_ago")]
    frame = protocol.enter(screening, also=["screening_date", *days]).frame
    asked = [name for name in frame.collect_schema().names() if name not in left_out]
    clean = in_memory(frame.select(*asked)).with_columns(nw.col("patient_id").cast(nw.String))
    return _with_dates(clean).to_native()


def _with_dates(clean: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Give the day of screening as a date again, for the table is let in once more."""
    if "screening_date" not in clean.columns:
        return clean
    days = clean["screening_date"].to_list()
    dates = [None if day is None else _FIRST_DAY + timedelta(days=int(day)) for day in days]
    return clean.with_columns(nw.new_series("screening_date", dates, backend=clean.implementation))
