"""Power over size, drawn: what stands in the frame is what is drawn."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, OptionError

POWER = mt.power_over(
    mt.TrialAssumptions.of_sample(),
    patients_per_arm=[12, 8],
    effects=[0, 1],
    endpoints=["mean", "responder"],
    trials=40,
    seed=4,
)


def test_lines_are_named_by_what_differs_and_go_by_size():
    frame = mt.figures.power_frame(POWER)
    assert list(dict.fromkeys(frame["scenario"])) == [
        "no effect, mean",
        "effect × 1, mean",
        "no effect, responder, moderate",
        "effect × 1, responder, moderate",
    ]
    assert frame["patients_per_arm"].tolist() == [8, 12] * 4
    alone = mt.figures.power_frame(POWER.query("effect == 0 and endpoint == 'mean'"))
    assert set(alone["scenario"]) == {"mean, no effect"}


def test_the_figure_draws_the_frame():
    frame = mt.figures.power_frame(POWER)
    drawn = mt.figures.plot_power(POWER)
    lines = {trace.name: trace for trace in drawn.data if trace.name}
    for name, rows in frame.groupby("scenario"):
        assert list(lines[name].x) == rows["patients_per_arm"].tolist()
        assert list(lines[name].y) == rows["power"].tolist()
    bands = [trace for trace in drawn.data if trace.fill == "toself"]
    assert list(bands[0].y) == [*frame["low"][:2], *frame["high"][:2][::-1]]
    assert len({(line.line.color, line.line.dash, line.marker.symbol) for line in lines.values()}) == len(lines) == 4


def test_the_figure_says_on_which_test_the_power_rests():
    both = mt.figures.plot_power(POWER)
    assert both.layout.yaxis.title.text.endswith("by Welch t test or Fisher exact test")
    line = next(one for one in both.data if one.name == "effect × 1, responder, moderate")
    assert {one[3] for one in line.customdata} == {"Fisher exact test"}
    alone = mt.figures.plot_power(POWER.query("endpoint == 'mean'"))
    assert alone.layout.yaxis.title.text.endswith("by Welch t test")


def test_over_the_effect_lines_are_named_by_their_size():
    frame = mt.figures.power_frame(POWER.query("endpoint == 'mean'"), over="effect")
    assert frame["scenario"].tolist() == ["12 per arm"] * 2 + ["8 per arm"] * 2
    assert frame["effect"].tolist() == [0, 1, 0, 1]
    drawn = mt.figures.plot_power(POWER.query("endpoint == 'mean'"), over="effect")
    assert list(drawn.data[1].x) == [0, 1]
    assert "multiple of the assumed" in drawn.layout.xaxis.title.text
    with pytest.raises(OptionError, match="over"):
        mt.figures.plot_power(POWER, over="week")


def test_a_target_is_drawn_only_when_it_is_given():
    assert not mt.figures.plot_power(POWER).layout.shapes
    (line,) = mt.figures.plot_power(POWER, target=0.9).layout.shapes
    assert line.y0 == line.y1 == 0.9
    with pytest.raises(OptionError, match="target"):
        mt.figures.plot_power(POWER, target=80)


def test_nothing_simulated_says_so_and_another_table_is_refused():
    assert "No scenario" in mt.figures.plot_power(POWER[:0]).layout.annotations[0].text
    with pytest.raises(MissingColumnError, match="assumptions"):
        mt.figures.plot_power(pd.DataFrame({"power": [0.8]}))


def test_the_name_of_assumptions_is_text():
    named = POWER.assign(assumptions=["<b>a</b>"] * 4 + ["b"] * 4)
    assert any(trace.name.startswith("&lt;b&gt;a") for trace in mt.figures.plot_power(named).data if trace.name)
