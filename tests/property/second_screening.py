"""Screening by a second hand: plain dates and loops over one patient's lines, slow and without a data frame.

Written from the notes of the project (criteria.md 3 and 3.3 to 3.5), not from the package. A truth is True, False or
None, which is unknown.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

# numbers of the registry record, typed again; a test may move them
LIMITS = {
    "pulse_days": 7,
    "dexamethasone_mg_day": 40,
    "dexamethasone_days": 4,
    "methylprednisolone_mg_day": 1000,
    "methylprednisolone_days": 3,
    "full_dose_mg_per_kg": 1,
    "full_dose_days": 14,
    "low_dose_mg_day": 20,
    "low_dose_months": 3,
    "stable_drug_months": 6,
    "immunosuppression_months": 3,
    "thrombosis_years": 10,
}
Truth = bool | None
Line = Mapping[str, Any]

# by name: milligrams equal to 5 mg of prednisone
STEROIDS = {"prednisone": 5, "methylprednisolone": 4, "dexamethasone": 0.75, "hydrocortisone": 20}
NAMED = {"methotrexate", "azathioprine"}
SUPPRESSANTS = NAMED | {"adalimumab", "rituximab"}
TO_REVIEW = {"hydroxychloroquine"}
LOOP, NEPHROTOXIC, NEITHER = (
    {"furosemide", "bumetanide"},
    {"ibuprofen", "gentamicin"},
    {"L04AX05", "M01AX05", "C03AA03"},
)
CODES = {"H02AB07": "prednisone", "L04AX03": "methotrexate", "L04AB04": "adalimumab", "C03CA01": "furosemide"}
CODES |= {"M01AE01": "ibuprofen"}


def all_of(truths: Iterable[Truth]) -> Truth:
    truths = list(truths)
    return False if False in truths else None if None in truths else True


def any_of(truths: Iterable[Truth]) -> Truth:
    return no(all_of(no(truth) for truth in truths))


def no(truth: Truth) -> Truth:
    return None if truth is None else not truth


def months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def completed_months(start: date, end: date) -> int:
    count = 0
    while True:
        year, month = divmod(start.year * 12 + start.month - 1 + count + 1, 12)
        if date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])) > end:
            return count
        count += 1


def days_of(day: date, precision: str | None) -> list[date]:
    """The first and the last day that a date can mean, and the ends of the months between."""
    if precision not in ("month", "year"):
        return [day]
    months = [day.month] if precision == "month" else range(1, 13)
    ends = [(month, monthrange(day.year, month)[1]) for month in months]
    return [date(day.year, month, number) for month, last in ends for number in (1, last)]


def range_since(start: date, said: str | None, screened: date, said_of_screening: str | None, months: int) -> list[int]:
    """The least and the most completed months, or twelves of them, over all pairs of days that are possible."""
    days, last_days = days_of(start, said), days_of(screened, said_of_screening)
    # where both fall into one span, the same day is possible whichever it is
    pairs = [(one, other) for one in {*days, *last_days} for other in last_days if days[0] <= one <= days[-1]]
    found = [completed_months(one, other) // months for one, other in pairs if one <= other]
    return [min(found), max(found)]


def drug_of(line: Line) -> str | None:
    """The drug, the empty word for one that is of no class, None for one we do not know."""
    if line["atc"]:
        return CODES.get(line["atc"], "")
    known = {*STEROIDS, *SUPPRESSANTS, *TO_REVIEW, *LOOP, *NEPHROTOXIC}
    return line["drug"] if line["drug"] in known else None


def is_one(line: Line, names: Iterable[str]) -> Truth:
    drug = drug_of(line)
    return None if drug is None else drug in names


def begins(line: Line) -> tuple[date, date]:
    """The first and last day on which the course can have begun: by its stop, and by the start of its stable dose."""
    if line["start_date"] is not None:
        return line["start_date"], line["start_date"]
    known = [line[name] for name in ("stop_date", "stable_since") if line[name] is not None]
    return date.min, min([*known, date.max])


def between(low: Any, high: Any, holds: Any) -> Truth:
    """An answer that both ends of what is possible give, or None."""
    return holds(low) if holds(low) == holds(high) else None


def in_use(line: Line, first: date, last: date) -> Truth:
    stop = line["stop_date"]
    return all_of([between(*begins(line), lambda start: start <= last), stop is None or stop >= first])


def is_stable(line: Line, screened: date) -> Truth:
    named = drug_of(line) in NAMED
    known = line["known_for_myositis"] if line["known_for_myositis"] is not None else True if named else None
    since = line["stable_since"]
    # a dose is stable from the first day of the course at most
    spans = (since, since) if since is not None else (begins(line)[0], line["stop_date"] or date.max)
    return all_of(
        [
            between(*spans, lambda day: day <= months_before(screened, LIMITS["stable_drug_months"])),
            in_use(line, screened, screened),
            line["non_muscular_indication"],
            no(known),
            no(line["induces_myopathy"]),
        ]
    )


def judged_steroid(line: Line, screened: date, weight: float | None) -> tuple[Truth, Truth, Truth, int]:
    """Within the allowances; whether it is a pulse, whether only the full dose allows it, and its days at most."""
    drug = drug_of(line)
    earliest, latest = begins(line)
    dose = None if line["dose_mg_day"] is None else line["dose_mg_day"] * 5 / STEROIDS[drug]
    until, before = line["stop_date"] or screened, (line["stop_date"] or screened) + timedelta(1)
    ends = [(min(until, screened) - start).days + 1 for start in (latest, earliest)]
    days = (max(ends[0], 1), ends[1])
    # of a full dose the days before screening count
    ends = [(min(before, screened) - start).days for start in (latest, earliest)]
    before_days = (max(ends[0], 0), ends[1])
    weights = (1, 400) if weight is None else (weight, weight)  # what a weight can be
    low = None if dose is None else dose <= LIMITS["low_dose_mg_day"] + 1e-9
    most_per_kg = LIMITS["full_dose_mg_per_kg"]
    full = any_of([low, None if dose is None else between(*weights, lambda kg: dose / kg <= most_per_kg + 1e-9)])
    short = between(*before_days, lambda count: count <= LIMITS["full_dose_days"])
    size = {
        "dexamethasone": (LIMITS["dexamethasone_mg_day"], LIMITS["dexamethasone_days"], True),
        "methylprednisolone": (
            LIMITS["methylprednisolone_mg_day"],
            LIMITS["methylprednisolone_days"],
            line["route"] and line["route"] == "intravenous",
        ),
    }
    most, longest, by_route = size.get(drug, (0, 0, False))
    pulse = all_of(
        [
            drug in size,
            None if line["dose_mg_day"] is None else line["dose_mg_day"] <= most,
            between(*days, lambda count: count <= longest),
            no(low),
            by_route,
        ]
    )
    in_week = between(earliest, latest, lambda start: start >= screened - timedelta(days=LIMITS["pulse_days"]))
    in_months = between(earliest, latest, lambda start: start >= months_before(screened, LIMITS["low_dose_months"]))
    by_pulse, by_full, by_low = all_of([pulse, in_week]), all_of([full, short]), all_of([low, in_months])
    fits = any_of([by_pulse, by_full, by_low])
    below_full = None if dose is None else between(*weights, lambda kg: dose / kg < most_per_kg - 1e-9)
    silent = any_of(
        [
            all_of([pulse, no(in_week)]),
            all_of([no(low), no(full), short, no(pulse)]),
            all_of([no(low), below_full, no(short)]),
        ]
    )
    prior = between(earliest, latest, lambda start: start <= screened)
    within = True if fits or prior is False else None if silent else no(all_of([prior, no(fits), no(silent)]))
    only_full = all_of([prior, by_full, no(by_pulse), no(by_low)])
    return within, all_of([pulse, prior]), only_full, before_days[1]


def prior_treatment(lines: Sequence[Line], screened: date, weight: float | None) -> Truth:
    within, may_be_pulse, full_days, courses = [], False, [], []
    for line in lines:
        earliest, latest = begins(line)
        prior = between(earliest, latest, lambda start: start <= screened)
        if drug_of(line) is None:
            within.append(True if prior is False else None)
        elif is_one(line, STEROIDS):
            fits, pulse, only_full, days = judged_steroid(line, screened, weight)
            within.append(fits)
            may_be_pulse |= pulse is not False
            full_days += [days] if only_full is not False else []
            if earliest <= screened:
                courses.append((earliest, min(line["stop_date"] or screened, screened)))
        elif is_one(line, SUPPRESSANTS):
            within.append(no(all_of([prior, no(is_stable(line, screened))])))
        elif is_one(line, TO_REVIEW):
            stable = is_stable(line, screened)
            within.append(True if prior is False or stable else None)
    if any(a < d and c < b for (a, b), (c, d) in combinations(courses, 2)):
        within.append(None)
    if (may_be_pulse and full_days) or sum(full_days) > LIMITS["full_dose_days"]:
        within.append(None)
    return all_of(within)


def recent(lines: Sequence[Line], screened: date) -> Truth:
    found = []
    for line in lines:
        used, stable = (
            in_use(line, months_before(screened, LIMITS["immunosuppression_months"]), screened),
            is_stable(line, screened),
        )
        found.append(all_of([is_one(line, SUPPRESSANTS), no(stable), used]))
        if is_one(line, TO_REVIEW) and stable is not True and used is not False:
            found.append(None)
    return any_of(found)


def is_naive(lines: Sequence[Line], screened: date) -> Truth:
    """No drug against inflammation so far, or only ones that are said to be for something else than the muscles."""
    treated = []
    for line in lines:
        began = between(*begins(line), lambda start: start <= screened)
        of_the_kind = is_one(line, {*STEROIDS, *SUPPRESSANTS, *TO_REVIEW})
        treated.append(all_of([of_the_kind, began, no(line["non_muscular_indication"])]))
    return no(any_of(treated))


def screened_by_hand(patient: Mapping[str, Any], lines: Sequence[Line], events: Sequence[Line]) -> dict[str, Any]:
    day = patient["screening_date"]
    age = None if patient["birth_date"] is None else completed_months(patient["birth_date"], day) // 12
    onset = patient["symptom_onset_date"]
    listed = bool(lines) or patient["medications_recorded"] is True
    now = {
        name: any_of(all_of([is_one(line, of), in_use(line, day, day)]) for line in lines)
        for name, of in (("loop_diuretic", LOOP), ("nephrotoxic_medication", NEPHROTOXIC))
    }
    found = {
        "treatment_naive": is_naive(lines, day),
        "prior_treatment_within_limits": prior_treatment(lines, day, patient["weight_kg"]),
        "recent_immunosuppression": recent(lines, day),
        **now,
    }
    clots = [
        None if event["date"] is None else months_before(day, 12 * LIMITS["thrombosis_years"]) <= event["date"] <= day
        for event in events
        if event["event"] == "pulmonary_embolism"
    ]
    told = bool(events) or patient["events_recorded"] is True
    return {
        "age_years": age,
        "disease_duration_months": None if onset is None else completed_months(onset, day),
        "thrombosis_within_10_years": any_of([*clots, *([] if told else [None])]),
        "blood_product_reaction": any_of(
            [*(event["event"] == "blood_product_reaction" for event in events), *([] if told else [None])]
        ),
        **{name: truth if listed else None for name, truth in found.items()},
    }
