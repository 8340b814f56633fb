"""Which class a drug of a medication list is of: by its ATC code, else by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import narwhals as nw

from myositis_tools.tables import records

OPEN = "_open"  # a column of nothing, of truths: what is joined to it stays open
GLUCOCORTICOID, IMMUNOSUPPRESSANT, TO_REVIEW = "glucocorticoid", "immunosuppressant", "immunomodulator_to_review"
LOOP_DIURETIC, NAMED_BY_THE_RECORD = "loop_diuretic", "named_by_the_record"
NEPHROTOXIC, NEPHROTOXIC_BROAD = "nephrotoxic", "nephrotoxic_broad"

# A code of a substance, or of the group that a substance is in.
_CODE = "^[A-Z][0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?$"
_GROUPS = (3, 4, 5)  # how many signs the code of a group may have


def is_code(text: str) -> bool:
    """Whether a text is the ATC code of a drug or of a group."""
    return re.fullmatch(_CODE, text) is not None


def named_alike() -> dict[str, nw.Expr]:
    """The names in small letters with single spaces, the codes in capitals; what is no ATC code is none."""
    code = nw.col("atc").str.to_uppercase().str.strip_chars()
    name = nw.col("drug").str.to_lowercase().str.replace_all(r"[\s_-]+", " ").str.strip_chars()
    return {"drug": name, "atc": nw.when(code.str.contains(_CODE)).then(code)}


def is_of_class(drug_class: str) -> nw.Expr:
    """Whether the drug is of a class: by its ATC code, else by its name; null where neither is known to us.

    The code of a group that is wider than the class leaves it open.
    """
    codes: Sequence[str]
    exceptions: Sequence[str]
    names: Sequence[str]
    if drug_class == GLUCOCORTICOID:
        codes, exceptions, names = _glucocorticoids("atc"), (), _glucocorticoids("drug")
    else:
        codes, exceptions, names = (_listed(drug_class, by) for by in ("atc", "atc_except", "name"))
    wider = sorted({code[:signs] for code in codes for signs in _GROUPS if signs < len(code)})
    by_code = _starts_with(codes) | (nw.col("atc").is_in(wider).fill_null(False) & nw.col(OPEN))
    if exceptions:
        by_code = by_code & ~_starts_with(exceptions)
    has_no_code = nw.col("atc").is_null()
    return by_code | (has_no_code & (_is_named(names) | (~_is_named(_known_names()) & nw.col(OPEN))))


def is_drug(name: str) -> nw.Expr:
    """Whether the drug is the one of a name: by its code where both have one, else by its name."""
    codes = [str(row["atc"]) for row in records("glucocorticoids") if row["drug"] == name]
    by_name = _is_named([name])
    return nw.col("atc").is_in(codes).fill_null(False) | (by_name & nw.col("atc").is_null()) if codes else by_name


def is_in_group(code: str) -> nw.Expr:
    """Whether the drug is of an ATC group; null where it has no code and its name is not known to us."""
    unknown = nw.col("atc").is_null() & ~_is_named(_known_names())
    return _starts_with([code]) | (unknown & nw.col(OPEN))


@cache
def known_drugs() -> tuple[str, ...]:
    """Name the drugs that the package knows."""
    return _known_names()


@cache
def _listed(drug_class: str, by: str) -> tuple[str, ...]:
    return tuple(str(row["value"]) for row in records("drug_classes") if (row["class"], row["by"]) == (drug_class, by))


@cache
def _glucocorticoids(column: str) -> tuple[str, ...]:
    return tuple(str(row[column]) for row in records("glucocorticoids"))


@cache
def _known_names() -> tuple[str, ...]:
    named = [str(row["value"]) for row in records("drug_classes") if row["by"] == "name"]
    return tuple(dict.fromkeys([*named, *_glucocorticoids("drug")]))


def _starts_with(prefixes: Sequence[str]) -> nw.Expr:
    # where there is no code it does not; pandas says so itself of some texts, and of others that it does not know
    return nw.col("atc").str.contains(f"^(?:{'|'.join(prefixes)})").fill_null(False)


def _is_named(names: Sequence[str]) -> nw.Expr:
    return nw.col("drug").is_in(list(names)).fill_null(False)
