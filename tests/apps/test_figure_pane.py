"""A figure that follows its controls: it ends as the new figure is, and only what differs is said."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from myositis_tools.apps.furniture import FigurePane

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


def test_other_traces_are_another_figure(pane):
    widget = pane.figure
    pane.show(go.Figure(go.Bar(uid="others", x=[1], y=[1])))
    assert pane.figure is not widget
