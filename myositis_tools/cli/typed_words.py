"""Messages of the package in the words of the command line: options as they are typed, and no Python."""

import re

_LIMIT = "upper_limit = 180, or the heading that holds it, in the file of --mapping"
_WORDS = "words = { ... } in the file of --mapping"
_PHRASES = (
    (r"read_table reads a file with its types; pd\.to_numeric\(column\) [a-z ]+", "write numbers alone"),
    (r"read both as text, for example with pd\.read_csv\([^)]*\}\)", "write them alike in both files"),
    (r"mt\.to_xuln makes multiples of the upper limit from [^;.]+", f"multiples of the upper limit need {_LIMIT}"),
    (r"multiples of the upper limit are made with upper_limit=", f"multiples of the upper limit need {_LIMIT}"),
    (r"mt\.TIME_IS_MUSCLE is a protocol, and mt\.PROTOCOLS holds more", "--protocol time_is_muscle is one"),
    (r"mt\.TIME_IS_MUSCLE has", "time_is_muscle has"),
    (r"TableMapping\(\.\.\.\)\.save\(path\) writes one", "`convert --suggest` writes one"),
    (r"ColumnMapping\(words=\{\.\.\.\}\)", _WORDS),
    (r"missing=\{\"([^\"]+)\": \[\"([^\"]+)\"\]\}", r"--missing \1=\2"),
    (r"missing=\[\.\.\.\]", "--missing WORD"),
    (r"missing=(?=[ ,.]|$)", "--missing"),
    (r"weeks= says it", "--week-of NAME=WEEK says it"),
    (
        r"heading_line= says in which line the headings stand, if not in the first",
        "--heading-line says in which line the headings stand, and `convert --suggest` finds it",
    ),
    (r"\? rename it\b", "? rename it, or let `convert --suggest` map it"),
    (r"True, False or missing", "yes, no, or nothing"),
    (r"\bor None\b", "or nothing"),
)
_SPELLED = {" ": "space", "'": "apostrophe", "\t": "tab"}
_NAMES = "decimal|thousands|date_format|encoding|separator|heading_line|sheet|kind|mmt|group|reference|query|mask_below"
_GIVEN = re.compile(rf"\b({_NAMES})=(?:([\"'])(.*?)\2)?")


def as_typed(message: str) -> str:
    """A message with the options as they are typed here, and not as Python writes them.

    Examples
    --------
    >>> as_typed('decimal commas are read with decimal=","'), as_typed("give its encoding; encoding='cp1252'")
    ('decimal commas are read with --decimal ,', 'give its encoding; --encoding cp1252')
    >>> as_typed("name the words for it: missing=[...]")
    'name the words for it: --missing WORD'
    """
    for written, typed in _PHRASES:
        message = re.sub(written, typed, message)
    return _GIVEN.sub(_option, message)


def _option(found: re.Match[str]) -> str:
    option = f"--{found[1].replace('_', '-')}"
    if found[3] is None:
        return option
    value = _SPELLED.get(found[3], found[3])
    return f"{option} {value!r}" if " " in value else f"{option} {value}"
