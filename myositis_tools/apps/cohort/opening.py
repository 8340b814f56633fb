"""From the files of a person to the tables of a cohort: read, columns, checked, ready; it asks and never guesses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.cohort.cell_decisions import CheckedTable, Trouble, place_of
from myositis_tools.apps.cohort.file_read import FileRead, FileReading, TableRead, patients_in, read_file, read_frame
from myositis_tools.apps.cohort.held_file import HeldFile
from myositis_tools.apps.mapping.guidance import in_words_of_the_app
from myositis_tools.errors import MyositisToolsError, WrongTypeError, listed
from myositis_tools.exchange import FileMapping, read_file_mapping
from myositis_tools.frames import find_kind, names_of

_MAPPINGS = (".toml", ".json")
_COUNTED = ("patients", "visits")
DONE, ASKS, WRONG, WAITS = "done", "asks", "wrong", "waits"


@dataclass(frozen=True)
class Step:
    """One step on the way: its name, how it stands, and one sentence.

    Attributes
    ----------
    state : {"done", "asks", "wrong", "waits"}
        Whether it is done, asks something, needs a decision, or waits for a step before it.
    """

    name: str
    state: str
    sentence: str


class Opening(traitlets.HasTraits):
    """What is known of the files that are being opened; it knows no widget.

    Attributes
    ----------
    files : list of FileRead
        The files that were read, in the order in which they came.
    refused : list of str
        Why the last files that were not taken were not, in sentences.
    revision : int
        Goes up when something has changed.
    """

    revision = traitlets.Int(0)

    def __init__(self) -> None:
        super().__init__()
        self.files: list[FileRead] = []
        self.refused: list[str] = []
        self._mapping: FileMapping | None = None
        self._preferred: dict[str, str] = {}
        self._decided: dict[tuple[str, str], set[Trouble]] = {}
        self._left: set[tuple[str, str, str]] = set()
        self._checks: dict[tuple[str, str], tuple[Any, CheckedTable]] = {}

    # -------------------------------------------------------------------------------------------- what is handed in

    def add(self, files: Iterable[HeldFile]) -> None:
        """Read files beside those that were read; one of the same name takes its place, one that cannot be is said."""
        files = list(files)
        self.refused = []
        for file in files:
            if file.name.lower().endswith(_MAPPINGS):
                self._try(file, self._take_mapping)
        for file in files:
            if not file.name.lower().endswith(_MAPPINGS):
                self._try(file, lambda one: self._put(read_file(one, FileReading(), self._mapping)))
        self.revision += 1

    def hand_over(self, tables: Mapping[str, Any]) -> None:
        """Take tables that were handed over in code, by kind.

        Raises
        ------
        MyositisToolsError
            If one is no table, or holds the columns of another that was handed over.
        """
        for kind, table in tables.items():
            names = set(names_of(table))
            likest = max(tables, key=lambda other: (len(names & find_kind(other).columns.keys()), other == kind))
            if likest != kind:
                raise WrongTypeError(f"The {kind} table holds the columns of {likest}.", expected=f"{likest}=...")
            self._put(read_frame(kind, table))
        self.revision += 1

    def _try(self, file: HeldFile, act: Callable[[HeldFile], None]) -> None:
        try:
            act(file)
        except MyositisToolsError as error:
            self.refused.append(in_words(f"{file.name}: {error}"))
        except OSError as error:
            self.refused.append(f"{file.name} cannot be read any more ({error.strerror or type(error).__name__}).")

    def _take_mapping(self, file: HeldFile) -> None:
        with file.on_disk() as path:
            self._mapping = read_file_mapping(path)

    def _put(self, read: FileRead) -> None:
        for table in read.tables:
            table.model.observe(lambda _: self._changed(), names="revision")
        others = [each for each in self.files if each.file.name != read.file.name]
        self._decided = {key: held for key, held in self._decided.items() if key[0] != read.file.name}
        self._preferred = {kind: name for kind, name in self._preferred.items() if name != read.file.name}
        self.files = [*others, read]

    def _changed(self) -> None:
        self.revision += 1

    def forget(self) -> None:
        """Let go of all files."""
        self.files, self.refused, self._mapping, self._preferred, self._decided = [], [], None, {}, {}
        self._left = set()
        self.revision += 1

    def read_again(self, name: str, **said: Any) -> None:
        """Read a file as a person says: ``weeks, decimal, date_format, heading_line, missing``.

        Raises
        ------
        MyositisToolsError
            If the file cannot be read so.
        """
        before = next(each for each in self.files if each.file.name == name)
        weeks = {**before.reading.weeks, **said.pop("weeks", {})}
        place = self.files.index(before)
        self._put(read_file(before.file, replace(before.reading, weeks=weeks, **said)))
        self.files.insert(place, self.files.pop())
        self.revision += 1

    # ------------------------------------------------------------------------------------------------ what is read

    @property
    def tables(self) -> list[TableRead]:
        """The table of each kind that is used; of several files that hold one kind the first, or the one chosen."""
        used: dict[str, TableRead] = {}
        for table in (table for file in self.files for table in file.tables):
            if table.kind not in used or self._preferred.get(table.kind) == table.file:
                used[table.kind] = table
        return list(used.values())

    def rivals(self) -> dict[tuple[str, ...], list[str]]:
        """Kinds of table that the same several files hold, with the names of those files, the newest first."""
        held: dict[str, list[str]] = {}
        for table in (table for file in reversed(self.files) for table in file.tables):
            held.setdefault(table.kind, []).append(table.file)
        rivals: dict[tuple[str, ...], list[str]] = {}
        for kind, names in held.items():
            if names[1:] and kind not in self._preferred:
                rivals.setdefault(tuple(names), []).append(kind)
        return {tuple(kinds): list(names) for names, kinds in rivals.items()}

    def prefer(self, kinds: Iterable[str], file: str) -> None:
        """Say which file's tables of some kinds are used; a file of which no table is used is let go."""
        self._preferred |= dict.fromkeys(kinds, file)
        used = {table.file for table in self.tables}
        self.files = [each for each in self.files if each.file.name in used or each.asked]
        self.revision += 1

    @property
    def mapping(self) -> FileMapping:
        """How all of it is read, to save and to use again."""
        return FileMapping([table.mapping for table in self.tables])

    # -------------------------------------------------------------------------------------------- what is not clear

    def asked(self, table: TableRead) -> dict[str, list[str]]:
        """The headings of which it is not clear what they stand for, each with the columns that it could be."""
        model = table.model
        taken = {choice["column"] for choice in model.choices.values()}
        asked: dict[str, list[str]] = {}
        for name in model.headings:
            if name in table.used or (table.file, table.kind, name) in self._left:
                continue
            rows = model.asked_of_several(name) or model.suggested(name)[:1]
            could_be = [row["column"] for row in rows if row["column"] not in taken]
            asked |= {name: could_be} if could_be else {}
        return asked

    def leave(self, table: TableRead, heading: str) -> None:
        """Say that a heading is none of the things that it could be: it is kept as it is, and not used."""
        self._left.add((table.file, table.kind, heading))
        self.revision += 1

    def checked(self, table: TableRead) -> CheckedTable:
        """A table with what was decided about its errors, and those that are left."""
        key = (table.file, table.kind)
        decided = frozenset(self._decided.get(key, ()))
        asked = (table.model, table.model.revision, decided)
        if key not in self._checks or self._checks[key][0] != asked:
            self._checks[key] = (asked, CheckedTable(table.model.applied, table.kind, decided))
        return self._checks[key][1]

    def troubles(self) -> list[tuple[TableRead, Trouble]]:
        """The cells and rows that need a decision, each with its table."""
        return [(table, each) for table in self.tables for each in self.checked(table).troubles]

    def agree(self, troubles: Iterable[tuple[TableRead, Trouble]]) -> None:
        """Count cells as not recorded and leave rows out: a decision that only a person takes."""
        for table, trouble in troubles:
            self._decided.setdefault((table.file, table.kind), set()).add(trouble)
        self.revision += 1

    def take_back(self) -> None:
        """Take all such decisions back."""
        self._decided = {}
        self.revision += 1

    def said_of(self, table: TableRead, trouble: Trouble) -> str:
        """Where a cell or a row that needs a decision stands, and what is wrong with it."""
        applied = table.model.applied
        patient = applied["patient_id"].iloc[trouble.row] if "patient_id" in applied else None
        whose = f", patient {patient}" if pd.notna(patient) else ""
        value = f" {trouble.value!r}" if trouble.value else ""
        known = table.model.columns.get(trouble.column)
        column = known.heading if known is not None else trouble.column
        return f"{table.kind}, {place_of(applied.index[trouble.row])}{whose}: {column}{value}: {trouble.problem}"

    def decided(self) -> list[str]:
        """What a person decided about cells and rows, in words."""
        said = []
        for table in self.tables:
            decided = self.checked(table).decided
            cells, rows = (len({each for each in decided if each.is_of_row is of_row}) for of_row in (False, True))
            said += [f"{counted(cells, 'cell')} of {table.kind} counted as not recorded"] if cells else []
            said += [f"{counted(rows, 'row')} of {table.kind} left out"] if rows else []
        return said

    def problems(self) -> pd.DataFrame:
        """Every problem that is left, one row each, under headings for a person."""
        parts = []
        for table in self.tables:
            found = self.checked(table).problems
            named = {"Table": table.kind, "Where": found["place"], "Patient": found["patient_id"]}
            named |= {"Column": found["column"], "Value": found["value"], "Problem": found["problem"]}
            named |= {"Severity": found["severity"], "What to do": found["hint"].pipe(in_words_of_the_app)}
            parts.append(pd.DataFrame(named))
        made = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        return made.astype(object).where(made.notna(), "")

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to ask and nothing to decide."""
        return bool(self.tables) and all(step.state == DONE for step in self.steps()[:3])

    @property
    def is_plain(self) -> bool:
        """Whether all of it is in the package's own words as it stands, so that there is nothing to agree to."""
        return self.is_ready and all(table.is_plain for table in self.tables) and not self.decided()

    def ready_tables(self) -> dict[str, pd.DataFrame]:
        """The tables by kind, as the person agreed to them; her files are not changed."""
        return {table.kind: self.checked(table).table.reset_index(drop=True) for table in self.tables}

    # ------------------------------------------------------------------------------------------------ step by step

    def steps(self) -> list[Step]:
        """How the four steps stand; empty before a file was read."""
        if not self.files:
            return []
        first = [self._read(), self._columns(), self._checked()]
        return [*first, self._ready(first)]

    def found(self) -> list[str]:
        """What was found of the files, in sentences."""
        many = len(self.files) > 1
        said = [(file.file.name, in_words(each)) for file in self.files for each in file.found]
        return [f"{name}: {each}" if many else each for name, each in said]

    def _read(self) -> Step:
        asked = sum(len(file.asked) for file in self.files)
        names = listed([file.file.name for file in self.files])
        if asked:
            return Step("Read", ASKS, f"{names}: {counted(asked, 'question')} to answer before reading goes on.")
        held = listed([f"{counted(len(table.model.applied), 'row')} of {table.kind}" for table in self.tables])
        if rivals := self.rivals():
            both = listed([kind for kinds in rivals for kind in kinds])
            return Step("Read", ASKS, f"{names} hold the same kinds of table: {both}.")
        return Step("Read", DONE, f"{names}: {held}.")

    def _columns(self) -> Step:
        if not self.tables:
            return Step("Columns", WAITS, "")
        headings = {(table.file, name) for table in self.tables for name in table.model.headings}
        used = {(table.file, name) for table in self.tables for name in table.used}
        others = listed([repr(name) for _, name in sorted(headings - used)], most=4)
        said = f"{len(headings & used)} of {len(headings)} headings recognised."
        said += f" Kept as they are, and not used: {others}." if headings - used else ""
        asked = sum(len(self.asked(table)) for table in self.tables)
        could = f" What {counted(asked, 'heading')} stand{'s' * (asked == 1)} for is a question." if asked else ""
        return Step("Columns", ASKS if asked else DONE, said + could)

    def _checked(self) -> Step:
        if not self.tables:
            return Step("Checked", WAITS, "")
        checks = [(table.kind, self.checked(table)) for table in self.tables]
        warned = sum(int((check.problems["severity"] == "warning").sum()) for _, check in checks)
        stops = "stops" if warned == 1 else "stop"
        look = f" {counted(warned, 'thing')} to look at, which {stops} nothing." if warned else ""
        lacking = [
            f"{kind}, {row.column}: {row.problem}"
            for kind, check in checks
            for row in check.errors[check.errors["row"].isna()].itertuples()
        ]
        if lacking:
            return Step("Checked", WRONG, f"{listed(lacking)}.{look}")
        troubles = [trouble for _, trouble in self.troubles()]
        if troubles:
            rows = sum(each.is_of_row for each in troubles)
            parts = [counted(len(troubles) - rows, "cell")] * (rows < len(troubles))
            parts += [counted(rows, "row")] * bool(rows)
            needs = "needs" if len(troubles) == 1 else "need"
            return Step("Checked", WRONG, f"{' and '.join(parts)} {needs} a decision.{look}")
        decided = self.decided()
        return Step("Checked", DONE, f"{listed(decided) if decided else 'No error was found'}.{look}")

    def _ready(self, before: Sequence[Step]) -> Step:
        if any(step.state != DONE for step in before):
            return Step("Ready", WAITS, "")
        return Step("Ready", DONE, f"{in_numbers(self.ready_tables())}.")


def in_numbers(tables: Mapping[str, pd.DataFrame]) -> str:
    """How many patients and visits some tables have, and which others they are."""
    many = [counted(len(patients_in(tables)), "patient")]
    many += [counted(len(tables["visits"]), "visit")] if "visits" in tables else []
    others = [kind for kind in tables if kind not in _COUNTED]
    return " and ".join(many) + (f", with {' and '.join(others)}" if others else "")


def counted(number: int, what: str) -> str:
    """A number and what it counts.

    Examples
    --------
    >>> counted(1, "visit"), counted(1200, "visit")
    ('1 visit', '1,200 visits')
    """
    return f"{number:,} {what}{'s' * (number != 1)}"


def in_words(sentence: str) -> str:
    """A sentence of a reader in the words of the page."""
    return str(in_words_of_the_app(pd.Series([sentence])).iloc[0])
