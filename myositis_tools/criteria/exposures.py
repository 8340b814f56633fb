"""One line of a medication list, held against the windows and allowances of a protocol.

Each answer is a truth: true, false, or null where the line does not say enough or the protocol's text is silent (C9).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import narwhals as nw

from myositis_tools import verdict
from myositis_tools.criteria.calendar import add_months_later
from myositis_tools.frames import TOLERANCE
from myositis_tools.rules import is_above, is_at_most
from myositis_tools.scores.glucocorticoids import compute_prednisone_equivalent
from myositis_tools.tables import records

SCREENING_DAY = "_screening_day"
STABLE_SINCE, SUPPRESSED_SINCE, LOW_DOSE_SINCE, CLOTS_SINCE = (
    "_stable_since_at_latest",
    "_suppressed_since",
    "_low_dose_since",
    "_clots_since",
)


@cache
def window(protocol: str, name: str) -> float:
    """Read a window or dose of a protocol from ``protocol_windows.csv``."""
    return next(
        float(row["value"])  # type: ignore[arg-type]
        for row in records("protocol_windows")
        if (row["protocol"], row["window"]) == (protocol, name)
    )


def add_windows(protocol: str, dated: Any) -> Any:
    """Add the first day of every window to a frame with the day of screening."""
    months = {
        STABLE_SINCE: window(protocol, "stable_drug_months"),
        SUPPRESSED_SINCE: window(protocol, "immunosuppression_months"),
        LOW_DOSE_SINCE: window(protocol, "low_dose_months"),
        CLOTS_SINCE: 12 * window(protocol, "thrombosis_years"),
    }
    for name, count in months.items():
        dated = add_months_later(dated, SCREENING_DAY, -int(count), name)
    return dated


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


def recognised(drug_class: str) -> nw.Expr:
    """Whether the drug is of a class: by its ATC code, else by its name; null where neither is known to us."""
    if drug_class == "glucocorticoid":
        codes, exceptions, names = _glucocorticoids("atc"), (), _glucocorticoids("drug")
    else:
        codes, exceptions, names = (_listed(drug_class, by) for by in ("atc", "atc_except", "name"))
    by_code = _starts_with("atc", codes)
    if exceptions:
        by_code = by_code & ~_starts_with("atc", exceptions)
    has_no_code = nw.col("atc").is_null()
    by_name = _is_named(names) & has_no_code
    return by_name | (by_code & ~(_is_named(_known_names()) & has_no_code))


def _starts_with(column: str, prefixes: Sequence[str]) -> nw.Expr:
    return nw.col(column).str.contains(f"^(?:{'|'.join(prefixes)})")


def _is_named(names: Sequence[str]) -> nw.Expr:
    return nw.col("drug").is_in(list(names)).fill_null(False)


def in_use_within(first: nw.Expr, last: nw.Expr) -> nw.Expr:
    """Whether the drug was taken on a day of the window, both ends included; no stop date means still taken."""
    stops_before = (nw.col("stop_date") < first).fill_null(False)
    return ~stops_before & (nw.col("start_date") <= last)


def in_use_at_screening() -> nw.Expr:
    """Whether the drug was taken on the day of screening."""
    return in_use_within(nw.col(SCREENING_DAY), nw.col(SCREENING_DAY))


def is_known_for_myositis() -> nw.Expr:
    """Whether the drug is known for its use in myositis: as the list says, else yes if the record names it."""
    told = nw.col("known_for_myositis")
    named = recognised("named_by_the_record").fill_null(False)
    return told.fill_null(False) | (told.is_null() & named) | (told & ~named)


def is_stable_drug() -> nw.Expr:
    """Whether the record's allowance for a stable drug of a non-muscular condition holds: all of its conditions."""
    return verdict.kleene_and(
        [
            nw.col("stable_since") <= nw.col(STABLE_SINCE),
            nw.col("_now"),
            nw.col("non_muscular_indication"),
            ~nw.col("_known_for_myositis"),
            ~nw.col("induces_myopathy"),
        ]
    )


def prednisone_equivalent() -> nw.Expr:
    """The daily dose in mg of prednisone: as given, else the dose of a glucocorticoid times its factor."""
    return nw.coalesce(nw.col("prednisone_equivalent_mg_day"), compute_prednisone_equivalent())


def days_of_use() -> nw.Expr:
    """How many days up to screening the drug was taken, first and last day included."""
    end = nw.min_horizontal(nw.col("stop_date"), nw.col(SCREENING_DAY))
    return end - nw.col("start_date") + 1


def is_example_pulse(protocol: str) -> nw.Expr:
    """Whether the course is no larger than one of the pulses the record gives as examples."""
    fits = []
    for row in records("protocol_pulses"):
        if row["protocol"] != protocol:
            continue
        parts = [
            (
                (nw.col("atc") == str(row["atc"])) | ((nw.col("drug") == str(row["drug"])) & nw.col("atc").is_null())
            ).fill_null(False),
            is_at_most(nw.col("dose_mg_day"), float(row["maximum_mg_day"])),  # type: ignore[arg-type]
            is_at_most(nw.col("_days"), float(row["maximum_days"])),  # type: ignore[arg-type]
            is_above(nw.col("_prednisone"), window(protocol, "low_dose_mg_day")),
        ]
        if row["route"]:
            parts.append(nw.col("route") == str(row["route"]))
        fits.append(verdict.kleene_and(parts))
    return verdict.kleene_or(fits)


def allowances(protocol: str) -> dict[str, nw.Expr]:
    """Whether a glucocorticoid course fits the record's allowances, and where the record is silent.

    Reads ``_prednisone``, ``_days`` and ``_pulse`` beside the columns of the list.
    """
    day = nw.col(SCREENING_DAY)
    dose, days, pulse = nw.col("_prednisone"), nw.col("_days"), nw.col("_pulse")
    low, per_kg = window(protocol, "low_dose_mg_day"), window(protocol, "full_dose_mg_per_kg")
    full, most_days = nw.col("weight_kg") * per_kg, window(protocol, "full_dose_days")
    within_week = nw.col("start_date") >= day - window(protocol, "pulse_days")
    within_months = nw.col("start_date") >= nw.col(LOW_DOSE_SINCE)
    is_low = is_at_most(dose, low)
    short = is_at_most(days, most_days)
    up_to_full = is_low | (dose <= full + TOLERANCE)
    return {
        "_by_pulse": pulse & within_week,
        "_by_full_dose": up_to_full & short,
        "_by_low_dose": is_low & within_months,
        "_silent": (
            (pulse & ~within_week)
            | (is_above(dose, low) & ~up_to_full & short & ~pulse)
            | (is_above(dose, low) & (dose < full - TOLERANCE) & ~short)
        ),
    }
