"""One cohort that all views look at: its tables, the trial that is asked about, the patient under the eye."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.call_as_code import call_as_code
from myositis_tools.apps.cohort.file_read import patients_in
from myositis_tools.apps.cohort.opening import in_numbers
from myositis_tools.criteria import PROTOCOLS, Protocol, Records
from myositis_tools.errors import MyositisToolsError, NotFoundError, listed, nearest
from myositis_tools.frames import to_pandas
from myositis_tools.report import PatientCard, patient_card
from myositis_tools.studies.screening.next_steps import next_steps

_TABLES = ("patients", "visits", "medications", "events")
SAMPLE = "Sample cohort (synthetic)"


class CohortTables:
    """The tables of a cohort, as all views read them.

    Parameters
    ----------
    tables : mapping
        Each table by its kind, as in `validate`.
    name : str
        What the cohort is called: its files, or that it is the sample.
    is_sample : bool
        Whether its patients are synthetic.
    is_held : bool
        Whether it is held by this page alone, as files are that were dropped on it.
    """

    def __init__(self, tables: Mapping[str, Any], name: str, *, is_sample: bool = False, is_held: bool = False) -> None:
        self.tables = {kind: to_pandas(table) for kind, table in tables.items() if table is not None}
        self.name, self.is_sample, self.is_held = name, is_sample, is_held
        self._decisions: dict[str, pd.DataFrame] = {}

    @cached_property
    def ids(self) -> list[str]:
        """The patients, each once."""
        return patients_in(self.tables)

    @property
    def in_numbers(self) -> str:
        """How many patients and visits it has, in words."""
        return in_numbers(self.tables)

    @cached_property
    def screened(self) -> Any:
        """What a protocol is asked of: the records, or a screening table; None where nobody has a row."""
        if "screening" in self.tables:
            return self.tables["screening"]
        if "patients" not in self.tables:
            return None
        return Records(**{name: self.tables[name] for name in _TABLES if name in self.tables})

    def next_steps(self, protocol: Protocol) -> list[str]:
        """What would decide the patients who are undecided, in sentences."""
        screening = self.screened.screened_for(protocol) if isinstance(self.screened, Records) else self.screened
        return next_steps(protocol, screening, named_by="label")


def sample_cohort() -> CohortTables:
    """The synthetic sample."""
    from myositis_tools.sample import load_events, load_medications, load_patients, load_visits

    tables = {
        "patients": load_patients(),
        "visits": load_visits(),
        "medications": load_medications(),
        "events": load_events(),
    }
    return CohortTables(tables, SAMPLE, is_sample=True)


class CohortModel(traitlets.HasTraits):
    """What the views share; it knows no widget.

    Attributes
    ----------
    view : str
        The view that is open.
    patient_id, beside : str or None
        The patient under the eye, and the one beside her.
    trial : str
        The key of the protocol that is asked about.
    revision : int
        Goes up when there is another cohort.
    """

    view = traitlets.Unicode("cohort")
    patient_id = traitlets.Unicode(None, allow_none=True)
    beside = traitlets.Unicode(None, allow_none=True)
    trial = traitlets.Unicode("time_is_muscle")
    revision = traitlets.Int(0)

    def __init__(
        self,
        cohort: CohortTables,
        *,
        views: Sequence[str],
        protocol: Protocol | None = None,
        **chosen: Any,
    ) -> None:
        super().__init__()
        self.cohort, self.views = cohort, tuple(views)
        self.protocols = dict(PROTOCOLS) | ({protocol.key: protocol} if protocol is not None else {})
        if protocol is not None:
            self.trial = protocol.key
        self.go(chosen)

    @property
    def protocol(self) -> Protocol:
        """The protocol that is asked about, as published."""
        return self.protocols[self.trial]

    def take(self, cohort: CohortTables) -> None:
        """Look at another cohort; a patient whom it has not is let go."""
        self.cohort = cohort
        with self.hold_trait_notifications():
            for name in ("patient_id", "beside"):
                if getattr(self, name) not in cohort.ids:
                    setattr(self, name, None)
            self.revision += 1

    def go(self, address: Mapping[str, Any]) -> None:
        """Go to what an address names: ``view, patient_id, beside, trial``; all of it or nothing.

        Raises
        ------
        NotFoundError
            If there is no such view, patient or trial.
        """
        known = {"view": self.views, "trial": list(self.protocols)}
        known |= dict.fromkeys(("patient_id", "beside"), self.cohort.ids)
        said = {name: str(value) for name, value in address.items() if name in known and value is not None}
        for name, value in said.items():
            if value not in known[name]:
                what = {"patient_id": "patient", "beside": "patient"}.get(name, name)
                raise NotFoundError(
                    f"There is no {what} {value!r}.",
                    expected=listed(known[name], most=6),
                    hint=nearest(value, known[name]),
                )
        with self.hold_trait_notifications():
            for name, value in said.items():
                setattr(self, name, value)

    def address(self) -> dict[str, str]:
        """What brings this view of this cohort back."""
        said = {"view": self.view, "patient_id": self.patient_id, "beside": self.beside}
        said |= {"trial": self.trial} if self.trial != "time_is_muscle" else {}
        said |= {"held": self.cohort.name} if self.cohort.is_held else {}
        return {name: value for name, value in said.items() if value is not None}

    def as_code(self) -> str:
        """The line of code that brings this view of this cohort back."""
        given = [] if self.cohort.is_sample else [f"{kind}={kind}" for kind in self.cohort.tables]
        options = {name: value for name, value in self.address().items() if name != "held"}
        return call_as_code("open_cohort", given, options)

    def card(self, patient_id: str, *, identifiers: bool = True) -> PatientCard:
        """One patient's card.

        Raises
        ------
        MyositisToolsError
            Whatever the criteria and the score refuse.
        """
        return patient_card(
            patient_id,
            screening=self.cohort.screened,
            visits=self.cohort.tables.get("visits"),
            protocol=self.protocol,
            identifiers=identifiers,
        )

    # ---------------------------------------------------------------------------------------------- what is seen first

    @property
    def headline(self) -> str:
        """The one sentence about the cohort."""
        return f"{self.cohort.name}: {self.cohort.in_numbers}."

    def next_steps(self) -> list[str]:
        """What would decide those who are undecided, in sentences; nothing where nobody can be screened."""
        try:
            return [] if self.cohort.screened is None else self.cohort.next_steps(self.protocol)
        except MyositisToolsError as error:
            return [str(error)]
