"""What of a course is not recorded, where that leaves an answer open."""

from __future__ import annotations

from collections.abc import Collection

import narwhals as nw

from myositis_tools.criteria.courses import COARSE, SCREENING
from myositis_tools.rules import NOT_RECORDED
from myositis_tools.scores.arithmetic import first_true

UNRECOGNISED_DRUG, UNDATED_STOP, COARSE_DATE = 2.0, 4.0, 7.0
WORDS_OF_GAP = {
    1.0: f"screening date {NOT_RECORDED}",
    UNRECOGNISED_DRUG: "drug not recognised",
    3.0: f"start {NOT_RECORDED}",
    UNDATED_STOP: "stopped on a day that is not recorded",
    5.0: f"dose {NOT_RECORDED}",
    6.0: f"weight {NOT_RECORDED}",
    COARSE_DATE: "a date with only the month or year recorded",
    8.0: f"route {NOT_RECORDED}",
    9.0: "not recorded whether a drug was for a non-muscular condition",
    10.0: "not recorded whether a drug is known for its use in myositis",
    11.0: "not recorded whether a drug is known to induce myopathy",
    12.0: "not recorded since when the dose is stable",
    13.0: "not recorded whether it is a stable drug for another disease",
}
OF_AN_ALLOWANCE, OF_TREATMENT = tuple(WORDS_OF_GAP), (1.0, UNRECOGNISED_DRUG, 3.0, COARSE_DATE, 9.0)


def gap_of(truth: nw.Expr, unrecognised: nw.Expr, *, among: Collection[float] = OF_AN_ALLOWANCE) -> nw.Expr:
    """The number of what leaves an answer about a course open; null where it is not open.

    A start that is not recorded leaves nothing open of a drug that was stopped, or stable, before screening.
    """
    steroid = nw.col("glucocorticoid").fill_null(False)
    other = ~nw.col("glucocorticoid").fill_null(True)
    is_unsure = nw.col("begun").is_null() | nw.col("days_taken_max").is_null()
    gaps = {
        1.0: nw.col(SCREENING[0]).is_null(),
        UNRECOGNISED_DRUG: unrecognised,
        3.0: nw.col("start_date").is_null() & (steroid | is_unsure),
        UNDATED_STOP: nw.col("_undated_stop"),
        5.0: steroid & nw.col("prednisone_mg_day").is_null(),
        6.0: steroid & nw.col("weight_kg").is_null(),
        COARSE_DATE: nw.col(COARSE),
        8.0: steroid & nw.col("route").is_null(),
        9.0: nw.col("non_muscular_indication").is_null(),
        10.0: other & nw.col("known_for_myositis").is_null(),
        11.0: other & nw.col("induces_myopathy").is_null(),
        12.0: other & nw.col("stable_since").is_null(),
        13.0: ~nw.col("patient_id").is_null(),
    }
    holds = {number: gaps[number] for number in gaps if number in among}
    return first_true([(truth.is_null() & condition, nw.lit(number)) for number, condition in holds.items()])
