"""The grades in the fields of the map, and what a widget can be told of them."""

import json

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures import plot_muscle_map
from myositis_tools.scores.muscle_grades import muscle_tests

MUSCLES = pd.DataFrame({test.column: [9] for test in muscle_tests()}).assign(neck_flexors=4, deltoid_left=None)


def test_each_grade_stands_in_its_field_and_a_gap_is_no_number():
    fields = plot_muscle_map(MUSCLES, scale="mmt8_150").data[0]
    rows = dict(zip(fields.y, fields.z, strict=True))
    assert list(rows["neck flexors"]) == [None, 4, None]
    assert list(rows["middle deltoid"]) == [9, None, None]


def test_a_widget_can_be_told_all_of_it():
    """JSON has no NaN: Jupyter would complain, and a later one would refuse."""
    told = go.FigureWidget(plot_muscle_map(MUSCLES)).get_state()
    assert "heatmap" in json.dumps(told, allow_nan=False, default=str)
