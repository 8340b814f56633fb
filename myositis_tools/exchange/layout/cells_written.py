"""How the cells of a table are written: decimal signs, the order of dates, words for *not recorded*; never guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd

from myositis_tools.errors import listed
from myositis_tools.exchange.mapping.known_words import says_not_recorded
from myositis_tools.exchange.mapping.written_as import written_as

_MEASURED = re.compile(r"[<>]?\s*[+-]?\d+([.,]\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_TO_SAY = {
    "decimal": 'decimal="," or decimal="."',
    "date_format": 'date_format="%d-%m-%Y", with the signs that stand there',
}


@dataclass(frozen=True)
class FileQuestion:
    """What only a person can tell of a file.

    Attributes
    ----------
    option : {"weeks", "decimal", "date_format"}
        The option of `suggest_file` that says it.
    words : str
        The question, with an example of how it is said.
    about : tuple of str
        The parts of headings, or the sheets, whose week is asked for.
    """

    option: str
    words: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellsWritten:
    """How cells are written, what of it is said to the person, and what only she can tell."""

    decimal: str = "."
    date_format: str = ""
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by heading
    said: tuple[str, ...] = ()
    questions: tuple[FileQuestion, ...] = ()


def find_written(frame: pd.DataFrame, known: Collection[str] = (), whole: pd.DataFrame | None = None) -> CellsWritten:
    """Find how the texts of a table are written, as `written_as` proposes, and its words for *not recorded*.

    What is `known` already, ``decimal``, ``thousands`` or ``date_format``, is not looked for.

    Examples
    --------
    >>> import pandas as pd
    >>> found = find_written(pd.DataFrame({"HAQ": ["1,5", "n.b."], "Datum": ["16-02-2023", "03-04-2023"]}))
    >>> found.decimal, found.date_format, found.missing
    (',', '%d-%m-%Y', {'HAQ': ('n.b.',)})
    """
    told = {*known, "decimal"} if "thousands" in known else {*known}
    found = [each for each in written_as(frame, whole) if each.option not in told]
    missing = {str(name): marks for name in frame.columns if (marks := _missing(frame[name]))}
    said = [f"{each.words[:1].upper()}{each.words[1:]}." for each in found if each.value]
    for marks in dict.fromkeys(missing.values()):
        names = [name for name, of_it in missing.items() if of_it == marks]
        said.append(f"{listed(map(repr, marks))}: not recorded, in {listed(names, most=len(names))}.")
    questions = [
        FileQuestion(
            each.option,
            f"{each.words[:1].upper()}{each.words[1:].rstrip('?')}? Say it: {_TO_SAY[each.option]}.",
        )
        for each in found
        if not each.value
    ]
    chosen = {each.option: each.value for each in found if each.value}
    return CellsWritten(**chosen, missing=missing, said=tuple(said), questions=tuple(questions))


def _missing(values: pd.Series) -> tuple[str, ...]:
    """The words for *not recorded* of one column; a sign is one only among numbers and dates."""
    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
        return ()
    different = list(pd.unique(values.dropna().astype(object)))
    marks = [cell.strip() for cell in different if says_not_recorded(cell)]
    others = [cell for cell in different if not says_not_recorded(cell)]
    texts = [cell.strip() for cell in others if isinstance(cell, str)]
    measured = len(others) - len(texts) + sum(bool(_MEASURED.fullmatch(text)) for text in texts)
    if not others or 2 * measured < len(others):
        marks = [word for word in marks if any(map(str.isalpha, word))]
    return tuple(marks)
