"""Shares that have responded, worked by hand: as first seen, between visits, and with rescue competing."""

from math import exp, log, sqrt

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import OptionError
from myositis_tools.frames import columns
from myositis_tools.studies import response_curve
from tests.spec.test_time_to_response import visits_of


def curve(patterns: list[str], *, more: dict | None = None, **options) -> pd.DataFrame:
    return response_curve(visits_of(patterns, **(more or {})), level="minimal", **options)


def part(frame: pd.DataFrame, name: str, **where: str) -> pd.DataFrame:
    for column, value in ({"estimate": name} | where).items():
        frame = frame[frame[column] == value]
    return frame.set_index("week")


def test_kaplan_meier_by_hand():
    # Week 4: 1 of 5; week 8: 1 of 3 (one was censored at 4); week 12: 1 of 2, and the last is censored then.
    found = part(curve(["+", "-", "-+", "--+", "---"]), "first seen")
    assert found["percent"].tolist() == pytest.approx([0, 20, 100 * (1 - 0.8 * 2 / 3), 100 * (1 - 0.8 / 3)])
    assert found["at_risk"].tolist() == [5, 5, 3, 2]
    assert found["events"].tolist() == [0, 1, 1, 1]
    assert found["censored"].tolist() == [0, 1, 0, 1]
    # Week 4, Greenwood: variance of log S is 1 / (5 x 4); S ** exp(-/+ 1.96 sd / |log S|)
    width = 1.959964 * sqrt(1 / 20) / abs(log(0.8))
    expected = [100 * (1 - 0.8 ** exp(-width)), 100 * (1 - 0.8 ** exp(width))]
    assert found.loc[4, ["lower", "upper"]].tolist() == pytest.approx(expected, rel=1e-5)
    assert found.loc[0, ["lower", "upper"]].isna().all()


def test_nobody_and_everybody():
    none = part(curve(["--", "-"]), "first seen")
    assert none["percent"].tolist() == [0, 0, 0]
    assert none["lower"].isna().all()
    everybody = part(curve(["+", "-+"]), "first seen")
    assert everybody["percent"].tolist() == pytest.approx([0, 50, 100])
    assert pd.isna(everybody.loc[8, "upper"])


def test_once_everybody_has_responded_it_stays_so():
    """As survival::survfit gives it; the other arm goes on to week 12."""
    found = part(curve(["+", "-+", "--+"], more={"arm": ["a", "a", "b"]}, group="arm"), "first seen", group="a")
    assert found["percent"].tolist() == pytest.approx([0, 50, 100, 100])
    assert found["at_risk"].tolist() == [2, 2, 1, 0]
    assert found.loc[12, ["lower", "upper"]].isna().all()


def test_a_curve_ends_with_the_last_patient_seen():
    found = part(curve(["-", "--+"], more={"arm": ["a", "b"]}, group="arm"), "first seen", group="a")
    assert found.loc[12, "at_risk"] == 0
    assert pd.isna(found.loc[12, "percent"])


def test_between_visits_an_open_one_shares_its_response():
    # (0, 4], (4, 8], (0, 8]: the third lies half and half where the others do; Kaplan-Meier dates it to week 8.
    frame = curve(["+", "-+", "?+"])
    between = frame[frame["estimate"] == "between visits"]
    assert between["percent"].tolist() == pytest.approx([0, 50, 100], abs=1e-4)
    assert between["after_week"].fillna(-1).tolist() == [-1, 0, 4]
    assert part(frame, "first seen").loc[4, "percent"] == pytest.approx(100 / 3)


def test_who_never_responded_comes_after_the_last_visit():
    frame = curve(["+", "--"])
    last = frame[frame["estimate"] == "between visits"].iloc[-1]
    assert pd.isna(last["week"])
    assert last[["after_week", "percent"]].tolist() == pytest.approx([8, 100])


def test_rescue_competes():
    # Week 4: response 1 of 4, and one censored; week 8: rescue of 1 of 2, worth 0.75 / 2; the last responds at 12.
    more = {"rescue_week": [None, None, 8, None]}
    frame = curve(["+", "-", "--", "--+"], more=more, rescue="rescue_week")
    assert part(frame, "response before rescue")["percent"].tolist() == pytest.approx([0, 25, 25, 62.5])
    assert part(frame, "rescue")["percent"].tolist() == pytest.approx([0, 0, 37.5, 37.5])
    assert part(frame, "first seen")["percent"].tolist() == pytest.approx([0, 25, 25, 100])
    without = curve(["+", "-"], more={"rescue_week": [None, None]}, rescue="rescue_week")
    assert part(without, "rescue")["percent"].tolist() == [0, 0]


def test_who_says_nothing_is_left_out_and_counted():
    frame = curve(["+", "", "??", "-"], more={"arm": ["a", "a", "b", "a"]}, group="arm")
    assert frame.loc[frame["estimate"] == "left out", ["group", "at_risk"]].to_numpy().tolist() == [["a", 1], ["b", 1]]
    assert part(frame, "first seen", group="a").loc[0, "at_risk"] == 2
    assert part(frame, "first seen", group="b").empty


def test_lasting_response_and_another_engine():
    visits = visits_of(["++-", "-++", "?+-"])
    found = response_curve(visits, level="minimal", sustained=True)
    assert part(found, "first seen").loc[8, "percent"] == pytest.approx(100 / 3)
    other = response_curve(pl.from_pandas(visits), level="minimal", sustained=True)
    pd.testing.assert_frame_equal(found, pd.DataFrame(other.to_dict(as_series=False)), check_dtype=False)
    assert list(columns("response_curve")) == list(found.columns)
    assert response_curve(visits.iloc[:0]).empty
    with pytest.raises(OptionError):
        response_curve(visits, level="much")
