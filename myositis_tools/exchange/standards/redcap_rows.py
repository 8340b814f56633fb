"""The rows of a REDCap export that are read: of an event, of an instrument, and not of a form that nobody filled in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import pandas as pd

from myositis_tools.errors import NotFoundError, OptionError, listed, nearest
from myositis_tools.exchange.standards.redcap_words import is_filled
from myositis_tools.frames import Kind

_MOST = 30  # events that a message lists
# what REDCap itself writes into a row of which nothing was filled in
_OF_REDCAP = re.compile(
    r".*_complete|.*_timestamp|redcap_data_access_group|redcap_survey_identifier|"
    r"Data Access Group|Survey Identifier|Survey Timestamp"
)


def of_instrument(frame: pd.DataFrame, repeated: str | None, instrument: str | None) -> tuple[pd.DataFrame, list[str]]:
    """The rows of a repeating instrument, or those that do not repeat, and a word on the others of these.

    Raises
    ------
    NotFoundError
        If there is no such instrument.
    """
    if repeated is None:
        if instrument is not None:
            raise NotFoundError(
                f"No row is of the instrument {instrument!r}.",
                expected="an export that repeats instruments",
                hint="leave instrument= out",
            )
        return frame, []
    held = sorted(map(str, frame[repeated].dropna().unique()))
    if instrument is not None and instrument not in held:
        raise NotFoundError(
            f"No row is of the instrument {instrument!r}.",
            expected=listed(held) or "an export that repeats instruments",
            hint=nearest(instrument, held) if held else "leave instrument= out",
        )
    if instrument is not None:
        return frame[frame[repeated] == instrument], []
    others = frame[frame[repeated].notna()]
    if others.empty:
        return frame, []
    told = (
        f"Rows of repeating instruments are left out, {len(others)} of {len(frame)}: {_counted(others[repeated])}; "
        f"instrument={held[0]!r} reads one."
    )
    return frame[frame[repeated].isna()], [told]


def of_events(
    frame: pd.DataFrame, event: str, events: Mapping[str, int | None] | None
) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """The rows of the events that have a week, the week of each, and a word on those that nobody declined.

    Raises
    ------
    OptionError, NotFoundError
        If the events have no week, or are not there.
    """
    held = list(map(str, frame[event].dropna().unique()))
    if events is None:
        raise OptionError(
            "The export has events, and none has a week.",
            where=f"events: {listed(held, most=_MOST)}",
            expected="events={" + listed((f"{name!r}: ..." for name in held), most=_MOST) + "}",
            hint="0 is the baseline, None leaves an event out",
        )
    for name, week in events.items():
        if name not in held:
            raise NotFoundError(f"No row is of the event {name!r}.", expected=listed(held), hint=nearest(name, held))
        if week is not None and (isinstance(week, bool) or not isinstance(week, int | float)):
            raise OptionError(f"An event has no number as its week: {name!r}: {week!r}.", expected="a week, or None")
    known = [name for name, week in events.items() if week is not None]
    others = frame[~frame[event].isin(list(events))]
    told = []
    if len(others):
        told.append(
            f"Rows of events that events= does not name are left out, {len(others)} of {len(frame)}: "
            f"{_counted(others[event])}."
        )
    frame = frame[frame[event].isin(known)]
    weeks = frame[event].map({name: events[name] for name in known})
    return frame, weeks.astype("int64") if (weeks % 1 == 0).all() else weeks, told


def told_of_repeated_events(frame: pd.DataFrame, repeated: str | None, instance: str | None) -> list[str]:
    """Say that an event stands several times, which all get its week."""
    if instance is None:
        return []
    nameless = frame[instance].notna() & (frame[repeated].isna() if repeated else True)
    again = nameless & (frame[instance].astype(str) != "1")
    if not again.any():
        return []
    who = listed(frame.loc[again, "patient_id"].unique(), most=5)
    return [f"Rows that repeat an event have the week of the event, {again.sum()} of {len(frame)}: patient_id {who}."]


def with_something(
    frame: pd.DataFrame, kind: Kind, boxes: Collection[str], *, any_column: bool
) -> tuple[pd.DataFrame, list[str]]:
    """The rows in which something was filled in, or (not `any_column`) in which a column of the kind was.

    Of a table of one row a patient, what is told is which patients have none.
    """
    asked = [
        name
        for name in frame.columns
        if name not in ("patient_id", "week")
        and not _OF_REDCAP.fullmatch(name)
        and (any_column or name in kind.columns)
    ]
    filled = pd.Series(False, index=frame.index)
    for name in asked:
        filled |= is_filled(frame[name], is_box=name in boxes)
    made = frame[filled]
    told = []
    if not set(asked) & set(kind.columns):
        headings = listed(name for name in frame.columns if name != "patient_id" and not _OF_REDCAP.fullmatch(name))
        told.append(f"No column of the export is one of {kind.name}: {headings}; rename= says what they stand for.")
    if any_column and len(made) < len(frame):
        left = len(frame) - len(made)
        told.append(f"Rows with nothing filled in are left out, {left} of {len(frame)}.")
    without = frame.loc[~frame["patient_id"].isin(made["patient_id"]), "patient_id"].unique()
    if not any_column and len(without) and not told:
        of = frame["patient_id"].nunique()
        who = listed(without, most=5)
        told.append(f"Patients without a value of {kind.name} are left out, {len(without)} of {of}: {who}.")
    return made, told


def one_row_a_patient(frame: pd.DataFrame, hint: str) -> tuple[pd.DataFrame, list[str]]:
    """What several events say of a patient in one row; a column of which they say several things is left out."""
    if not frame["patient_id"].duplicated().any():
        return frame, []
    by_patient = frame.groupby("patient_id", sort=False)
    names = [name for name in frame.columns if name != "patient_id"]
    counts = {name: int((said > 1).sum()) for name, said in by_patient[names].nunique().items()}
    lost = {name: count for name, count in counts.items() if count}
    first = by_patient[[name for name in names if name not in lost]].first().reset_index()
    lines = frame.index[~frame["patient_id"].duplicated()]
    told = []
    if lost:
        said = listed(f"{name} ({count})" for name, count in lost.items())
        told.append(
            f"Columns that differ between the rows of one patient are left out (of so many patients): {said}{hint}."
        )
    return first.set_axis(lines, axis=0), told


def _counted(values: pd.Series) -> str:
    counts = values.fillna("none").value_counts(sort=False)
    return listed((f"{name} ({count})" for name, count in counts.items()), most=_MOST)
