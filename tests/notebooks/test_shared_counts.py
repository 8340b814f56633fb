"""What two notebooks count, they count alike: read from their committed outputs, and from the functions they call."""

import json
import re
from pathlib import Path

import pytest

import myositis_tools as mt

FOLDER = Path(__file__).parents[2] / "notebooks"
VISITS = mt.load_visits()


def shown(name):
    """All that a notebook shows as plain text, and what it says between."""
    cells = json.loads(next(FOLDER.glob(f"{name}_*.ipynb")).read_text())["cells"]
    said = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join([*said, *("".join(one.get("data", {}).get("text/plain", one.get("text", ""))) for one in outputs)])


def numbers_after(name, words):
    """The whole numbers that stand in the last line that begins so."""
    line = [line for line in shown(name).splitlines() if line.startswith(words)][-1]
    return [int(number) for number in re.findall(r"\b\d+\b(?!\.)", line.removeprefix(words))]


@pytest.fixture(scope="module")
def reached():
    """Of each arm how many have surely, surely not, or perhaps at least a moderate response at week 12."""
    scored = mt.response_at_least(mt.score_total_improvement(VISITS).query("week == 12 and arm.notna()"), "moderate")
    return scored.groupby("arm")["reached"].value_counts().unstack()


def test_moderate_or_better_at_week_12(reached):
    found = mt.compare_responders(VISITS, 12, method="newcombe").query("estimate == 'responders'").set_index("arm")
    assert found["responders"].to_dict() == reached["met"].to_dict() == {"IVIg": 15, "placebo": 7}
    assert found["patients"].tolist() == (reached["met"] + reached["not met"]).tolist() == [22, 21]
    compared = mt.compare_choices(VISITS, {"CK alone": {"enzymes": ["ck"]}}).query("week == 12 and choice_number == 0")
    again = mt.response_at_least(compared.merge(VISITS.query("week == 0")[["patient_id", "arm"]].dropna()), "moderate")
    assert (again.groupby("arm")["reached"].value_counts().unstack() == reached).all(axis=None)
    # notebook 06: first not met, then unknown, then met, of placebo and of IVIg each time; notebook 11 says it in words
    assert numbers_after("06", "reference       ") == [14, 7, 0, 1, 7, 15]
    assert "15 of 22 on IVIg and 7 of 21 on placebo" in shown("11")
    assert f"{100 * (15 / 22 - 7 / 21):.2f}" in shown("11")
    # notebook 00 counts classes, and says who has none and yet responds
    assert numbers_after("00", "IVIg     ") == [0, 7, 8, 6]
    assert "15, not 14" in shown("00")


def test_a_class_that_lies_between_two_responses_is_one():
    """Between 50 and 60 points: no class, at least moderate, perhaps major."""
    scored = mt.score_total_improvement(VISITS).query("week == 12 and tis_min == 50 and tis_max == 60")
    assert scored["response"].isna().all()
    answers = [mt.response_at_least(scored, level)["reached"].tolist() for level in ("minimal", "moderate", "major")]
    assert answers == [["met"], ["met"], ["unknown"]]


def test_what_is_not_known_at_week_12():
    row = mt.compare_scores(VISITS, 12, resamples=9).iloc[0]
    assert (row["not_known"], row["reference_not_known"]) == (3, 4)
    assert "3 patients of IVIg and 4 of placebo" in " ".join(shown("11").split())
    assert "Seven of 48" in shown("12")


def test_who_can_enter_the_trial():
    decisions = mt.TIME_IS_MUSCLE.decide(mt.load_screening())["decision"].value_counts(sort=False)
    assert list(decisions.items()) == [("eligible", 75), ("indeterminate", 24), ("ineligible", 201)]
    for name in ("00", "07"):
        assert [numbers_after(name, f"{word}  ")[0] for word in decisions.index] == decisions.tolist(), name
    assert "Of 300 screened: 75 fit, 24 are undecided, 201 do not fit." in shown("01")


def test_who_was_seen_again():
    summary = mt.summarise_choices(mt.compare_choices(VISITS, {"CK alone": {"enzymes": ["ck"]}}))
    assert summary["patients"].tolist() == [46]
    assert "Of 46 patients seen after baseline" in shown("10")
    assert "of 46 seen after baseline" in shown("06")


def test_ordered_words_keep_their_order():
    for name in ("00", "14"):  # the tables of classes
        assert re.search(r"response +none +minimal +moderate +major", shown(name)), name
    checks = mt.TIME_IS_MUSCLE.check(mt.load_screening())
    verdicts = checks.groupby("criterion")["verdict"].value_counts().unstack()
    assert verdicts.columns.tolist() == ["not met", "unknown", "met"]
