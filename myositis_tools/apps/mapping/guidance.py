"""What `validate` advises, in the words of the app: it speaks to somebody who reads a file by code."""

from __future__ import annotations

import re

import pandas as pd

from myositis_tools.exchange.checks.validation import STORED_AS_TEXT
from myositis_tools.frames import TYPE_HINTS

DECIMAL_SIGN, THOUSANDS_SIGN, DATES, MISSING = (
    "Decimal sign",
    "Sign between thousands",
    "Dates",
    "Words for not recorded",
)
# Patterns of its arguments, and what the control is called that stands for each.
_CALLED = (
    (r'decimal commas are read with decimal=","', f"choose the comma under '{DECIMAL_SIGN}'"),
    (r'thousands="[^"]+"', f"'{THOUSANDS_SIGN}'"),
    (r'date_format="excel" reads them', f"choose day numbers of Excel under '{DATES}'"),
    (
        r'such dates are read with date_format="[^"]+" \(or "[^"]+": look which\)',
        f"choose under '{DATES}' how they are written: look whether day or month comes first",
    ),
    (r'such dates are read with date_format="[^"]+"', f"choose under '{DATES}' how they are written"),
    (r"name the words for it: missing=\[\.\.\.\]", f"name the words for it under '{MISSING}'"),
    (r", or map your own words: ColumnMapping\(words=\{\.\.\.\}\)", " in the table"),
    (re.escape(TYPE_HINTS["date"]), f"choose under '{DATES}' how they are written"),
    (re.escape(TYPE_HINTS["number"]), "a number is needed; leave what was not measured empty"),
    (r"is it column ('.*?')\? rename it", r"accept it under \1, or choose it there"),
    (r"is this (.*?)\? rename it; as it stands it is not read", r"is this \1? accept or choose it under its heading"),
    (
        r"say what it holds with kind=, and where its headings stand with heading_line=",
        "a table needs a line of headings; one of them names the patients, such as 'Patient' or 'Pat.nr'",
    ),
    (re.escape(STORED_AS_TEXT), "say which column the heading stands for: it is read as that column then"),
)


def in_words_of_the_app(hints: pd.Series) -> pd.Series:
    """Hints with the name of a control where the name of an argument stood."""
    return hints.replace(dict(_CALLED), regex=True)
