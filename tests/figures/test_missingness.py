"""The map of what is missing counts right, keeps the order of the visits, and treats names as text."""

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import MissingColumnError
from myositis_tools.figures import missingness_frame, plot_missingness

VISITS = pd.DataFrame(
    {
        "patient_id": ["A", "A", "B", "B"],
        "week": [0, 12, 0, None],
        "haq_di": [1.0, None, "x", 2.0],
        "ck_xuln": [None, None, None, 1.0],
        "arm": ["<b>1", "<b>1", None, None],
    }
)


def test_it_counts_by_visit_in_order():
    frame = missingness_frame(VISITS)
    assert frame["by"].unique().tolist() == ["0", "12", "not recorded"]
    assert frame["column"].unique().tolist() == ["patient_id", "haq_di", "ck_xuln", "arm"]
    counted = frame.set_index(["column", "by"])["missing"]
    assert counted["ck_xuln"].tolist() == [2, 1, 0]
    assert counted["haq_di"].tolist() == [0, 1, 0]
    assert frame.loc[frame["column"] == "arm", "share"].tolist() == [0.5, 0.0, 1.0]


def test_by_another_column_and_by_none():
    assert missingness_frame(VISITS, by="arm")["by"].unique().tolist() == ["<b>1", "not recorded"]
    assert "<b>1" not in plot_missingness(VISITS, by="arm").to_json().replace("\\u003c", "<")
    without = VISITS.drop(columns="week")
    assert missingness_frame(without)["by"].unique().tolist() == ["all rows"]
    assert plot_missingness(without).layout.title.text.endswith("3 of 4 values")
    with pytest.raises(MissingColumnError, match="site"):
        missingness_frame(VISITS, by="site")


def test_the_picture_writes_the_share_in_its_cell():
    drawn = plot_missingness(VISITS)
    cells, signs = drawn.data
    assert [list(row) for row in cells.z][2] == [1.0, 1.0, 0.0]
    assert dict(zip(zip(signs.y, signs.x, strict=True), signs.text, strict=True))[3, 0] == "50 %"
    assert cells.customdata[2][0] == "CK, week 0: 2 of 2 missing"
    assert plot_missingness(VISITS.iloc[:0]).layout.annotations[0].text.startswith("There is no row")


def test_another_engine_gives_the_same():
    numbers = VISITS.assign(haq_di=[1.0, None, 2.0, 2.0])
    pd.testing.assert_frame_equal(
        missingness_frame(pl.from_pandas(numbers)), missingness_frame(numbers), check_dtype=False
    )
