"""Texts that a spreadsheet would compute: an apostrophe before them makes them texts, and is taken away again."""

from __future__ import annotations

import re

# those of other alphabets are read as the same sign; what is blank before the sign is passed over by some programs
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BLANKS = " \u00a0\u200b\u3000\ufeff"
_FORMULA = re.compile(rf"'*[{_BLANKS}]*[{re.escape(''.join(FORMULA_SIGNS))}]")
_PROTECTED = re.compile(rf"'+[{_BLANKS}]*[{re.escape(''.join(FORMULA_SIGNS))}]")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might read a text as a formula.

    Examples
    --------
    >>> is_formula("=1+1"), is_formula(" \uff1d1+1"), is_formula("1+1")
    (True, True, False)
    """
    return _FORMULA.match(text) is not None


def harmless(value: object) -> object:
    """A value that no spreadsheet reads as a formula.

    Examples
    --------
    >>> harmless("=1+1"), harmless("'=1"), harmless("mild"), harmless(-1)
    ("'=1+1", "''=1", 'mild', -1)
    """
    # what already looks protected gets one apostrophe more, so that taking one away gives it back
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def is_protected(text: str) -> bool:
    """Whether `harmless` may have made a text."""
    return _PROTECTED.match(text) is not None
