"""What a mapping may say, and has to: its keys, and what stands behind each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import Any

from myositis_tools.errors import MappingError, listed, nearest


def known_keys(held: Mapping[str, Any], made: Any, where: str) -> Mapping[str, Any]:
    """Give what stands in a file of a mapping, or in one of its columns, if it can be said and nothing is left out.

    Raises
    ------
    MappingError
        If it says what a mapping does not, or lacks what has to be there.
    """
    if not isinstance(held, Mapping):
        raise MappingError(
            f"{_shown(held)} is no column of a mapping.", where=where, expected='[[columns]] with heading = "..."'
        )
    known = {one.name: one.default is MISSING and one.default_factory is MISSING for one in fields(made)}
    unknown = [key for key in held if key not in known]
    if unknown:
        raise MappingError(
            f"The file says what a mapping does not: {listed(unknown)}.",
            where=where,
            expected=listed(name for name in known if name != "columns"),
            hint=nearest(unknown[0], list(known)),
        )
    absent = [name for name, is_needed in known.items() if is_needed and name not in held and name != "columns"]
    if absent:
        raise MappingError(
            f"The mapping lacks {listed(absent)}.",
            where=where,
            expected='kind = "visits" and [[columns]] with heading and column',
            hint="TableMapping(...).save(path) writes one to look at",
        )
    return held


def text_of(value: Any, name: str, where: str = "") -> str:
    """A text.

    Raises
    ------
    MappingError
        If it is something else.
    """
    if not isinstance(value, str):
        raise _refused(value, name, where, 'a text, such as "week"', f'{name} = "{value}"' if _is_plain(value) else "")
    return value


def words_of(value: Any, name: str, where: str = "") -> tuple[str, ...]:
    """Words and codes, as texts; one word alone is not taken for its letters.

    Raises
    ------
    MappingError
        If they are no list of texts or numbers.
    """
    if isinstance(value, Mapping):
        hint = f"words for one column stand with that column: {name} in [[columns]], or ColumnMapping({name}=[...])"
        raise _refused(value, name, where, 'a list of words, such as ["n.b."]', hint)
    if isinstance(value, str) or not isinstance(value, Sequence | set | frozenset):
        raise _refused(value, name, where, 'a list of words, such as ["n.b."]', f"{name} = [{_shown(value)}]")
    return tuple(_word(one, name, where) for one in value)


def meanings_of(value: Any, name: str, where: str = "") -> Mapping[str, str]:
    """Words and what they stand for.

    Raises
    ------
    MappingError
        If they are no table of texts.
    """
    if not isinstance(value, Mapping):
        raise _refused(value, name, where, 'the words and what each stands for, such as { v = "female" }')
    return MappingProxyType({_word(key, name, where): _word(word, name, where) for key, word in value.items()})


BY = "by"  # of a table of upper limits: the heading that says which one holds


def limit_of_normal(value: Any, where: str = "") -> str | float | Mapping[str, Any] | None:
    """An upper limit of normal: a heading, a number, or a number for each word under a heading.

    Raises
    ------
    MappingError
        If it is nothing of that, or a number is not above 0.
    """
    name, expected = "upper_limit", 'a heading, a number, or a table such as { by = "Geslacht", v = 170, m = 200 }'
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        rest = {str(key): number for key, number in value.items() if key != BY}
        if not isinstance(value.get(BY), str) or not rest or not all(map(_is_limit, rest.values())):
            raise _refused(dict(value), name, where, expected, "numbers above 0, and by= names the heading")
        return MappingProxyType({BY: value[BY]} | rest)
    if not _is_limit(value):
        raise _refused(value, name, where, expected, "a limit is a number above 0")
    return float(value)


def _is_limit(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value) and value > 0


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _word(value: Any, name: str, where: str) -> str:
    if not isinstance(value, str) and not _is_plain(value):
        raise _refused(value, name, where, "words, each a text or a number")
    return str(value)


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _refused(value: Any, name: str, where: str, expected: str, hint: str = "") -> MappingError:
    return MappingError(f"{name} of a mapping cannot be {_shown(value)}.", where=where, expected=expected, hint=hint)
