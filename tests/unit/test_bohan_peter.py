"""Bohan and Peter: every count with and without the rash, what is missing, the exclusion."""

from itertools import product

import pandas as pd
import pytest

from myositis_tools import errors
from myositis_tools.criteria import classify_bohan_peter

CRITERIA = ["symmetric_proximal_weakness", "enzymes_elevated", "emg_compatible", "biopsy_compatible"]
COLUMNS = [*CRITERIA, "dermatomyositis_rash", "better_explained"]
# PMC4386581: by the number of criteria beside the rash
WITH_RASH = ["none", "possible DM", "probable DM", "definite DM", "definite DM"]
WITHOUT = ["none", "none", "possible PM", "probable PM", "definite PM"]


def classified(rows: list) -> list[dict]:
    frame = pd.DataFrame(rows, columns=COLUMNS).astype("boolean")
    out = classify_bohan_peter(frame).to_dict("records")
    return [{name: None if pd.isna(value) else value for name, value in row.items()} for row in out]


def by_hand(answers: tuple) -> str | None:
    """The category that every completion of the case agrees on, else none at all."""
    found = set()
    for full in product(*([answer] if answer is not None else [False, True] for answer in answers)):
        *criteria, rash, excluded = full
        found.add("none" if excluded else (WITH_RASH if rash else WITHOUT)[sum(criteria)])
    return found.pop() if len(found) == 1 else None


def test_every_case_there_is():
    cases = list(product([True, False, None], repeat=6))  # 729
    for answers, row in zip(cases, classified(cases), strict=True):
        assert row["category"] == by_hand(answers), answers
        assert row["criteria_min"] == answers[:4].count(True)
        assert row["criteria_max"] == 4 - answers[:4].count(False)
        assert ("not recorded" in row["because"]) is (None in answers and answers[5] is not True)


def test_the_words():
    rows = classified(
        [
            (True, True, False, False, False, False),
            (True, None, None, False, None, None),
            (True, True, True, True, True, True),
        ]
    )
    assert [(row["category"], row["because"]) for row in rows] == [
        ("possible PM", "2 of 4 criteria met"),
        (
            None,
            "1 to 3 of 4 criteria met; elevated muscle enzyme not recorded; EMG compatible with myositis not recorded; "
            "rash of dermatomyositis not recorded; another disease that explains the picture better not recorded",
        ),
        ("none", "excluded: another disease explains the picture better"),
    ]


def test_what_cannot_be_is_refused():
    frame = pd.DataFrame([[True] * 6], columns=COLUMNS)
    with pytest.raises(errors.MissingColumnError, match="lacks a column: emg_compatible"):
        classify_bohan_peter(frame.drop(columns="emg_compatible"))
    with pytest.raises(errors.WrongTypeError, match="dermatomyositis_rash holds 'no'"):
        classify_bohan_peter(frame.assign(dermatomyositis_rash="no"))


def test_the_frame_stays_and_the_columns_are_plain():
    frame = pd.DataFrame([[True, None, False, False, True, False]] * 2, columns=COLUMNS, index=[7, 7])
    before = frame.copy()
    out = classify_bohan_peter(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert out.index.tolist() == [7, 7]
    assert [str(out[name].dtype) for name in ("criteria_min", "criteria_max")] == ["float64"] * 2
    pd.testing.assert_frame_equal(classify_bohan_peter(out), out)
