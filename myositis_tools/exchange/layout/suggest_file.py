"""What the tables of a file are and how they may be read: found, said in sentences, and nothing applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import MissingColumnError, WrongTypeError, listed
from myositis_tools.exchange.files.not_recorded import Missing, without_words, words_by_heading, words_for_all
from myositis_tools.exchange.layout.cells_written import CellsWritten, FileQuestion, find_written
from myositis_tools.exchange.layout.file_mapping import FileMapping, LaidOutTable
from myositis_tools.exchange.layout.layout_words import is_total, weekly_headings
from myositis_tools.exchange.layout.sheets_found import SheetFound, patient_heading, sheets_of
from myositis_tools.exchange.layout.table_layout import (
    WEEK,
    TableLayout,
    rows_of_weeks,
    without_weeks,
)
from myositis_tools.exchange.mapping.suggestions import accept_suggestions, suggest_mapping
from myositis_tools.frames import columns, find_kind, kinds

# what a table of a kind has at the least, beside its patients, and the columns by which it is told from the others
_HOLDS = {
    "medications": ({"drug"}, {"atc"}),
    "events": ({"event"},),
    "labs": ({"test", "value"},),
}
_LOOKED_AT = 2_000  # rows by which a table is told from others
_OF_A_PERSON = {"sex", "birth_date", "age_years", "subtype", "symptom_onset_date", "antibody"}
_OF_PATIENTS = {*_OF_A_PERSON, "screening_date", "consent_signed", "fvc_percent_predicted", "weight_kg", "height_cm"}


@dataclass(frozen=True)
class FileSuggestion:
    """What was found in a file.

    Parameters
    ----------
    mapping : FileMapping
        How its tables may be read: to look at, change and save.
    found : sequence of str
        What was found, in sentences: everything that the mapping does beside naming columns.
    columns : mapping
        By kind what `suggest_mapping` says of the headings.
    asked : sequence of FileQuestion
        The questions, each with the option that answers it.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.io.suggest_file(mt.own_data_file()).found[0]
    "A table of patients of sheet 'Patiënten': 30 rows, 25 columns known."
    """

    mapping: FileMapping
    found: tuple[str, ...]
    columns: Mapping[str, pd.DataFrame]
    asked: tuple[FileQuestion, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """What only a person can tell."""
        return tuple(each.words for each in self.asked)


def suggest_file(
    path: str | Path,
    kind: str | None = None,
    *,
    sheets: Sequence[str] = (),
    weeks: Mapping[str, int] | None = None,
    heading_line: int | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    query: str | None = None,
    missing: Missing = (),
    **written: Any,
) -> FileSuggestion:
    r"""Find the tables of a file, their headings and how their cells are written; nothing is applied.

    Parameters
    ----------
    path : str or pathlib.Path
        The file, of any kind that `read_table` reads.
    kind : str, optional
        What it holds, as in `validate`; by default every table that is recognised: visits, patients, medications,
        events and laboratory results; and where none is, the kind that the file is named after, as ``labs.csv`` is.
    sheets : sequence of str
        The sheets that are read; by default all in which a table is recognised.
    weeks : mapping, optional
        The week that a part of headings or the name of a sheet stands for, such as ``{"3 mnd": 13, "Visite 1": 0}``.
    heading_line, separator, encoding
        As in `read_table`, where what is found is not right.
    query, missing
        As in `read_table`; to the words for *not recorded* those are added that are found.
    **written
        ``decimal``, ``thousands`` and ``date_format`` of `TableMapping`, where what is found is not right.

    Returns
    -------
    FileSuggestion
        The mapping with what was found in sentences, and the questions that are left.

    Raises
    ------
    WrongTypeError
        If no table is recognised.
    MyositisToolsError
        Whatever `read_table` refuses.

    Missing data
    ------------
    Words that mean *not recorded* are looked for among numbers, dates and short answers.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import myositis_tools as mt
    >>> with TemporaryDirectory() as place:
    ...     text = "Cohort of 2024;;\n\nPat.nr;HAQ bl;HAQ wk12\nA;1,5;0,5\nTotaal;1,5;0,5\n"
    ...     _ = Path(place, "ours.csv").write_text(text)
    ...     found = mt.io.suggest_file(Path(place, "ours.csv"), "visits")
    ...     table = found.mapping.read(Path(place, "ours.csv"))["visits"]
    >>> table
      patient_id  week  haq_di
    0          A     0     1.5
    1          A    12     0.5
    >>> print(*found.found, sep="\n")
    The headings stand on line 3; what is above them is not read.
    Headings that name a week become rows: 'bl' is week 0, 'wk12' is week 12.
    No patient, and left out: 'Totaal' (line 5).
    '1,5' holds a decimal comma.
    """
    path = Path(path)
    given = {"heading_line": heading_line, "separator": separator, "encoding": encoding, "query": query}
    looked, said = sheets_of(path, sheets, weeks or {}, given)
    looked = [replace(each, frame=_without(each, missing)) for each in looked]
    found = _found_in(looked, kind, said, written, missing)
    if not found.tables and kind is None and path.stem.lower() in kinds():
        found = _found_in(looked, path.stem.lower(), said, written, missing)
    if not found.tables:
        raise WrongTypeError(
            f"No table of patients is recognised in {path.name}.",
            where="; ".join(each.headings for each in looked) or " ".join(said) or "no line of headings above rows",
            expected=f"one of {listed(kinds(), most=6)}",
            hint=_standard(looked) or "say what it holds with kind=, and where its headings stand with heading_line=",
        )
    words_by_heading(missing, dict.fromkeys(found.headings))  # a heading that no table has is refused
    return FileSuggestion(
        FileMapping(found.tables),
        tuple(found.said),
        found.columns,
        tuple(dict.fromkeys(found.asked)),
    )


def _found_in(
    looked: Sequence[SheetFound], kind: str | None, said: Sequence[str], written: Mapping[str, Any], missing: Missing
) -> _Found:
    found = _Found(list(said))
    for each, one in _tables_among(looked, kind, found):
        if one in found.columns:
            found.said.append(f"Another table of {one}{each.where} is not read.")
        else:
            _add(found, each, one, written, missing, name_it=kind is None or len(looked) > 1)
    return found


def _without(sheet: SheetFound, missing: Missing) -> pd.DataFrame:
    """The frame of a sheet without what the person says is not recorded, so that it is no doubt of a heading."""
    by_heading = words_by_heading(missing, None)
    weekly = weekly_headings(map(str, sheet.frame.columns), sheet.layout.weeks)
    measures = {str(name): weekly[name].rest if name in weekly else str(name) for name in sheet.frame.columns}
    words = {name: (*words_for_all(missing), *by_heading.get(measure, ())) for name, measure in measures.items()}
    return without_words(sheet.frame, words)


def _tables_among(looked: Sequence[SheetFound], kind: str | None, found: _Found) -> Iterator[tuple[SheetFound, str]]:
    """The tables of the sheets; of one kind that is asked for the first that is recognised, else the first sheet."""
    if kind is None:
        yield from ((each, one) for each in looked for one in _kinds_of(each))
        return
    fitting = [each for each in looked if kind in _kinds_of(each)] or list(looked[:1])
    yield from ((each, kind) for each in fitting)
    found.said += [f"Nothing{each.where} is read as {kind}." for each in looked if each not in fitting]


def _standard(looked: Sequence[SheetFound]) -> str:
    """Which reader of a standard a file is for."""
    headings = {str(name).upper() for each in looked for name in each.frame.columns}
    if any(name.startswith("REDCAP_") for name in headings) or "EVENT NAME" in headings:
        return "it looks like an export of REDCap, which read_redcap reads in Python"
    if "USUBJID" in headings:
        return "it looks like a table of CDISC, which read_cdisc reads in Python"
    return ""


@dataclass
class _Found:
    """What is gathered, table by table."""

    said: list[str]
    asked: list[FileQuestion] = field(default_factory=list)
    tables: list[LaidOutTable] = field(default_factory=list)
    columns: dict[str, pd.DataFrame] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)


# ------------------------------------------------------------------------------------------------------ what they hold


def _shaped(sheet: SheetFound, patient: str, kind: str) -> pd.DataFrame:
    """The frame of a sheet as a table of a kind: headings with weeks as rows, or left out."""
    if not sheet.layout.weeks:
        return sheet.frame
    if WEEK in find_kind(kind).keys:
        return rows_of_weeks(sheet.frame, patient, sheet.layout.weeks)
    return without_weeks(sheet.frame, sheet.layout.weeks)


def _kinds_of(sheet: SheetFound) -> list[str]:
    """What a sheet holds: nothing without patients; of several kinds the one with most columns of its own."""
    patient = patient_heading(sheet.frame)
    if patient is None:
        return []
    for kind, needs in _HOLDS.items():
        if any(need <= _columns_of(sheet.frame, kind) for need in needs):
            return [kind]
    found = []
    of_visits = _columns_of(_shaped(sheet, patient, "visits"), "visits") - {"patient_id", WEEK, "visit_date", "arm"}
    has_weeks = bool(sheet.layout.weeks) or any(week is not None for week in sheet.layout.sheets.values())
    of_time = {WEEK, "visit_date"} & _columns_of(sheet.frame, "visits")
    if (of_visits and (has_weeks or of_time)) or WEEK in of_time:
        found.append("visits")
    of_patients = _columns_of(_shaped(sheet, patient, "patients"), "patients") & _OF_PATIENTS
    if len(of_patients) > 1 and (not found or of_patients & _OF_A_PERSON):
        found.insert(0, "patients")
    return found


def _columns_of(frame: pd.DataFrame, kind: str) -> set[str]:
    found = suggest_mapping(frame.head(_LOOKED_AT), kind)
    return set(found[found["likely"]]["column"])


# ----------------------------------------------------------------------------------------------------------- one table


def _add(
    found: _Found, sheet: SheetFound, kind: str, written: Mapping[str, Any], missing: Missing, *, name_it: bool
) -> None:
    """Put a table to what was found: its layout made whole, its mapping, and what is said and asked of both."""
    patient = patient_heading(sheet.frame)
    if patient is None:
        raise MissingColumnError(
            f"No heading{sheet.where} names the patients.",
            where=sheet.headings,
            expected="a heading such as patient_id, Patient, Pat.nr or Study ID",
            hint="rename the one that does",
        )
    has_totals, said = _totals(sheet, patient)
    layout = replace(sheet.layout, leave_out=has_totals, fill_down=_is_filled_down(sheet.frame, patient))
    frame = sheet.frame[~sheet.frame[patient].isin(has_totals)]
    if layout.fill_down:
        said.append(f"Under {patient!r}{sheet.where} a patient is named once; the empty cells below are hers as well.")
        frame = frame.assign(**{patient: frame[patient].ffill()})
    shaped = _shaped(replace(sheet, frame=frame), patient, kind)
    suggested = suggest_mapping(shaped, kind)
    likely = suggested[suggested["likely"]]
    if kind == "patients" and "patient_id" in set(likely["column"]) and shaped[patient].duplicated().any():
        layout = replace(layout, one_row=True)
        likely = likely[~likely["column"].isin(set(columns("visits")) - {"patient_id"})]
        said.append(f"What the rows{sheet.where} say of each patient becomes one row of patients.")
    limits = list(likely["upper_limit"].dropna())
    cells = find_written(shaped[[*dict.fromkeys([*likely["heading"], *limits])]], written, shaped)
    options = _options(cells, written)
    mapping = accept_suggestions(likely, kind, shaped, **options)
    found.headings += map(str, shaped.columns)
    by_heading = {name: words for name, words in words_by_heading(missing, None).items() if name in shaped.columns}
    agreed = [
        replace(each, missing=(*cells.missing.get(each.heading, ()), *by_heading.get(each.heading, ())))
        for each in mapping.columns
    ]
    mapping = replace(mapping, columns=agreed, missing=words_for_all(missing))
    if not mapping.columns:
        return
    if name_it:
        found.said.append(f"A table of {kind}{sheet.where}: {len(shaped)} rows, {len(mapping.columns)} columns known.")
    found.said += [*sheet.said, *_weeks_said(layout, kind), *said, *cells.said]
    found.asked += [*sheet.questions, *cells.questions]
    found.tables.append(LaidOutTable(mapping, layout))
    found.columns[kind] = suggested


def _weeks_said(layout: TableLayout, kind: str) -> list[str]:
    if not layout.weeks:
        return []
    if WEEK not in find_kind(kind).keys:
        return ["Headings that name a week are no columns of it."]
    parts = listed((f"{part!r} is week {week}" for part, week in layout.weeks.items()), most=len(layout.weeks))
    return [f"Headings that name a week become rows: {parts}."]


def _options(cells: CellsWritten, written: Mapping[str, Any]) -> dict[str, Any]:
    """How cells are written: as the person says, else as was found."""
    found = {"decimal": cells.decimal, "date_format": cells.date_format}
    return found | {name: value for name, value in written.items() if value}


def _totals(sheet: SheetFound, patient: str) -> tuple[tuple[str, ...], list[str]]:
    cells = sheet.frame[patient]
    rows = cells[cells.isin([cell for cell in cells.unique() if is_total(cell)])]
    if rows.empty:
        return (), []
    places = listed((_place(place) for place in rows.index), most=5)
    words = tuple(dict.fromkeys(str(cell).strip() for cell in rows))
    return words, [f"No patient, and left out{sheet.where}: {listed(map(repr, words))} ({places})."]


def _place(index: Any) -> str:
    return index if isinstance(index, str) else f"line {index + 2}"


def _is_filled_down(frame: pd.DataFrame, patient: str) -> bool:
    """Whether most rows without a patient stand below one, and hold something."""
    if frame.empty or pd.isna(frame[patient].iloc[0]):
        return False
    without = frame[frame[patient].isna()]
    filled = without.drop(columns=patient).notna().sum(axis=1) > 1
    return len(without) >= max(2, len(frame) / 3) and bool(filled.all())
