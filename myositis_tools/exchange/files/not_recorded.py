"""Words and codes that mean *not recorded*: by the heading of each column; an empty heading stands for all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from myositis_tools.errors import OptionError, listed, nearest
from myositis_tools.exchange.files.cells import different_cells
from myositis_tools.exchange.files.headings import names_patients
from myositis_tools.exchange.files.number_formats import read_numbers
from myositis_tools.exchange.files.telling import tell
from myositis_tools.formatting import as_code

Missing = Sequence[str] | Mapping[str, Sequence[str]]
_PLAIN = re.compile(r"-?(0|[1-9]\d*)([^\deE+-]\d+)*")  # no code: 007 is another word than 7


def words_for_all(missing: Missing) -> tuple[str, ...]:
    """The words that are said for all columns alike.

    Examples
    --------
    >>> words_for_all("n.d."), words_for_all(["-99"]), words_for_all({"haq_di": ["9"], "": ["x"]})
    (('n.d.',), ('-99',), ('x',))
    """
    return _words(missing.get("", ()) if isinstance(missing, Mapping) else missing)


def words_by_heading(missing: Missing, headings: Iterable[str] | None) -> dict[str, tuple[str, ...]]:
    """The words that are said for columns of their own; None where it is not known yet which headings there are.

    Raises
    ------
    OptionError
        If there is no such heading.
    """
    if not isinstance(missing, Mapping):
        return {}
    known = [str(name) for name in (missing if headings is None else headings)]
    unknown = [str(name) for name in missing if str(name) and str(name) not in known]
    if unknown:
        raise OptionError(
            f"missing= names a heading that is not there: {listed(map(repr, unknown))}.",
            expected=f"one of {listed(known)}",
            hint=nearest(unknown[0], known) if known else "",
        )
    return {str(name): _words(words) for name, words in missing.items() if str(name)}


def without_words(
    frame: pd.DataFrame, missing: Missing, *, decimal: str = ".", thousands: str | None = None
) -> pd.DataFrame:
    """What `missing` names is missing, whether the file holds it as a text or as a number.

    Raises
    ------
    OptionError
        If it names a heading that is not there.
    """
    for_all, by_heading = words_for_all(missing), words_by_heading(missing, map(str, frame.columns))
    if not for_all and not any(by_heading.values()):
        return frame
    made = {}
    for name in frame.columns:
        words = (*for_all, *by_heading.get(str(name), ()))
        marked = _marked(frame[name], words, decimal, thousands) if words else None
        made[name] = frame[name] if marked is None or not marked.any() else frame[name].mask(marked)
        if marked is not None and marked.any() and names_patients(str(name)):
            tell(
                f"missing= empties {int(marked.sum())} identifiers of patients, in column {name}.",
                where=f"{listed(frame[name][marked].unique(), most=5)}",
                hint='name the words by heading, as in missing={"haq_di": ["9"]}, if these are patients',
            )
    cleared = pd.DataFrame(made, index=frame.index)
    cleared.attrs = frame.attrs
    return cleared


def _words(said: object) -> tuple[str, ...]:
    if isinstance(said, str) or not isinstance(said, Iterable):
        said = [said]
    return tuple(as_code(word) for word in said)


def _marked(values: pd.Series, words: Sequence[str], decimal: str, thousands: str | None) -> pd.Series:
    """Where a column holds one of the words, or a number that one of them writes."""
    written = [word.strip() for word in words]
    numbers = set(read_numbers(pd.Series(written, dtype=object)).dropna())
    numbers |= set(read_numbers(pd.Series(written, dtype=object), decimal, thousands).dropna())
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.astype(str).isin(written)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.isin(numbers)
    codes, held = different_cells(values)
    texts = [value.strip() if isinstance(value, str) else as_code(value) for value in held]
    could_be = [not isinstance(value, str) or _PLAIN.fullmatch(value.strip()) is not None for value in held]
    as_numbers = read_numbers(pd.Series(list(held), dtype=object).where(could_be, None), decimal, thousands)
    found = [text in written or number in numbers for text, number in zip(texts, as_numbers, strict=True)]
    return pd.Series(np.array([*found, False], dtype=bool)[codes], index=values.index)
