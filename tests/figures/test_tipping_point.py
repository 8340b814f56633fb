"""The field of conclusions: each cell from its row, and the sentence from the rows."""

import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, NotFoundError
from myositis_tools.figures import plot_tipping_point, tipping_point_frame
from myositis_tools.figures.trials.tipping_point import describe_tipping_point

IMPUTED = mt.impute_measures(mt.load_visits(), weeks=[4, 8, 12], imputations=3)
TIPPING = mt.tipping_point(IMPUTED, 12, worse_by=[0, 10, 40], reference_better_by=[0, 20])


def test_each_cell_is_its_row():
    frame, drawn = tipping_point_frame(TIPPING.sample(frac=1, random_state=0)), plot_tipping_point(TIPPING)
    field = drawn.data[0]
    assert (list(field.x), list(field.y)) == (["0", "10", "40"], ["0", "20"])
    for row in frame.itertuples():
        up, across = list(field.y).index(f"{row.reference_better_by:g}"), list(field.x).index(f"{row.worse_by:g}")
        assert field.text[up][across] == row.text
        assert ("better", "not shown", "worse")[int(field.z[up][across])] == row.conclusion
        assert f"{row.low:.1f} to {row.high:.1f}" in field.customdata[up][across]
    [frame_of_start] = drawn.layout.shapes
    assert (frame_of_start.x0, frame_of_start.y0) == (-0.5, -0.5)
    assert [trace.name for trace in drawn.data[1:]] == ["● IVIg better", "○ no difference shown", "✕ IVIg worse"]


def test_the_sentence_says_the_first_change():
    frame = tipping_point_frame(TIPPING)
    frame["is_tipped"] = (frame["worse_by"] == 40) | (frame["reference_better_by"] == 20)
    said = describe_tipping_point(frame)
    first = (
        "that changes if the missing of IVIg did 40 points worse, or if the missing of placebo did 20 points better."
    )
    assert said.endswith(first)
    assert said.startswith(f"The score of {TIPPING['not_known'][0]} in IVIg and ")
    calm = frame.assign(is_tipped=False)
    assert "however they had done" in describe_tipping_point(calm)
    only_both = frame.assign(is_tipped=(frame["worse_by"] == 10) & (frame["reference_better_by"] == 20))
    assert describe_tipping_point(only_both).endswith(
        "that changes if the missing of IVIg did 10 points worse and the missing of placebo did 20 points better."
    )
    assert describe_tipping_point(frame[frame["worse_by"] > 0]) == ""


def test_another_table_or_arm_is_refused_and_any_engine_is_taken():
    assert (
        tipping_point_frame(pl.from_pandas(TIPPING))["text"].tolist() == tipping_point_frame(TIPPING)["text"].tolist()
    )
    with pytest.raises(MissingColumnError, match="tipping_point gives"):
        tipping_point_frame(IMPUTED)
    with pytest.raises(NotFoundError, match="no arm 'ivig'"):
        tipping_point_frame(TIPPING, arm="ivig")
