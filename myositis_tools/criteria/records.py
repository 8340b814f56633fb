"""The records of a cohort as one thing: what a protocol can be asked of beside a screening table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from myositis_tools.criteria.protocol import Protocol, Screenable
from myositis_tools.criteria.screening import derive


@dataclass(frozen=True, eq=False)
class Records(Screenable):
    """Patients with their visits, medication list and events, which any protocol can check.

    A protocol whose windows, doses and durations were moved is answered by the records themselves, where a screening
    table holds the answers for the published ones. Whatever takes a screening table takes records too.

    Attributes
    ----------
    patients : pandas, Polars, DuckDB or PySpark frame
        One row a patient, as for `derive_screening`.
    visits, medications, events : frames of the same kind, optional
        The records, as for `derive_screening`.
    mmt : str, optional
        Which MMT column of `visits` to use; needed if there are several.
    baseline_week : int
        The week of the visit at screening.
    nephrotoxic : {"core", "broad"}
        Which list of nephrotoxic drugs.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> records = mt.screening.Records(
    ...     mt.load_patients(), visits=mt.load_visits(), medications=mt.load_medications(), events=mt.load_events())
    >>> for protocol in (mt.TIME_IS_MUSCLE, mt.TIME_IS_MUSCLE.with_limits(full_dose_days=7)):
    ...     print((protocol.decide(records)["decision"] == "eligible").sum())
    75
    71
    """

    patients: Any
    visits: Any = None
    medications: Any = None
    events: Any = None
    mmt: str | None = None
    baseline_week: int = 0
    nephrotoxic: str = "core"

    def screened_for(self, protocol: Protocol) -> Any:
        """Give the screening table as a protocol asks for it, with its windows, doses and durations.

        Raises
        ------
        MyositisToolsError
            Whatever `derive_screening` refuses.
        """
        tables = {"visits": self.visits, "medications": self.medications, "events": self.events}
        return derive(
            self.patients,
            tables,
            protocol,
            mmt=self.mmt,
            baseline_week=self.baseline_week,
            nephrotoxic=self.nephrotoxic,
        )
