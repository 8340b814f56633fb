"""How the cells of a table are written: decimal signs, the order of dates, words for *not recorded*; never guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from myositis_tools.errors import listed
from myositis_tools.exchange.mapping.known_words import says_not_recorded

_COMMA = re.compile(r"[+-]?\d+,\d+")
_POINT = re.compile(r"[+-]?\d+\.\d+")
_NUMBER = re.compile(r"[<>]?\s*[+-]?\d+([.,]\d+)?")
_THOUSAND = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")
_DAY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")


@dataclass(frozen=True)
class CellsWritten:
    """How cells are written, what of it is said to the person, and what only she can tell."""

    decimal: str = "."
    date_format: str = ""
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by heading
    said: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


def find_written(frame: pd.DataFrame, known: Collection[str] = (), whole: pd.DataFrame | None = None) -> CellsWritten:
    """Find how the texts of a table are written, from cells that can be read in one way only.

    What is `known` already, ``decimal`` or ``date_format``, is not looked for. Where `frame` holds the columns that are
    read, the `whole` table has more dates that say which of their parts is the day.

    Examples
    --------
    >>> import pandas as pd
    >>> found = find_written(pd.DataFrame({"HAQ": ["1,5", "n.b."], "Datum": ["16-02-2023", "03-04-2023"]}))
    >>> found.decimal, found.date_format, found.missing
    (',', '%d-%m-%Y', {'HAQ': ('n.b.',)})
    """
    texts = {str(name): _texts(frame[name]) for name in frame.columns}
    all_words = [word for words in texts.values() for word in words]
    decimal, *of_numbers = _decimal_sign([] if {"decimal", "thousands"} & {*known} else all_words)
    date_format, *of_dates = _date_format(
        {} if "date_format" in known else texts, {} if whole is None else {str(n): _texts(whole[n]) for n in whole}
    )
    missing = {name: marks for name, words in texts.items() if (marks := _missing(frame[name], words))}
    said = [sentence for sentence, _ in (of_numbers, of_dates) if sentence]
    said += [f"Not recorded in {name}: {listed(map(repr, marks))}." for name, marks in missing.items()]
    questions = [question for _, question in (of_numbers, of_dates) if question]
    return CellsWritten(decimal, date_format, missing, tuple(said), tuple(questions))


def _texts(values: pd.Series) -> list[str]:
    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
        return []
    return [value.strip() for value in pd.unique(values.dropna().astype(object)) if isinstance(value, str)]


def _decimal_sign(words: Sequence[str]) -> tuple[str, str, str]:
    """The sign, the sentence that says it, and the question where cells speak for both."""
    with_comma = [word for word in words if _COMMA.fullmatch(word) and not _THOUSAND.fullmatch(word)]
    with_point = [word for word in words if _POINT.fullmatch(word) and not _THOUSAND.fullmatch(word)]
    if with_comma and with_point:
        return (
            ".",
            "",
            f"Numbers are written with a decimal comma ({with_comma[0]}) and with a point ({with_point[0]}): "
            'write them in one way, or say which is meant: decimal="," or decimal=".".',
        )
    if with_comma:
        return ",", f"Numbers are written with a decimal comma, such as {with_comma[0]}.", ""
    unclear = [word for word in words if _THOUSAND.fullmatch(word) and "," in word]
    if unclear and not with_point:
        return ".", "", f'{unclear[0]} may be a decimal number or a thousand: say which, decimal="," or thousands=",".'
    return ".", "", ""


def _date_format(texts: Mapping[str, Sequence[str]], others: Mapping[str, Sequence[str]]) -> tuple[str, str, str]:
    """The format of dates written with day, month and year, where a day above 12 says which is which."""
    dates = _dates(texts)
    if not dates:
        return "", "", ""
    signs = [(match[2], len(match[4])) for _, match in dates]
    sign, digits = max(sorted(set(signs)), key=signs.count)
    alike = [(word, match) for word, match in (*dates, *_dates(others)) if (match[2], len(match[4])) == (sign, digits)]
    year = "%Y" if digits == 4 else "%y"
    day_first = [word for word, match in alike if int(match[1]) > 12]
    month_first = [word for word, match in alike if int(match[3]) > 12]
    one, other = f"%d{sign}%m{sign}{year}", f"%m{sign}%d{sign}{year}"
    if day_first and not month_first:
        return one, f"Dates are written day, month, year, such as {day_first[0]}.", ""
    if month_first and not day_first:
        return other, f"Dates are written month, day, year, such as {month_first[0]}.", ""
    example = alike[0][0] if not day_first else f"{day_first[0]} and {month_first[0]}"
    question = (
        f"Dates such as {example} can be read in two ways: say which, date_format={one!r} or date_format={other!r}."
    )
    return "", "", question


def _dates(texts: Mapping[str, Sequence[str]]) -> list[tuple[str, re.Match[str]]]:
    return [(word, match) for words in texts.values() for word in words if (match := _DAY.fullmatch(word))]


def _missing(values: pd.Series, words: Sequence[str]) -> tuple[str, ...]:
    """The words for *not recorded* of one column; a sign is one only among numbers and dates."""
    marks = [word for word in words if says_not_recorded(word)]
    others = len(pd.unique(values.dropna().astype(object))) - len(marks)
    if not others:
        return ()
    plain = [word for word in words if word not in marks]
    measured = sum(bool(_NUMBER.fullmatch(word) or _DAY.fullmatch(word)) for word in plain)
    if 2 * measured < len(plain):
        marks = [word for word in marks if any(map(str.isalpha, word))]
    return tuple(marks)
