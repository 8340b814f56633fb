"""First, sustained and lost response, by every pattern of visits; and the highest score within reach."""

from itertools import product

import pandas as pd
import pytest

from myositis_tools import load_published
from myositis_tools.errors import OptionError
from myositis_tools.frames import columns
from myositis_tools.scores import explain_total_improvement, score_total_improvement
from myositis_tools.scores.response import ceiling, highest_possible_improvement
from myositis_tools.studies import response_over_time

BASELINE = {
    "physician_global_cm": 8.0,
    "patient_global_cm": 8.0,
    "mmt8_150": 100.0,
    "haq_di": 2.0,
    "ck_xuln": 10.0,
    "extramuscular_cm": 8.0,
}
# none: 0 points. minimal: physician global by 5 cm, 20. open: none of it recorded, 0 to 100.
VISITS = {"-": {}, "+": {"physician_global_cm": 3.0}, "?": dict.fromkeys(BASELINE)}


def follow(patterns: list[str], **options) -> pd.DataFrame:
    rows = []
    for number, pattern in enumerate(patterns):
        rows.append({"patient_id": f"P{number:04d}", "week": 0} | BASELINE)
        for order, sign in enumerate(pattern):
            week = {"patient_id": f"P{number:04d}", "week": 4 * (order + 1)}
            rows.append(week | BASELINE | VISITS[sign])
    visits = pd.DataFrame(rows).astype(dict.fromkeys(BASELINE, float))
    return response_over_time(visits, **options)


def judged(full: tuple) -> dict:
    """A complete course of visits, yes or no, read as a person would."""
    responses = [order for order, sign in enumerate(full) if sign == "+"]
    if not responses:
        return {"reached": "not met", "first": None, "sustained": "not met", "lost": "not met", "lost week": None}
    first = responses[0]
    after = full[first + 1 :]
    kept = "unknown" if not after else "met" if set(after) == {"+"} else "not met"
    lost = first + 1 + after.index("-") if "-" in after else None
    return {
        "reached": "met",
        "first": 4 * (first + 1),
        "sustained": kept,
        "lost": "not met" if lost is None else "met",
        "lost week": None if lost is None else 4 * (lost + 1),
    }


def by_hand(pattern: str) -> dict:
    """Try every completion of the open visits; a week is known where all that have one agree, and all have one."""
    found = [judged(full) for full in product(*("+-" if sign == "?" else sign for sign in pattern))]
    answer = {}
    for name in found[0]:
        values = {one[name] for one in found}
        alone = values.pop() if len(values) == 1 else None
        answer[name] = ("unknown" if alone is None else alone) if name in ("reached", "sustained", "lost") else alone
    return answer


def test_every_course_of_up_to_five_visits():
    patterns = ["".join(signs) for length in range(1, 6) for signs in product("+-?", repeat=length)]
    found = follow(patterns)
    for pattern, (_, row) in zip(patterns, found.iterrows(), strict=True):
        week, lost = row["first_minimal_week"], row["lost_minimal_week"]
        assert {
            "reached": row["reached_minimal"],
            "first": None if pd.isna(week) else week,
            "sustained": row["sustained_minimal"],
            "lost": row["lost_minimal"],
            "lost week": None if pd.isna(lost) else lost,
        } == by_hand(pattern), pattern
        assert (row["visits"], row["open_visits"]) == (len(pattern), pattern.count("?"))


@pytest.mark.parametrize(
    ("pattern", "earliest", "latest"),
    [("?-+", 4, 12), ("-?+", 8, 12), ("-+?", 8, 8), ("-??", 8, None), ("---", None, None)],
)
def test_the_bounds_of_the_first_week(pattern, earliest, latest):
    row = follow([pattern]).iloc[0]
    found = [row["first_minimal_week_min"], row["first_minimal_week_max"]]
    assert [None if pd.isna(week) else week for week in found] == [earliest, latest]


def test_the_classes_are_nested_and_each_has_its_own_course():
    major = {"physician_global_cm": 0.0, "patient_global_cm": 0.0, "mmt8_150": 150.0}  # 20 + 10 + 32.5
    moderate = {"physician_global_cm": 0.0, "mmt8_150": 120.0}  # 20 + 20
    rows = [{"patient_id": "A", "week": 0} | BASELINE]
    rows += [
        {"patient_id": "A", "week": week} | BASELINE | now for week, now in ((4, moderate), (8, major), (12, moderate))
    ]
    row = response_over_time(pd.DataFrame(rows)).iloc[0]
    names = ("minimal", "moderate", "major")
    assert [row[f"first_{name}_week"] for name in names] == [4, 4, 8]
    assert [row[f"sustained_{name}"] for name in names] == ["met", "met", "not met"]
    assert row["lost_major_week"] == 12
    juvenile = response_over_time(pd.DataFrame(rows), population="juvenile").iloc[0]
    assert [juvenile[f"reached_{name}"] for name in names] == ["met", "met", "not met"]
    assert juvenile["first_moderate_week"] == 8  # 40 is below the juvenile 45


def test_a_planned_visit_without_a_row_is_open():
    assert follow(["++"]).iloc[0]["sustained_minimal"] == "met"
    row = follow(["++"], weeks=[4, 8, 12]).iloc[0]
    assert (row["sustained_minimal"], row["visits"], row["open_visits"], row["last_week"]) == ("unknown", 3, 1, 12)
    assert row["because"] == "class not certain at 1 of 3 visits"
    row = follow(["-+"], weeks=[2, 4, 8]).iloc[0]
    assert (row["first_minimal_week_min"], row["first_minimal_week_max"]) == (2, 8)
    assert pd.isna(row["first_minimal_week"])


def test_without_visits_or_without_a_baseline_nothing_is_known():
    rows = [{"patient_id": "A", "week": 0} | BASELINE, {"patient_id": "B", "week": 4} | BASELINE]
    found = response_over_time(pd.DataFrame(rows)).set_index("patient_id")
    for name in ("minimal", "moderate", "major"):
        verdicts = [f"{what}_{name}" for what in ("reached", "sustained", "lost")]
        assert found.loc["A", verdicts].tolist() == ["unknown"] * 3
        # One visit, whatever it was, has none after it at which a response could be lost.
        assert found.loc["B", verdicts].tolist() == ["unknown", "unknown", "not met"]
    assert found["because"].tolist() == ["no visit after the baseline", "class not certain at 1 of 1 visits"]


def test_the_columns_are_defined():
    assert list(columns("response_over_time")) == list(follow(["+"]).columns)[1:]
    assert list(columns("highest_improvement")) == list(ceiling.ADDED)


@pytest.mark.parametrize("weeks", [[0], [-4], [4.5], ["4"]])
def test_a_planned_week_is_after_the_baseline(weeks):
    with pytest.raises(OptionError):
        follow(["+"], weeks=weeks)


# ---------------------------------------- the ceiling


@pytest.mark.parametrize(
    ("baseline", "highest", "measure", "reachable"),
    [
        # MMT-8 146 of 150 can gain at most 2.67 %: 10 of 32.5 points (imacs-scoring, section 8).
        ({"mmt8_150": 146.0}, 77.5, "mmt", 10),
        ({"mmt8_150": 147.0}, 67.5, "mmt", 0),  # exactly 2 %
        ({"mmt8_150": 150.0}, 67.5, "mmt", 0),
        ({"haq_di": 0.0}, 90, "haq", 0),
        ({"haq_di": 1.25}, 100, "haq", 10),  # 41.7 %
        ({"haq_di": 1.125}, 97.5, "haq", 7.5),
        ({"ck_xuln": 1.0}, 95, "enzyme", 2.5),  # from 1 to 0 is 6.7 % of the range of CK
        ({"extramuscular_cm": 0.5}, 80, "extramuscular", 0),
        ({}, 100, "mmt", 32.5),
    ],
)
def test_the_highest_score_within_reach(baseline, highest, measure, reachable):
    row = highest_possible_improvement(pd.DataFrame([{"patient_id": "A", "week": 0} | BASELINE | baseline])).iloc[0]
    assert (row["highest_tis"], row[f"reachable_{measure}"]) == (highest, reachable)
    assert row["highest_tis_min"] == row["highest_tis_max"] == highest
    assert row["missing"] == ""


def test_what_was_not_recorded_at_baseline():
    rows = [
        {"patient_id": "B", "week": 0} | BASELINE | {"haq_di": None},
        {"patient_id": "A", "week": 12} | BASELINE,
    ]
    first, second = highest_possible_improvement(pd.DataFrame(rows)).to_dict("records")
    assert (first["patient_id"], first["highest_tis_min"], first["highest_tis_max"]) == ("A", 0, 100)
    assert first["missing"] == "no visit at week 0"
    assert (second["highest_tis_min"], second["highest_tis_max"], second["highest_response"]) == (90, 100, "major")
    assert pd.isna(second["highest_tis"])
    assert second["missing"] == "HAQ-DI not recorded at baseline"


def test_nobody_rises_above_her_ceiling_and_the_receipt_says_the_same():
    """The two published patients: RCI_A starts with MMT-8 146 and HAQ-DI 0, and CK in the normal range."""
    visits = load_published("two_patients_visits")
    visits = visits.assign(ck_xuln=visits["ck_value"] / visits["assumed_ck_upper_limit"])
    highest = highest_possible_improvement(visits).set_index("patient_id")
    # 20 + 5 (2 cm is 20 %) + 10 + 0 + 0 + 20, and 17.5 + 7.5 + 0 + 0 + 0 + 15
    assert highest["highest_tis"].to_dict() == {"RCI_A": 55.0, "RCI_B": 40.0}
    scored = score_total_improvement(visits).dropna(subset=["tis"]).set_index("patient_id")["tis"]
    assert (scored <= highest["highest_tis"]).all()
    for patient in ("RCI_A", "RCI_B"):
        receipt = explain_total_improvement(visits, patient, 24).set_index("measure")["points_reachable"]
        assert receipt.to_dict() == {name: highest.loc[patient, f"reachable_{name}"] for name in receipt.index}


def test_the_ceiling_and_the_bounds_of_a_visit_are_the_same_where_nothing_was_measured():
    """A visit of which nothing is known can reach what is within reach from the baseline, and no more."""
    visits = pd.DataFrame(
        [
            {"patient_id": "A", "week": 0} | BASELINE | {"mmt8_150": 146.0, "haq_di": 0.0},
            {"patient_id": "A", "week": 12} | dict.fromkeys(BASELINE),
        ]
    )
    row = score_total_improvement(visits).iloc[1]
    ceiling = highest_possible_improvement(visits).iloc[0]
    assert row["tis_max"] == ceiling["highest_tis"] == ceiling["highest_tis_max"] < 100


def test_a_planned_visit_that_was_missed_is_bounded_by_the_ceiling():
    """From 0.3 cm, MMT-8 149 and a HAQ-DI of 0.125 the class major is out of reach, and so it was at a missed visit."""
    low = BASELINE | {"physician_global_cm": 0.3, "mmt8_150": 149.0, "haq_di": 0.125}
    visits = pd.DataFrame([{"patient_id": "A", "week": week} | low for week in (0, 4)])
    row = response_over_time(visits, weeks=[4, 8]).iloc[0]
    assert (row["visits"], row["open_visits"]) == (2, 1)
    assert (row["reached_minimal"], row["reached_major"]) == ("unknown", "not met")
