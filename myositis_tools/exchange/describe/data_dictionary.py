"""What every column is, in the form that each system wants it: all made from ``tables/columns.csv``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from myositis_tools.frames import Column, columns, find_kind, kinds, with_bounds

# What a person fills in; the others are derived.
_DERIVED = "_because"
_NOT_ASKED = ("conflicts",)
_RECORD = "record_id"
_ULN = "× ULN"
_SIGNS = {"-": "_minus", "+": "_plus", "\u00b5": "u", "\u03bc": "u"}  # of words that REDCap takes no code from
MMT = ("mmt8_150", "mmt8_80", "mmt26_260")
REDCAP_COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)


def asked(kind: str) -> Mapping[str, Column]:
    """The columns of a kind of table that a person fills in."""
    found = find_kind(kind).columns
    return {name: column for name, column in found.items() if not name.endswith(_DERIVED) and name not in _NOT_ASKED}


def data_dictionary(kind: str | None = None) -> pd.DataFrame:
    """Data dictionary: what every column of a table is, with unit and permitted range.

    Parameters
    ----------
    kind : str, optional
        One kind of table, as in `validate`; by default all of them.

    Returns
    -------
    pandas.DataFrame
        One row a column: ``kind, column, label, type, unit, permitted, required, description``.

    Raises
    ------
    OptionError
        If there is no such kind.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.data_dictionary("visits").set_index("column").loc["haq_di", ["type", "permitted"]].tolist()
    ['number', '0 to 3']
    """
    rows = [
        {
            "kind": each.name,
            "column": name,
            "label": column.heading,
            "type": column.type.replace("_", "/"),
            "unit": column.unit,
            "permitted": column.expected,
            "required": "yes" if name in {*each.required, *each.keys} else "",
            "description": column.description,
        }
        for each in ([find_kind(kind)] if kind else kinds().values())
        for name, column in asked(each.name).items()
    ]
    return pd.DataFrame(rows)


def legend(sheets: Mapping[str, pd.DataFrame], defined: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Say what every column of some tables is, for anyone who opens them in a year.

    Parameters
    ----------
    sheets : mapping
        The tables by the title of their sheet.
    defined : mapping
        By title the tables of ``tables/columns.csv`` that define its columns, the first that knows one counts; a sheet
        that is not named here is left out.

    Returns
    -------
    pandas.DataFrame
        One row a column of each: ``sheet, column, heading, unit, permitted, description``. A column that is not of this
        package is said to be so.
    """
    rows = []
    for title in [title for title in sheets if title in defined]:
        known = {name: column for table in reversed(defined[title]) for name, column in columns(table).items()}
        known = dict(with_bounds(known, list(map(str, sheets[title].columns))))
        for name in map(str, sheets[title].columns):
            row = {"sheet": title, "column": name}
            if (column := known.get(name)) is None:
                rows.append(row | {"heading": name, "description": "As in your file; it is not read"})
                continue
            row |= {"heading": column.heading, "unit": column.unit, "permitted": column.expected}
            rows.append(row | {"description": column.description or column.heading})
    return pd.DataFrame(rows, columns=["sheet", "column", "heading", "unit", "permitted", "description"]).fillna("")


def json_schema(kind: str) -> dict[str, Any]:
    """Describe a table as JSON Schema (draft 2020-12): a list of rows, with missing values null or left out.

    Parameters
    ----------
    kind : str
        As in `validate`.

    Returns
    -------
    dict
        To write with ``json.dump``. Units stand under ``unit``.

    Raises
    ------
    OptionError
        If there is no such kind.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.json_schema("visits")["items"]["properties"]["physician_global_cm"]["maximum"]
    10.0
    """
    found = find_kind(kind)
    named = {*found.keys, *found.required} - {"stop_date", "date", "upper_limit"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind,
        "description": found.label,
        "type": "array",
        "items": {
            "type": "object",
            "properties": {name: _property(column, known=name in named) for name, column in asked(kind).items()},
            "required": [name for name in asked(kind) if name in named],
        },
    }


def _property(column: Column, *, known: bool) -> dict[str, Any]:
    type_ = {"number": "number", "integer": "integer", "yes_no": "boolean"}.get(column.type, "string")
    made: dict[str, Any] = {"title": column.heading, "type": type_ if known else [type_, "null"]}
    made |= {"description": column.description} if column.description else {}
    made |= {"unit": column.unit} if column.unit else {}
    made |= {"minimum": column.minimum} if column.minimum is not None else {}
    made |= {"maximum": column.maximum} if column.maximum is not None else {}
    made |= {"enum": list(column.words) if known else [*column.words, None]} if column.words else {}
    # dates of which only the month or the year is known are written so
    made |= {"pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"} if column.type == "date" else {}
    return made


def redcap_dictionary(kind: str = "visits") -> pd.DataFrame:
    """Make a REDCap data dictionary: one instrument, with ranges, choices, branching and calculated fields.

    In that of the visits a person says which scale of the MMT was used and which enzymes were measured, and is asked
    for these only; an enzyme is asked for with its upper limit of normal, and REDCap divides. `read_redcap` reads its
    export.

    Parameters
    ----------
    kind : str
        As in `validate`.

    Returns
    -------
    pandas.DataFrame
        The eighteen columns of a dictionary, to save as CSV and upload.

    Raises
    ------
    OptionError
        If there is no such kind.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> fields = mt.redcap_dictionary().set_index("Variable / Field Name")
    >>> fields.loc["mmt8_80", "Branching Logic (Show field only if...)"]
    "[mmt_scale] = 'mmt8_80'"
    """
    form = "imacs_core_set" if kind == "visits" else kind
    fields = [_field(_RECORD, form, "Record", validation="")]
    for name, column in asked(kind).items():
        if name in ("patient_id", "week"):
            continue  # the record, and the event
        private = {"Identifier?": "y"} if column.private else {}
        fields += _of_visits(name, column, form) if kind == "visits" else [_of_column(column, form) | private]
    return pd.DataFrame([dict.fromkeys(REDCAP_COLUMNS, "") | field for field in fields])


def redcap_codes(column: Column) -> dict[str, str]:
    """The codes under which REDCap keeps the words of a column: letters, digits and underscores, each code once.

    Examples
    --------
    >>> list(redcap_codes(columns("labs")["unit"]).items())[:2]
    [('u_l', 'U/L'), ('ukat_l', 'ukat/L')]
    """
    found: dict[str, str] = {}
    for word in column.words:
        found.setdefault(_redcap_code(word), word)
    return found


def _redcap_code(word: str) -> str:
    if re.fullmatch(r"\w+", word, re.ASCII):
        return word
    for sign, said in _SIGNS.items():
        word = word.replace(sign, said)
    return re.sub(r"\W+", "_", word.lower(), flags=re.ASCII).strip("_")


def _of_visits(name: str, column: Column, form: str) -> Iterator[dict[str, Any]]:
    if name == MMT[0]:
        choices = " | ".join(f"{scale}, {columns('visits')[scale].label}" for scale in MMT)
        yield _field("mmt_scale", form, "Scale of the manual muscle test", type_="radio", choices=choices)
    if column.unit != _ULN:
        branching = f"[mmt_scale] = '{name}'" if name in MMT else ""
        yield _of_column(column, form) | {"Branching Logic (Show field only if...)": branching}
        return
    test = name.removesuffix("_xuln")
    enzymes = [each for each in columns("visits").values() if each.unit == _ULN]
    if column is enzymes[0]:
        choices = " | ".join(f"{each.name.removesuffix('_xuln')}, {each.label}" for each in enzymes)
        yield _field("enzymes_measured", form, "Enzymes measured", type_="checkbox", choices=choices)
    shown = {"Branching Logic (Show field only if...)": f"[enzymes_measured({test})] = '1'"}
    note = "value and upper limit in the same unit"
    yield _field(f"{test}_value", form, f"{column.heading}, value", validation="number", low=0, note=note) | shown
    yield (
        _field(f"{test}_upper_limit", form, f"{column.heading}, upper limit of normal", validation="number", low=0)
        | shown
    )
    divided = f"if([{test}_upper_limit] > 0, [{test}_value] / [{test}_upper_limit], '')"
    yield _field(name, form, f"{column.heading} (× ULN)", type_="calc", choices=divided) | shown


def _of_column(column: Column, form: str) -> dict[str, Any]:
    note = column.unit
    if column.type == "yes_no":
        return _field(column.name, form, column.heading, type_="yesno", note=note)
    if column.words:
        choices = " | ".join(f"{code}, {word.replace('_', ' ')}" for code, word in redcap_codes(column).items())
        return _field(column.name, form, column.heading, type_="radio", choices=choices, note=note)
    validation = {"number": "number", "integer": "integer", "date": "date_ymd"}.get(column.type, "")
    return _field(
        column.name, form, column.heading, validation=validation, low=column.minimum, high=column.maximum, note=note
    )


def _field(
    name: str,
    form: str,
    label: str,
    *,
    type_: str = "text",
    choices: str = "",
    note: str = "",
    validation: str = "",
    low: float | None = None,
    high: float | None = None,
) -> dict[str, Any]:
    return {
        "Variable / Field Name": name,
        "Form Name": form,
        "Field Type": type_,
        "Field Label": label,
        "Choices, Calculations, OR Slider Labels": choices,
        "Field Note": note,
        "Text Validation Type OR Show Slider Number": validation,
        "Text Validation Min": "" if low is None else f"{low:g}",
        "Text Validation Max": "" if high is None else f"{high:g}",
    }
