"""Which class a drug of a medication list is of: by its ATC code, else by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, reduce
from operator import or_

import narwhals as nw

from myositis_tools.tables import records

OPEN = "_open"  # a column of nothing, of truths: what is joined to it stays open
GLUCOCORTICOID, IMMUNOSUPPRESSANT, TO_REVIEW = "glucocorticoid", "immunosuppressant", "immunomodulator_to_review"
LOOP_DIURETIC, NAMED_BY_THE_RECORD = "loop_diuretic", "named_by_the_record"
NEPHROTOXIC, NEPHROTOXIC_BROAD = "nephrotoxic", "nephrotoxic_broad"

# A code of a substance, or of the group that a substance is in.
_ONE_CODE = "[A-Z][0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?"
_CODE = f"^{_ONE_CODE}$"
# Several codes with a bar between them: any of them, as a vocabulary gives a drug whose route is not known.
_CODES = rf"^{_ONE_CODE}(?:\|{_ONE_CODE})*$"
_GROUPS = (3, 4, 5)  # how many signs the code of a group may have


def is_code(text: str) -> bool:
    """Whether a text is the ATC code of a drug or of a group."""
    return re.fullmatch(_CODE, text) is not None


def named_alike() -> dict[str, nw.Expr]:
    """The names in small letters with single spaces, the codes in capitals; what are no ATC codes are none."""
    code = nw.col("atc").str.to_uppercase().str.strip_chars()
    name = nw.col("drug").str.to_lowercase().str.replace_all(r"[\s_-]+", " ").str.strip_chars()
    return {"drug": name, "atc": nw.when(code.str.contains(_CODES)).then(code)}


def is_of_class(drug_class: str) -> nw.Expr:
    """Whether the drug is of a class: by its ATC code, else by its name; null where neither is known to us.

    The code of a group that is wider than the class leaves it open, and so do several codes that do not agree.
    """
    codes: Sequence[str]
    exceptions: Sequence[str]
    names: Sequence[str]
    if drug_class == GLUCOCORTICOID:
        codes, exceptions, names = _glucocorticoids("atc"), (), _glucocorticoids("drug")
    else:
        codes, exceptions, names = (_listed(drug_class, by) for by in ("atc", "atc_except", "name"))
    by_code = _starts_with(codes) | (_is_wider_than(codes) & nw.col(OPEN))
    if exceptions:
        by_code = by_code & ~_starts_with(exceptions)
    has_no_code = nw.col("atc").is_null()
    return by_code | (has_no_code & (_is_named(names) | (~_is_named(_known_names()) & nw.col(OPEN))))


def is_drug(name: str) -> nw.Expr:
    """Whether the drug is the one of a name: by its code where we know that of the name, else by its name.

    Null where only a code is recorded, or a name that we do not know, and it can be the drug.
    """
    codes = [str(row["atc"]) for row in records("glucocorticoids") if row["drug"] == name]
    by_name, has_no_code = _is_named([name]), nw.col("atc").is_null()
    unknown = ~_is_named(_known_names())
    if codes:
        by_code = _starts_with(codes) | (_is_wider_than(codes) & nw.col(OPEN))
        return by_code | (has_no_code & (by_name | (unknown & nw.col(OPEN))))
    may_be = reduce(or_, [is_of_class(one) for one in _classes_of(name)])
    return by_name | (unknown & may_be & nw.col(OPEN))


def is_in_group(code: str) -> nw.Expr:
    """Whether the drug is of an ATC group; null where it has no code that tells, and its name does not either."""
    steroids = {str(row["drug"]): str(row["atc"]) for row in records("glucocorticoids")}
    by_name = _is_named([name for name, one in steroids.items() if one.startswith(code)])
    unknown = ~_is_named([*steroids, *_names_of_other_groups(code)])
    wider = _is_wider_than([code]) & nw.col(OPEN)
    return _starts_with([code]) | wider | (nw.col("atc").is_null() & (by_name | (unknown & nw.col(OPEN))))


@cache
def known_drugs() -> tuple[str, ...]:
    """Name the drugs that the package knows."""
    return _known_names()


@cache
def _listed(drug_class: str, by: str) -> tuple[str, ...]:
    return tuple(str(row["value"]) for row in records("drug_classes") if (row["class"], row["by"]) == (drug_class, by))


@cache
def _classes_of(name: str) -> tuple[str, ...]:
    rows = records("drug_classes")
    return tuple(dict.fromkeys(str(row["class"]) for row in rows if (row["by"], row["value"]) == ("name", name)))


@cache
def _names_of_other_groups(code: str) -> tuple[str, ...]:
    """Name the drugs of which no class has a code of the group, so that they are not of it."""

    def shares(drug_class: str) -> bool:
        return any(one.startswith(code) or code.startswith(one) for one in _listed(drug_class, "atc"))

    named = [str(row["value"]) for row in records("drug_classes") if row["by"] == "name"]
    return tuple(name for name in dict.fromkeys(named) if not any(map(shares, _classes_of(name))))


@cache
def _glucocorticoids(column: str) -> tuple[str, ...]:
    return tuple(str(row[column]) for row in records("glucocorticoids"))


@cache
def _known_names() -> tuple[str, ...]:
    named = [str(row["value"]) for row in records("drug_classes") if row["by"] == "name"]
    return tuple(dict.fromkeys([*named, *_glucocorticoids("drug")]))


def _is_wider_than(codes: Sequence[str]) -> nw.Expr:
    """Whether the code is that of a group that holds one of these, and more."""
    wider = sorted({code[:signs] for code in codes for signs in _GROUPS if signs < len(code)})
    return (
        nw.col("atc").str.contains(rf"(?:^|\|)(?:{'|'.join(wider)})(?:\||$)").fill_null(False)
        if wider
        else nw.lit(False)
    )


def _starts_with(prefixes: Sequence[str]) -> nw.Expr:
    """Whether the code starts with one of these; null where one of several codes does and another does not."""
    # where there is no code it does not; pandas says so itself of some texts, and of others that it does not know
    one = f"(?:{'|'.join(prefixes)})[A-Z0-9]*"
    all_do, any_does = (nw.col("atc").str.contains(each) for each in (rf"^{one}(?:\|{one})*$", rf"(?:^|\|){one}"))
    return all_do.fill_null(False) | (any_does.fill_null(False) & nw.col(OPEN))


def _is_named(names: Sequence[str]) -> nw.Expr:
    return nw.col("drug").is_in(list(names)).fill_null(False)
