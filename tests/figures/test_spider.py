"""Everybody begins at nought, and a line that ends early is marked."""

import pandas as pd
import pytest

from myositis_tools.figures import plot_spider, spider_frame
from tests.spec.test_time_to_response import visits_of

VISITS = visits_of(["-++", "+.-", "+", ""], arm=["a", "a", "b", "b"])


def trace(drawn, uid):
    return next(one for one in drawn.data if one.uid == uid)


def test_the_score_begins_at_nought_at_the_baseline():
    frame = spider_frame(VISITS, group="arm")
    lines = frame[frame["part"] == "individual"].set_index(["patient_id", "week"])
    assert lines["value"]["P0000"].tolist() == [0, 0, 20, 20]
    assert lines["value"]["P0001"].fillna(-1).tolist() == [0, 20, -1, 0]
    assert lines["not_seen_again"].loc["P0002"].tolist() == [False, True, False, False]
    assert lines["not_seen_again"].sum() == 1
    drawn = plot_spider(VISITS, group="arm", highlight=["P0001"])
    assert (list(trace(drawn, "not_seen_again").x), list(trace(drawn, "not_seen_again").y)) == ([4], [20])
    assert list(trace(drawn, "highlight").y)[:4] == [0, 20, None, 0]


def test_a_measure_is_drawn_in_percent_of_its_range():
    frame = spider_frame(VISITS, measure="physician_global_cm")
    lines = frame[frame["part"] == "individual"].set_index(["patient_id", "week"])["value"]
    assert lines["P0000"].tolist() == [0, 0, 50, 50]  # 8 to 3 cm of 10
    assert "% of range" in plot_spider(VISITS, measure="physician_global_cm").layout.yaxis.title.text


def test_of_many_the_shares_begin_at_nought_too():
    frame = spider_frame(visits_of(["+"] * 201 + ["."] * 5 + ["?"] * 9))
    shares = frame[frame["part"] == "25 to 75 %"].set_index("week")
    assert shares.loc[0, ["lower", "upper", "patients", "missing"]].tolist() == [0, 0, 210, 0]
    assert shares.loc[4, ["lower", "upper", "patients", "missing"]].tolist() == [20, 20, 201, 9]


@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_to_draw_says_why(rows):
    drawn = plot_spider(VISITS.iloc[:rows])
    assert drawn.layout.annotations[0].text
    assert not drawn.data


def test_the_order_of_rows_does_not_matter():
    first = ["part", "patient_id", "week"]
    mixed = spider_frame(VISITS.sample(frac=1, random_state=1), group="arm").sort_values(first, ignore_index=True)
    pd.testing.assert_frame_equal(mixed, spider_frame(VISITS, group="arm").sort_values(first, ignore_index=True))
