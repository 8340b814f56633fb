"""The parts of the receipt's bars, worked by hand."""

import pandas as pd

from myositis_tools.figures import plot_receipt, receipt_frame
from tests.figures.test_total_improvement import VISITS

_NAMES = ["points", "within_reach", "out_of_reach", "not_known"]


def test_parts_of_each_bar_add_up_to_what_is_possible():
    frame = receipt_frame(VISITS, "<b>x</b>", 26)
    assert frame[_NAMES].sum(axis=1).tolist() == frame["points_possible"].tolist()


def test_a_scale_that_ends_hides_points_and_a_gap_is_not_known():
    # MMT 120 of 150: 30 points are left, 20 % of the range, so 20 points at most and 12.5 out of reach.
    # Patient global 5.0 to 0 is 50 %: all within reach. CK missing: its 7.5 points are not known.
    frame = receipt_frame(VISITS, "<b>x</b>", 26).set_index("measure")
    assert frame.loc["mmt", _NAMES].tolist() == [20, 0, 12.5, 0]
    assert frame.loc["enzyme", _NAMES].tolist() == [0, 0, 0, 7.5]
    assert frame.loc["patient_global", "out_of_reach"] == 0


def test_the_bar_to_100_holds_the_same_points():
    drawn = plot_receipt(VISITS, "<b>x</b>", 26)
    drawn_as = {trace.uid: trace for trace in drawn.data}
    total, unknown = drawn_as["total"], drawn_as["total_not_known"]
    assert sum(total.x) == 62.5
    assert [base + width for base, width in zip(total.base, total.x, strict=True)] == [*total.base[1:], 62.5]
    assert (unknown.base[0], unknown.x[0]) == (62.5, 7.5)
    names = drawn_as["limit_names"]
    assert dict(zip(names.text, names.x, strict=True)) == {
        "20 minimal": 20,
        "40 moderate": 40,
        "60 major": 60,
    }  # Rider 2017, Table 3, adults
    assert set(drawn_as["limits"].x) == {20, 40, 60}
    assert "&lt;b&gt;" in drawn.layout.title.text


def test_nothing_to_compare_says_why():
    blank = VISITS[:2].assign(**dict.fromkeys(VISITS.columns[2:], float("nan")))
    drawn = plot_receipt(blank, "<b>x</b>", 12)
    assert "No points yet" in drawn.layout.annotations[0].text
    assert isinstance(receipt_frame(blank, "<b>x</b>", 12), pd.DataFrame)
