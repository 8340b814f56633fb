"""A REDCap export (CSV): its events become weeks, its repeating instruments rows; raw or labelled."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from myositis_tools.errors import OptionError, ReadingWarning
from myositis_tools.exchange.files.not_recorded import Missing
from myositis_tools.exchange.files.reading import read_cells
from myositis_tools.exchange.standards.redcap_rows import (
    of_events,
    of_instrument,
    one_row_a_patient,
    told_of_repeated_events,
    with_something,
)
from myositis_tools.exchange.standards.redcap_words import boxes_of, identified, in_our_words
from myositis_tools.exchange.standards.written import Written
from myositis_tools.frames import Kind, find_kind

# each by its name in a raw and in a labelled export
_EVENT = ("redcap_event_name", "Event Name")
_INSTRUMENT = ("redcap_repeat_instrument", "Repeat Instrument")
_INSTANCE = ("redcap_repeat_instance", "Repeat Instance")
_COMPLETE = ("Complete?",)  # stands once for each form of a labelled export


def read_redcap(
    path: str | Path,
    kind: str,
    *,
    events: Mapping[str, int | None] | None = None,
    instrument: str | None = None,
    record_id: str = "record_id",
    rename: Mapping[str, str] | None = None,
    heading_line: int | None = None,
    separator: str | None = None,
    decimal: str = ".",
    thousands: str | None = None,
    encoding: str | None = None,
    date_format: str | None = None,
    missing: Missing = (),
    on_problem: str = "refuse",
) -> pd.DataFrame:
    r"""Read one table out of a REDCap export.

    Parameters
    ----------
    path : str or pathlib.Path
        The CSV that REDCap exports; no connection is made and no token is asked for.
    kind : str
        What to make of it, as in `validate`.
    events : mapping, optional
        The week of each event, such as ``{"baseline_arm_1": 0, "week_12_arm_1": 12}``; None leaves an event out. Needed
        for ``visits`` of a project with events.
    instrument : str, optional
        The repeating instrument whose rows are wanted; by default the rows that do not repeat.
    record_id : str
        The heading of the record's identifier.
    rename : mapping, optional
        Headings of the project and the columns they stand for. Labels and codes of `redcap_dictionary` are known.
    heading_line, separator, decimal, thousands, encoding, date_format, missing, on_problem
        As for `read_table`; ``missing`` names the project's missing-data codes, such as ``"-99"`` or ``"NASK"``.

    Returns
    -------
    pandas.DataFrame
        One row a record, and event or instance, with ``patient_id`` and, where `events` are given, ``week``. Of a kind
        with one row a patient, such as ``patients``, what several events hold stands in one row.

    Raises
    ------
    MissingColumnError, NotFoundError, OptionError
        If the identifier, a heading, an event or the instrument is not there, if two headings would be one column, or
        if events have no week.
    MyositisToolsError
        Whatever `read_table` refuses.

    Warns
    -----
    ReadingWarning
        Of rows of repeating instruments, of events that `events` does not name and of rows in which nothing was filled
        in, which are left out; of columns of patients that differ between events, likewise; of events that repeat; and
        where no heading is a column of the kind. Each says how many, and which.

    Missing data
    ------------
    Empty cells, and the codes of `missing`. A row of which nothing was filled in is left out; what REDCap writes by
    itself, such as ``<form>_complete``, the data access group and the 0 of a box that nobody ticked, does not count. A
    calculated field does: an export does not say which those are. A box that is renamed to a yes/no column is no where
    it is not ticked, for an export does not say whether anybody looked at it. Of a table without weeks, such as the
    patients of a project with events, only rows with a value of its own columns are kept.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from myositis_tools.exchange import read_redcap
    >>> with TemporaryDirectory() as place:
    ...     text = "record_id,redcap_event_name,haq_di,chaq\n1,baseline_arm_1,1.5,\n1,week_12_arm_1,-99,0.5\n"
    ...     _ = Path(place, "export.csv").write_text(text)
    ...     weeks = {"baseline_arm_1": 0, "week_12_arm_1": 12}
    ...     read_redcap(Path(place, "export.csv"), "visits", events=weeks, missing=["-99"])
      patient_id  week  haq_di  chaq
    0          1     0     1.5   NaN
    1          1    12     NaN   0.5
    """
    written = Written(decimal, thousands, date_format, on_problem)
    given = read_cells(
        path, heading_line=heading_line, separator=separator, encoding=encoding, missing=missing, unread=_COMPLETE
    )
    reading = _Export(find_kind(kind), Path(path).name, written, events, instrument)
    frame = identified(given, record_id, rename or {})
    table, told = reading.table(frame, boxes_of(list(map(str, given.columns)), rename or {}))
    for sentence in told:
        warnings.warn(sentence, ReadingWarning, stacklevel=2)
    return table


@dataclass(frozen=True)
class _Export:
    """What was asked for of an export."""

    kind: Kind
    file: str
    written: Written
    events: Mapping[str, int | None] | None
    instrument: str | None

    def table(self, given: pd.DataFrame, boxes: set[str]) -> tuple[pd.DataFrame, list[str]]:
        """The table, and what was left out or read as other than stored."""
        frame = in_our_words(given, self.kind)
        event, repeated, instance = (
            next((name for name in names if name in frame), None) for names in (_EVENT, _INSTRUMENT, _INSTANCE)
        )
        frame, told = of_instrument(frame, repeated, self.instrument)
        weeks = None
        if event is not None and (self.events is not None or "week" in self.kind.keys):
            if "week" in frame:
                raise _own_week()
            frame, weeks, said = of_events(frame, event, self.events)
            told += said
        told += told_of_repeated_events(frame, repeated, instance)
        made = frame.drop(columns=[name for name in (event, repeated, instance) if name])
        any_column = weeks is not None or "week" in self.kind.keys or self.instrument is not None
        made, said = with_something(made, self.kind, boxes, any_column=any_column)
        told += said
        if weeks is not None:
            made.insert(1, "week", weeks[made.index])
        if self.kind.keys == ("patient_id",) and weeks is None:
            held = list(map(str, given[event].dropna().unique())) if event else []
            made, said = one_row_a_patient(made, f"; events={{{held[0]!r}: 0}} reads one event" if held else "")
            told += said
        if made.empty:
            made = made[["patient_id", *(name for name in self.kind.columns if name in made and name != "patient_id")]]
            told = told or [f"The export has no row of {self.kind.name}."]
        else:
            made = made.dropna(axis=1, how="all")
        return self.written.typed(made, self.kind.name, self.file).reset_index(drop=True), told


def _own_week() -> OptionError:
    return OptionError(
        "The export has a column week of its own beside its events, which give the weeks.",
        expected="one week for each row",
        hint="rename={'week': 'week_of_form'} keeps it beside the week of the event",
    )
