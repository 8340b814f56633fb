"""Which column a site's heading may stand for: ranked, each with its reason, and nothing applied.

A heading stands for a column if its words mean it; the values and the unit that it states say whether that can be. What
could be two things, or says a unit that is not known, is a question: no suggestion of it is likely.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from myositis_tools.errors import NotFoundError, ReadingWarning, WrongTypeError, listed
from myositis_tools.exchange.mapping.column_mapping import MULTIPLE, ColumnMapping, TableMapping
from myositis_tools.exchange.mapping.heading_meanings import meaning_of
from myositis_tools.exchange.mapping.heading_names import CERTAIN, OWN_NAME, known_elsewhere, name_fit
from myositis_tools.exchange.mapping.heading_units import UnitFit, stated_in, unit_fit
from myositis_tools.exchange.mapping.known_words import suggest_words
from myositis_tools.exchange.mapping.upper_limits import has_another_unit, upper_limits
from myositis_tools.exchange.mapping.value_fit import value_fit
from myositis_tools.frames import Column, columns, find_kind, plain_column, refuse_nested, require_columns, to_pandas

LIKELY = CERTAIN  # the one standard of what may be accepted together with others, in notebooks, app and command line
_MOST = 3  # suggestions for a heading
_DOUBT = 0.5  # what is left of the score of a suggestion that a person has to look at
MARGIN = 0.05  # how far ahead of the next one must be what is no question
_COLUMNS = tuple(columns("suggestions"))
# What a heading means that stands for no column, and what to do about it.
_ADVICE = (
    (frozenset({"visit", "number", "code"}), "visit", "it numbers or names the visits: their week is not known by it"),
    (frozenset({"month", "visit", "number"}), "month", "it counts months, and week counts weeks"),
)


@dataclass(frozen=True)
class _Suggestion:
    column: str | None
    label: str = ""
    unit: str = ""
    upper_limit: str | None = None
    score: float = 0.0
    reason: str = ""
    is_doubtful: bool = False
    is_scale: bool = False

    @property
    def is_likely(self) -> bool:
        return self.column is not None and not self.is_doubtful and self.score >= LIKELY


def suggest_mapping(table: Any, kind: str) -> pd.DataFrame:
    """Suggest which column each heading stands for; nothing is applied.

    The words of a heading are compared with the columns, their labels and ``tables/heading_synonyms.csv`` (English,
    Dutch, German, French and Spanish), by what they mean (``tables/heading_words.csv``): a heading of the patient is
    never one of the physician, and what names a column of another kind of table is not offered here. The unit and the
    scale that a heading states are held against the column; the values say whether type and range fit, and in which
    unit.

    Parameters
    ----------
    table : pandas, Polars, DuckDB, PySpark or pyarrow table
        The site's table, as `read_table` gives it without a kind.
    kind : str
        What it holds, as in `validate`.

    Returns
    -------
    pandas.DataFrame
        By heading in the order of the table, the likeliest column first: ``heading, rank`` (from 1), ``column, unit``
        (where the values or the heading speak for another), ``upper_limit`` (the heading that looks like it),
        ``score`` (0 to 1), ``reason, likely``. Likely is at most one row of a heading and of a column, and nothing is
        that could be two things, or of which a unit or a value is in doubt: those a person decides. A heading that
        resembles nothing has one row without a column. `accept_suggestions` makes a mapping of the rows that you keep.

    Raises
    ------
    OptionError
        If there is no such kind.

    Missing data
    ------------
    A column without a value is judged by its heading alone.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> own = pd.DataFrame({"Patiënt": ["A"], "Weken": [0], "VAS arts": [61], "Centrum": ["x"]})
    >>> found = mt.suggest_mapping(own, "visits")
    >>> found.loc[[1, 2], ["heading", "column", "unit"]]
        heading               column unit
    1     Weken                 week
    2  VAS arts  physician_global_cm   mm
    >>> found.loc[2, "reason"]
    "'vas arts' is Dutch for it; values to 61 would be mm"
    """
    frame = refuse_nested(to_pandas(table))
    headings = [str(name) for name in frame.columns]
    known = find_kind(kind).holding(headings).columns
    limits = upper_limits(headings, known)
    found = {
        heading: _of_heading(heading, frame.iloc[:, place], kind, known, limits)
        for place, heading in enumerate(headings)
    }
    rows = [
        {"heading": heading, "rank": rank, "likely": rank == 1 and each.is_likely}
        | {name: getattr(each, name) for name in ("column", "unit", "upper_limit", "reason")}
        | {"score": round(each.score, 3)}
        for heading, suggested in _one_for_each(found).items()
        for rank, each in enumerate(suggested, start=1)
    ]
    made = pd.DataFrame(rows, columns=list(_COLUMNS))
    return made.astype({"rank": "int64", "score": "float64", "likely": "bool"})


def _of_heading(
    heading: str, values: pd.Series, kind: str, known: Mapping[str, Column], limits: Mapping[str, str]
) -> list[_Suggestion]:
    """What a heading may stand for, the likeliest first; one suggestion without a column where that is nothing."""
    whose = [known[name].label for name, limit in limits.items() if limit == heading]
    if whose:
        return [_Suggestion(None, reason=f"looks like the upper limit of {whose[0]}")]
    judged = [_judged(heading, values, column, limits) for column in known.values()]
    named = [each for each in judged if each is not None]
    offered = [each for each in named if each.column is not None]
    is_ours = any(name_fit(heading, column).is_certain for column in known.values())
    if not is_ours and (elsewhere := known_elsewhere(heading, kind)):
        return [_Suggestion(None, reason=elsewhere)]
    if not offered:
        return [named[0] if named else _Suggestion(None, reason=_advice(heading))]
    return _asked_of_two(sorted(offered, key=lambda each: -each.score)[:_MOST])


def _judged(heading: str, values: pd.Series, column: Column, limits: Mapping[str, str]) -> _Suggestion | None:
    """What speaks for a column, if its name does; without a column where the unit that is stated speaks against it."""
    name = name_fit(heading, column)
    if not name.score:
        return None
    stated = stated_in(heading)
    of_unit = UnitFit(is_stated=True) if name.is_whole and stated.unit else unit_fit(stated, column)
    if not of_unit.fits:
        return _Suggestion(None, reason=f"{name.words}; {of_unit.words}")
    enzyme = column.name.replace("_u_l", "_xuln")
    limit = limits.get(enzyme) if column.unit in (MULTIPLE, "U/L") and stated.unit != MULTIPLE else None
    is_other = limit is not None and has_another_unit(heading, limit)
    limit = None if is_other and column.unit != MULTIPLE else limit
    fit = value_fit(values, column, of_unit, limit, heading)
    words = f"{fit.words}; but {limit!r} says another unit" if is_other and limit else fit.words
    doubtful = fit.is_doubtful or not name.is_certain or (is_other and limit is not None)
    limit = limit if column.unit == MULTIPLE else None
    return _Suggestion(
        column.name,
        column.label,
        fit.unit or of_unit.unit,
        limit,
        name.score * fit.share * (_DOUBT if doubtful else 1),
        f"{name.words}; {words}" if words else name.words,
        doubtful,
        column.maximum is not None and name.is_certain,
    )


def _advice(heading: str) -> str:
    said = meaning_of(stated_in(heading).name)
    return next((words for most, least, words in _ADVICE if least in said and said <= most), "resembles nothing")


def _asked_of_two(found: list[_Suggestion]) -> list[_Suggestion]:
    """The suggestions for one heading; where the first is hardly ahead of others, it is a question."""
    first = found[0]
    near = [each for each in found if each.score > first.score - MARGIN and not each.is_doubtful]
    if first.is_doubtful:
        return found
    if first.score == OWN_NAME or len(near) < 2:  # another scale of the same test, which the values do not fit, is none
        others = [each for each in found if each.is_scale and each.is_doubtful and _test(each) == _test(first)]
        return [each for each in found if each not in others]
    said = f"could be {_COUNTED[len(near)]} things: {listed([each.label for each in near])}"
    return [_doubted(each, said) if each in near else each for each in found]


def _test(each: _Suggestion) -> str:
    return str(each.column).partition("_")[0].rstrip("0123456789")


_COUNTED = {2: "two", 3: "three"}


def _doubted(each: _Suggestion, why: str) -> _Suggestion:
    return replace(each, is_doubtful=True, score=each.score * _DOUBT, reason=f"{why}; {each.reason}")


def _one_for_each(found: Mapping[str, list[_Suggestion]]) -> dict[str, list[_Suggestion]]:
    """The suggestions of all headings; a column that several are likely to stand for is a question of each of those."""
    likely: dict[str, dict[str, float]] = {}
    for heading, (first, *_) in found.items():
        if first.is_likely:
            likely.setdefault(str(first.column), {})[heading] = first.score
    made = dict(found)
    for several in likely.values():
        best = max(several, key=lambda heading: several[heading])
        others = [heading for heading in several if heading != best]
        is_plain = several[best] == OWN_NAME
        for heading in others if is_plain else [*others, *([best] if others else [])]:
            first, *rest = found[heading]
            rivals = [other for other in several if other != heading]
            said = f"{listed(map(repr, rivals))} could be it as well"
            made[heading] = [_doubted(first, said), *rest]
    return made


def accept_suggestions(
    suggestions: pd.DataFrame, kind: str, table: Any = None, *, doubtful: bool = False, **options: Any
) -> TableMapping:
    """Make a mapping from the rows of `suggest_mapping` that you keep.

    Parameters
    ----------
    suggestions : pandas.DataFrame
        The rows you agree to, such as ``suggestions[suggestions["likely"]]``. Of a heading or a column that stands
        twice the row with the higher score counts.
    kind : str
        What the table holds.
    table : pandas, Polars, DuckDB, PySpark or pyarrow table, optional
        The site's table: its codes and words get the words they are known to stand for (``v`` is ``female``).
    doubtful : bool
        Whether rows that are not likely count as well, because you have looked at each of them.
    **options
        ``decimal``, ``date_format`` and ``missing`` of `TableMapping`.

    Returns
    -------
    TableMapping
        To look at, change, save and apply.

    Warns
    -----
    ReadingWarning
        If a heading is left out because no row of it is likely.

    Raises
    ------
    MissingColumnError, WrongTypeError
        If `suggestions` is not what `suggest_mapping` gives.
    NotFoundError
        If a heading that you keep is no column of `table`.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> own = pd.DataFrame({"Geslacht": ["v", "m"], "Leeftijd": [54, 61]})
    >>> mt.accept_suggestions(mt.suggest_mapping(own, "patients"), "patients", own)
    mapping = mt.TableMapping('patients', [
        mt.ColumnMapping('Geslacht', 'sex', words={'v': 'female', 'm': 'male'}),
        mt.ColumnMapping('Leeftijd', 'age_years'),
    ])
    """
    needed = ("heading", "column", "unit", "score")
    require_columns(suggestions, needed, expected="what suggest_mapping gives", hint="that comes first")
    kept = suggestions[suggestions["column"].notna()]
    if not doubtful and "likely" in kept:
        kept = _likely_of(kept)
    if not pd.api.types.is_numeric_dtype(plain_column(kept["score"]).dtype):
        raise WrongTypeError(
            "Column score holds what is no number.",
            where="column score",
            expected="the numbers that suggest_mapping gave",
        )
    kept = kept.sort_values("score", ascending=False, kind="stable")
    kept = kept.drop_duplicates("heading").drop_duplicates("column").sort_index()
    frame = refuse_nested(to_pandas(table)) if table is not None else None
    there = list(kept["heading"] if frame is None else frame.columns)
    strange = [heading for heading in kept["heading"] if heading not in there]
    if strange:
        raise NotFoundError(
            f"The table has no column {strange[0]!r}.",
            expected=listed(map(str, there)),
            hint="give the table from which the suggestions were made",
        )
    known = find_kind(kind).holding(map(str, kept["column"])).columns
    made = [
        ColumnMapping(
            str(row.heading),
            str(row.column),
            unit=str(row.unit or ""),
            upper_limit=row.upper_limit if isinstance(getattr(row, "upper_limit", None), str) else None,
            # a column that is not ours is refused by the mapping
            words={}
            if frame is None or str(row.column) not in known
            else suggest_words(frame[row.heading], known[str(row.column)], str(row.heading)),
        )
        for row in kept.itertuples()
    ]
    return TableMapping(kind, made, **options)


def _likely_of(kept: pd.DataFrame) -> pd.DataFrame:
    likely = kept[kept["likely"].astype(bool)]
    left = list(dict.fromkeys(kept.loc[~kept["heading"].isin(likely["heading"]), "heading"]))
    if left:
        warnings.warn(
            f"{listed(map(repr, left))} {'is' if len(left) == 1 else 'are'} not mapped: no suggestion is likely. Where "
            "you have looked at the rows that you keep, doubtful=True accepts them.",
            ReadingWarning,
            stacklevel=3,
        )
    return likely
