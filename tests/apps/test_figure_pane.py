"""A figure that follows its controls: it ends as the new figure is, and only what differs is said."""

import json

import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.callbacks import InputDeviceState, Points

from myositis_tools.apps.widgets import FigurePane

UNTOLD = ("autosize", "uirevision", "template", "shapes", "annotations")


def drawn(values, **layout):
    bars = go.Bar(uid="bars", x=pd.Series(["a", "b"]), y=pd.Series(values), marker={"color": ["red", "blue"]})
    line = go.Scatter(uid="line", x=[0, 1], y=[0.0, None], text=["one", None])
    return go.Figure([bars, line], layout)


def told(figure):
    """The figure as plain values, without what the pane adds."""
    plain = go.Figure(figure).to_plotly_json()
    for trace in plain["data"]:
        trace.pop("uid")
    return str([plain["data"], {key: value for key, value in plain["layout"].items() if key not in UNTOLD}])


@pytest.fixture(name="pane")
def _pane():
    pane = FigurePane("a_picture")
    pane.show(drawn([1, 2], title="first", xaxis={"title": "letters", "showgrid": False}))
    return pane


@pytest.fixture(name="messages")
def _messages(pane, monkeypatch):
    sent = []
    monkeypatch.setattr(pane.figure, "_send_update_msg", lambda **told: sent.append(told))
    return sent


@pytest.mark.parametrize(
    "following",
    [
        drawn([1, 3], title="first", xaxis={"title": "letters", "showgrid": False}),
        drawn([1, 2], title="second", xaxis={"title": "letters"}),
        drawn([1, 2]),
        drawn([1, 2], shapes=[{"type": "line", "x0": 0, "x1": 1, "y0": 0, "y1": 1}]),
    ],
    ids=["a value", "a part of an axis gone", "titles gone", "a line more"],
)
def test_it_ends_as_the_new_figure_is(pane, following):
    widget = pane.figure
    pane.show(following)
    assert pane.figure is widget  # changed in place, so that a zoom survives
    assert told(pane.figure) == told(following)
    assert len(pane.figure.layout.shapes) == len(following.layout.shapes)


def test_what_was_there_for_one_view_is_gone_with_it(pane):
    pane.show(drawn([1, 2], shapes=[{"type": "line"}], annotations=[{"text": "here"}]))
    pane.show(drawn([1, 2]))
    assert (pane.figure.layout.shapes, pane.figure.layout.annotations) == ((), ())


def test_only_what_differs_is_said(pane, messages):
    pane.show(drawn([1, 3], title="first", xaxis={"title": "letters", "showgrid": False}))
    (message,) = messages
    assert list(message["restyle_data"]) == ["y"]
    assert not message["relayout_data"]


def test_the_same_again_is_no_message(pane, messages):
    pane.show(drawn([1, 2], title="first", xaxis={"title": "letters", "showgrid": False}))
    assert messages == []


@pytest.mark.parametrize(
    "traces",
    [
        [go.Bar(uid="others", x=[1], y=[1])],
        [go.Scatter(uid="line", x=[1], y=[1])],
        [],
        [
            go.Bar(uid="bars", x=["a"], y=[1]),
            go.Scatter(uid="one", x=[0], y=[1], text=["one"]),
            go.Scatter(uid="two", x=[0], y=[2]),
            go.Heatmap(uid="cells", z=[[1]]),
        ],
    ],
    ids=["fewer", "of another kind", "none", "more"],
)
def test_other_traces_come_into_the_same_figure(pane, traces):
    widget = pane.figure
    pane.show(go.Figure(traces))
    assert pane.figure is widget  # another would carry plotly.js to the page once more
    assert told(pane.figure) == told(go.Figure(traces))
    pane.show(drawn([1, 2], title="first"))
    assert told(pane.figure) == told(drawn([1, 2], title="first"))


def test_what_a_person_hid_is_not_hidden_of_another():
    pane = FigurePane("a_picture")
    pane.show(go.Figure(go.Scatter(uid="a group", y=[1])))
    pane.figure.data[0].visible = "legendonly"
    pane.show(go.Figure(go.Scatter(uid="a group", y=[2])))
    assert pane.figure.data[0].visible == "legendonly"
    pane.show(go.Figure(go.Scatter(uid="another", y=[2])))
    assert pane.figure.data[0].visible is None


def test_a_trace_that_came_later_can_be_clicked():
    chosen = []
    pane = FigurePane("a_picture", on_choose=chosen.append, chosen_by="customdata")
    pane.show(go.Figure())
    pane.show(go.Figure(go.Scatter(uid="points", x=[1, 2], y=[1, 2], customdata=["P1", "P2"])))
    (trace,) = pane.figure.data
    trace._dispatch_on_click(Points(point_inds=[1], xs=[2], ys=[2], trace_name="", trace_index=0), InputDeviceState())
    assert chosen == ["P2"]


@pytest.mark.parametrize("is_drawn", [False, True])
def test_a_page_that_has_not_drawn_yet_is_told_the_whole_figure(pane, monkeypatch, is_drawn):
    sent = []
    pane.figure._is_drawn = is_drawn
    monkeypatch.setattr(pane.figure, "send_state", lambda key=None: sent.append(key))
    pane.show(drawn([1, 3], title="second"))
    whole = [key for key in sent if key == ["_widget_data", "_widget_layout"]]
    assert len(whole) == (0 if is_drawn else 1)
    state = pane.figure.get_state()
    assert state["_widget_layout"]["title"]["text"] == "second"
    assert list(state["_widget_data"][0]["y"]) == [1, 3]


def test_what_a_figure_brings_to_the_page_is_small(pane):
    assert len(json.dumps(pane.figure.get_state(), default=str)) < 100_000  # plotly.js comes beside it, once
