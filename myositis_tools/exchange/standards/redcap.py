"""A REDCap export (CSV): its events become weeks, its repeating instruments rows; raw or labelled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError, listed, nearest
from myositis_tools.exchange.describe.data_dictionary import redcap_codes, redcap_dictionary
from myositis_tools.exchange.files.column_types import typed_as
from myositis_tools.exchange.files.reading import read_cells
from myositis_tools.frames import Kind, find_kind

# each by its name in a raw and in a labelled export
_EVENT = ("redcap_event_name", "Event Name")
_INSTRUMENT = ("redcap_repeat_instrument", "Repeat Instrument")
_INSTANCE = ("redcap_repeat_instance", "Repeat Instance")
_COMPLETE = ("Complete?",)  # stands once for each form of a labelled export
# what REDCap itself writes into a row of which nothing was filled in
_OF_REDCAP = re.compile(
    r".*_complete|.*_timestamp|redcap_data_access_group|redcap_survey_identifier|"
    r"Data Access Group|Survey Identifier|Survey Timestamp"
)


def read_redcap(
    path: str | Path,
    kind: str,
    *,
    events: Mapping[str, int] | None = None,
    instrument: str | None = None,
    record_id: str = "record_id",
    missing: Sequence[str] = (),
    decimal: str = ".",
    rename: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    r"""Read one table out of a REDCap export.

    Parameters
    ----------
    path : str or pathlib.Path
        The CSV that REDCap exports; no connection is made and no token is asked for.
    kind : str
        What to make of it, as in `validate`.
    events : mapping, optional
        The week of each event, such as ``{"baseline_arm_1": 0, "week_12_arm_1": 12}``. Rows of other events are left
        out. Needed for ``visits`` of a project with events.
    instrument : str, optional
        The repeating instrument whose rows are wanted; by default the rows that do not repeat.
    record_id : str
        The heading of the record's identifier.
    missing : sequence of str
        The project's missing-data codes, such as ``"-99"`` or ``"NASK"``.
    decimal : {".", ","}
        The decimal sign of the export.
    rename : mapping, optional
        Headings of the project and the columns they stand for. Labels and codes of `redcap_dictionary` are known.

    Returns
    -------
    pandas.DataFrame
        One row a record, and event or instance, with ``patient_id`` and, where `events` are given, ``week``.

    Raises
    ------
    MissingColumnError, NotFoundError, OptionError
        If the identifier, an event or the instrument is not there, or events have no week.
    MyositisToolsError
        Whatever `read_table` refuses.

    Missing data
    ------------
    Empty cells, and the codes of `missing`. A row of which nothing was filled in is left out; what REDCap writes by
    itself, such as ``<form>_complete`` and the data access group, does not count. Of a table without weeks, such as the
    patients of a project with events, only rows with a value of its own columns are kept.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from myositis_tools.exchange import read_redcap
    >>> with TemporaryDirectory() as place:
    ...     text = "record_id,redcap_event_name,haq_di\n1,baseline_arm_1,1.5\n1,week_12_arm_1,-99\n"
    ...     _ = Path(place, "export.csv").write_text(text)
    ...     weeks = {"baseline_arm_1": 0, "week_12_arm_1": 12}
    ...     read_redcap(Path(place, "export.csv"), "visits", events=weeks, missing=["-99"])
      patient_id  week  haq_di
    0          1     0     1.5
    """
    asked = find_kind(kind)
    given = _in_our_words(read_cells(path, missing=missing, unread=_COMPLETE), asked, record_id)
    if record_id not in given:
        raise MissingColumnError(
            f"The export has no column {record_id!r}.",
            where=f"columns present: {listed(given.columns)}",
            hint="record_id= says what the project calls it",
        )
    event, repeated, instance = (
        next((name for name in names if name in given), None) for names in (_EVENT, _INSTRUMENT, _INSTANCE)
    )
    frame = given
    if repeated is not None:
        held = sorted(map(str, frame[repeated].dropna().unique()))
        if instrument is not None and instrument not in held:
            raise NotFoundError(
                f"No row is of the instrument {instrument!r}.", expected=listed(held), hint=nearest(instrument, held)
            )
        frame = frame[frame[repeated].isna() if instrument is None else frame[repeated] == instrument]
    elif instrument is not None:
        raise NotFoundError(
            f"No row is of the instrument {instrument!r}.", expected="an export that repeats instruments"
        )
    weeks = None
    if event is not None and (events is not None or "week" in asked.keys):
        frame, weeks = _of_events(frame, event, events)
    frame = frame.drop(columns=[name for name in (event, repeated, instance) if name])
    made = frame.rename(columns={record_id: "patient_id", **(rename or {})})
    with_weeks = weeks is not None or "week" in asked.keys or instrument is not None
    told = [
        name
        for name in made.columns
        if name != "patient_id" and not _OF_REDCAP.fullmatch(name) and (with_weeks or name in asked.columns)
    ]
    filled = made[told].notna().any(axis=1)
    if weeks is not None:
        made.insert(1, "week", weeks)
    made = made[filled].dropna(axis=1, how="all")
    return typed_as(made, kind, Path(path).name, decimal=decimal).reset_index(drop=True)


def _in_our_words(given: pd.DataFrame, kind: Kind, record_id: str) -> pd.DataFrame:
    """Headings and codes of our own dictionary as the columns and words that they were made of."""
    fields = redcap_dictionary(kind.name).drop_duplicates("Field Label", keep=False)
    labels = dict(zip(fields["Field Label"], fields["Variable / Field Name"], strict=True))
    frame = given.rename(
        columns={label: name for label, name in labels.items() if name not in given and label != record_id}
    )
    made = {}
    for name, column in kind.columns.items():
        if column.words and name in frame:
            coded = redcap_codes(column)
            words = coded | {word.replace("_", " "): word for word in coded.values()}
            made[name] = frame[name].map(lambda cell, words=words: words.get(cell, cell), na_action="ignore")
    return frame.assign(**made)


def _of_events(frame: pd.DataFrame, event: str, events: Mapping[str, int] | None) -> tuple[pd.DataFrame, pd.Series]:
    held = list(map(str, frame[event].dropna().unique()))
    if events is None:
        raise OptionError(
            "The export has events, and none has a week.",
            where=f"events: {listed(held)}",
            expected="events={" + ", ".join(f"{name!r}: ..." for name in held[:3]) + "}",
            hint="0 is the baseline",
        )
    for name in events:
        if name not in held:
            raise NotFoundError(f"No row is of the event {name!r}.", expected=listed(held), hint=nearest(name, held))
    frame = frame[frame[event].isin(list(events))]
    return frame, frame[event].map(dict(events))
