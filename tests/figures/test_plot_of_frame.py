"""A figure takes what its frame takes, says what it means and refuses in its own name."""

import inspect

import pytest

from myositis_tools import figures
from myositis_tools.errors import OptionError

PAIRS = [
    (figures.plot_waterfall, figures.waterfall_frame),
    (figures.plot_trajectories, figures.trajectory_frame),
    (figures.plot_muscle_map, figures.muscle_receipt),
    (figures.plot_case_mix, figures.case_mix_frame),
]


@pytest.mark.parametrize(("plot", "frame"), PAIRS)
def test_options_and_their_meaning_are_those_of_the_frame(plot, frame):
    assert inspect.signature(plot).parameters == inspect.signature(frame).parameters
    assert inspect.signature(plot).return_annotation == "go.Figure"
    said = inspect.getdoc(plot)
    for part in ("Parameters", "Returns", "Missing data", "Source", "Examples"):
        assert said.count(f"\n\n{part}\n---") == (f"\n\n{part}\n---" in inspect.getdoc(frame) or part == "Examples")
    meaning = inspect.getdoc(frame).split("Parameters\n----------\n")[1].split("\n\n")[0]
    assert meaning in said
    assert "frame" not in said.split("\n\n")[0]


def test_what_is_missing_or_unknown_is_told_in_the_name_of_the_figure():
    with pytest.raises(TypeError, match=r"plot_waterfall\(\) missing a required argument: 'visits'"):
        figures.plot_waterfall(week=12)
    with pytest.raises(TypeError, match=r"plot_tipping_point\(\) got an unexpected keyword argument 'shown'"):
        figures.plot_tipping_point(None, shown=1)
    with pytest.raises(OptionError, match=r"plot_waterfall\(\) has no option wek"):
        figures.plot_waterfall(None, wek=12)
