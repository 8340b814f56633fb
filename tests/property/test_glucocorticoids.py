"""A second opinion on the dose between two dates that walks through the days, and what is always true of it."""

import random
from datetime import date, timedelta

import pandas as pd
import pytest

from myositis_tools.scores import glucocorticoid_exposure

FIRST = date(2025, 12, 20)  # across the turn of the year
FACTOR = {"prednisone": 1, "methylprednisolone": 1.25, "hydrocortisone": 0.25, "azathioprine": None}
SPAN = 25


def milligrams(start: int, stop: int, dose: float, first: int, last: int) -> float:
    return sum(dose for day in range(first, last + 1) if start <= day <= stop)


def by_hand(courses: list[dict], first: int, last: int) -> tuple[float, float]:
    """The least and the most that the courses can have been, every start and stop tried that could have been."""
    low = high = 0.0
    for one in courses:
        factor = FACTOR[one["drug"]]
        if factor is None:
            continue
        starts = range(-SPAN, 2 * SPAN) if one["start"] is None else [one["start"]]
        stops = range(-SPAN, 2 * SPAN) if one["stop"] is None else [one["stop"]]
        dose = one["dose"] * factor
        tried = [milligrams(start, stop, dose, first, last) for start in starts for stop in stops if start <= stop]
        low, high = low + min(tried), high + max(tried)
    return low, high


def random_courses(chance: random.Random) -> list[dict]:
    courses = []
    for _ in range(chance.randint(1, 4)):
        start, stop = sorted(chance.randint(0, SPAN) for _ in range(2))
        courses.append(
            {
                "drug": chance.choice(list(FACTOR)),
                "dose": chance.choice([2.5, 10, 40]),
                "start": None if chance.random() < 0.15 else start,
                "stop": None if chance.random() < 0.25 else stop,
            }
        )
    return courses


def on(day: int | None) -> date | None:
    return None if day is None else FIRST + timedelta(days=day)


def frames(patients: list) -> tuple[pd.DataFrame, pd.DataFrame]:
    lines = [
        {
            "patient_id": f"P{number}",
            "drug": one["drug"],
            "dose_mg_day": float(one["dose"]),
            "start_date": on(one["start"]),
            "stop_date": on(one["stop"]),
        }
        for number, (courses, *_) in enumerate(patients)
        for one in courses
    ]
    windows = [
        {"patient_id": f"P{number}", "from_date": on(first), "to_date": on(last)}
        for number, (_, first, last) in enumerate(patients)
    ]
    dates = ["start_date", "stop_date", "from_date", "to_date"]
    return tuple(
        frame.astype({name: "datetime64[ns]" for name in dates if name in frame})
        for frame in (pd.DataFrame(lines), pd.DataFrame(windows))
    )


def random_patients(seed: int, count: int) -> list:
    chance = random.Random(seed)  # noqa: S311 - a test, not a secret
    found = []
    for _ in range(count):
        first, last = sorted(chance.randint(2, SPAN - 2) for _ in range(2))
        found.append((random_courses(chance), first, last))
    return found


def test_random_courses_agree_with_the_walk_through_the_days():
    patients = random_patients(7, 300)
    out = glucocorticoid_exposure(*frames(patients))
    seen = set()
    for (courses, first, last), (_, row) in zip(patients, out.iterrows(), strict=True):
        low, high = by_hand(courses, first, last)
        assert row["prednisone_mg_total_min"] == pytest.approx(low), courses
        assert row["prednisone_mg_total_max"] == pytest.approx(high), courses
        assert pd.isna(row["prednisone_mg_total"]) == (low != high), courses
        assert (row["missing"] == "") == (low == high)
        if low == high:
            assert row["prednisone_mg_total"] == pytest.approx(low)
            assert row["prednisone_mg_day_mean"] == pytest.approx(low / (last - first + 1))
        seen.add(low == high)
    assert seen == {True, False}


def test_a_window_is_the_sum_of_its_parts():
    patients = [(courses, first, last) for courses, first, last in random_patients(8, 100) if first < last]
    whole = glucocorticoid_exposure(*frames(patients))["prednisone_mg_total_max"]
    early = [(courses, first, (first + last) // 2) for courses, first, last in patients]
    late = [(courses, (first + last) // 2 + 1, last) for courses, first, last in patients]
    parts = [glucocorticoid_exposure(*frames(half))["prednisone_mg_total_max"] for half in (early, late)]
    assert (parts[0] + parts[1]).tolist() == pytest.approx(whole.tolist())


def test_neither_the_order_nor_other_rows_matter():
    lines, windows = frames(random_patients(9, 60))
    out = glucocorticoid_exposure(lines, windows)
    shuffled = glucocorticoid_exposure(lines.sample(frac=1, random_state=1), windows.iloc[::-1])
    pd.testing.assert_frame_equal(shuffled, out.iloc[::-1])
    alone = glucocorticoid_exposure(lines, windows.iloc[[3]])
    assert alone["missing"].tolist() == out["missing"].iloc[[3]].tolist()
