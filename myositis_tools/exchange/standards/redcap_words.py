"""The headings and codes of a REDCap export in the package's words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import pandas as pd

from myositis_tools.errors import MissingColumnError, OptionError, listed, nearest
from myositis_tools.exchange.describe.data_dictionary import redcap_codes, redcap_dictionary
from myositis_tools.frames import Kind

# a box to tick, by its name in a raw and by its label in a labelled export: it has a 0 also where nobody looked at it
_BOX = re.compile(r".+___.+|.+\(choice=.*\)")
_TICKED = {"Checked": "yes", "Unchecked": "no"}
_UNTICKED = ("0", "Unchecked")


def identified(given: pd.DataFrame, record_id: str, rename: Mapping[str, str]) -> pd.DataFrame:
    """The export with `patient_id` for its identifier and the headings that `rename` names.

    Raises
    ------
    MissingColumnError, OptionError
        If a heading is not there, or would stand twice.
    """
    held = list(map(str, given.columns))
    if record_id not in held:
        raise MissingColumnError(
            f"The export has no column {record_id!r}.",
            where=f"columns present: {listed(held)}",
            hint=f"record_id= says what the project calls it; its first column is {held[0]!r}"
            if len(held) > 1
            else "separator= says what stands between its cells",
        )
    absent = [name for name in rename if name not in held]
    if absent:
        raise MissingColumnError(
            f"The export has no column {absent[0]!r}.",
            where=f"rename={dict(rename)!r}",
            expected=listed(held),
            hint=nearest(absent[0], held),
        )
    if rename.get(record_id, "patient_id") != "patient_id":
        raise OptionError(
            f"rename= gives the identifier another name: {record_id!r} to {rename[record_id]!r}.",
            expected="patient_id",
            hint="record_id= says which column is the identifier",
        )
    names = dict(rename) | {record_id: "patient_id"}
    made = [names.get(name, name) for name in held]
    for name in dict.fromkeys(made):
        meant = [heading for heading, new in zip(held, made, strict=True) if new == name]
        if len(meant) > 1:
            raise _two_for_one(name, meant, record_id)
    if given[record_id].isna().any():
        raise OptionError(
            f"{given[record_id].isna().sum()} of {len(given)} rows have no {record_id}.",
            where=f"lines {listed(given.index[given[record_id].isna()][:5] + 2)} of the file",
            hint="record_id= says which column names the patient in every row",
        )
    return given.set_axis(made, axis=1)


def _two_for_one(name: str, meant: list[str], record_id: str) -> OptionError:
    other = next((heading for heading in meant if heading == name), meant[-1])
    hint = f"rename={{{other!r}: {other + '_of_export'!r}}} keeps that one beside it"
    if name == "patient_id" and other != record_id:
        hint = f"record_id={other!r} takes that one for the identifier; {hint}"
    return OptionError(
        f"Two columns of the export would be {name}: {listed(meant)}.",
        expected="one heading for each column",
        hint=hint,
    )


def boxes_of(headings: Collection[str], rename: Mapping[str, str]) -> set[str]:
    """The columns that are boxes to tick, under the names that they have then."""
    return {rename.get(name, name) for name in headings if _BOX.fullmatch(name)}


def is_filled(values: pd.Series, *, is_box: bool) -> pd.Series:
    """Where a cell says something: a box that is not ticked does not."""
    return values.notna() & ~values.astype(str).isin(_UNTICKED) if is_box else values.notna()


def in_our_words(given: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Headings and codes of our own dictionary as the columns and words that they were made of; ticked is yes."""
    fields = redcap_dictionary(kind.name).drop_duplicates("Field Label", keep=False)
    labels = dict(zip(fields["Field Label"], fields["Variable / Field Name"], strict=True))
    frame = given.rename(columns={label: name for label, name in labels.items() if name not in given})
    made = {}
    for name, column in kind.columns.items():
        if name not in frame:
            continue
        coded = redcap_codes(column)
        words = coded | {word.replace("_", " "): word for word in coded.values()}
        words |= _TICKED if column.type == "yes_no" else {}
        if words:
            made[name] = frame[name].map(lambda cell, words=words: words.get(cell, cell), na_action="ignore")
    return frame.assign(**made)
