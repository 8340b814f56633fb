"""Nothing leaves by a figure: its tool bar has no button that sends it, and no link, wherever it is shown or saved."""

import copy
import doctest
import json
import re
from importlib import resources

import pandas as pd
import plotly
import plotly.graph_objects as go
import plotly.io as pio
import pytest

import myositis_tools as mt
from myositis_tools import figures
from myositis_tools.apps.widgets.figure_pane import FigurePane
from myositis_tools.apps.widgets.html_pages import as_html_page
from myositis_tools.figures.parts.theme import empty_figure
from myositis_tools.figures.parts.tool_bar import SENDS, Figure
from myositis_tools.privacy.notebook_outputs import FIGURE

PLOTS = [name for name in figures.__all__ if name.startswith("plot_")]
PLOTLY_JS = resources.files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")
IS_SIX = plotly.__version__.startswith("6.")


@pytest.fixture(autouse=True)
def _in_a_notebook():
    before = pio.renderers.default
    pio.renderers.default = "plotly_mimetype"
    yield
    pio.renderers.default = before


def example_of(name: str, monkeypatch: pytest.MonkeyPatch) -> go.Figure:
    """The figure of the example in its docstring."""
    plot, drawn = getattr(figures, name), []

    def recorded(*arguments: object, **options: object) -> go.Figure:
        drawn.append(plot(*arguments, **options))
        return drawn[-1]

    [test] = doctest.DocTestFinder(recurse=False).find(plot, name, globs={})
    monkeypatch.setattr(figures, name, recorded)
    exec("".join(example.source for example in test.examples), {})  # noqa: S102 - what the docstring says
    return drawn[-1]


def is_safe(config: dict) -> bool:
    server = config.get("plotlyServerURL", "") == "" or IS_SIX  # plotly 6 writes its own, and has no button for it
    return (
        server
        and config["showSendToCloud"] is False
        and config["displaylogo"] is False
        and set(SENDS) <= set(config["modeBarButtonsToRemove"])
    )


def configs_in(page: str) -> list[dict]:
    """The configuration of each figure of a page."""
    decoder = json.JSONDecoder()
    places = [found.start() for found in re.finditer(r'\{[^{}]*"displaylogo"', page)]
    return [decoder.raw_decode(page[place:])[0] for place in places]


@pytest.mark.parametrize("name", PLOTS)
def test_each_figure_says_so_in_a_notebook_and_in_a_page(name, monkeypatch):
    drawn = example_of(name, monkeypatch)
    assert is_safe(drawn._repr_mimebundle_()[FIGURE]["config"])
    [config] = configs_in(drawn.to_html(include_plotlyjs=False))
    assert is_safe(config)
    assert set(SENDS) <= set(drawn.layout.modebar.remove)


def test_it_goes_with_a_figure_that_is_copied_or_made_into_another(tmp_path):
    drawn = empty_figure("a", "b")
    for copied in (copy.deepcopy(drawn), drawn.update_layout(width=300)):
        assert is_safe(copied._repr_mimebundle_()[FIGURE]["config"])
    assert set(SENDS) <= set(go.Figure(drawn).layout.modebar.remove)  # of plotly's own the logo alone is left
    drawn.write_html(tmp_path / "a.html", include_plotlyjs=False)
    [config] = configs_in((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert is_safe(config)


def test_it_goes_with_a_figure_that_is_shown(monkeypatch):
    shown = []
    monkeypatch.setattr(pio._renderers.ipython_display, "display", lambda bundle, **_: shown.append(bundle))
    monkeypatch.setattr(pio.renderers, "_render_on_display", True)
    drawn = empty_figure("a", "b")
    drawn.show()
    drawn._ipython_display_()
    drawn.show(config={"scrollZoom": True, "modeBarButtonsToRemove": ["pan2d"]})
    assert [is_safe(bundle[FIGURE]["config"]) for bundle in shown] == [True] * 3
    assert shown[-1][FIGURE]["config"]["scrollZoom"] is True
    assert "pan2d" in shown[-1][FIGURE]["config"]["modeBarButtonsToRemove"]


def test_what_a_user_has_set_for_all_figures_stays(monkeypatch):
    monkeypatch.setattr(pio.renderers["plotly_mimetype"], "config", {"scrollZoom": True})
    config = empty_figure("a", "b")._repr_mimebundle_()[FIGURE]["config"]
    assert config["scrollZoom"] is True
    assert is_safe(config)
    assert pio.renderers["plotly_mimetype"].config == {"scrollZoom": True}


def test_apps_their_pages_and_reports_say_so():
    pane = FigurePane("a")
    pane.show(empty_figure("a", "b"))
    assert is_safe(pane.figure._config)
    about = pd.DataFrame({"what": ["a"], "words": ["b"]})
    for figure in (empty_figure("a", "b"), go.Figure()):
        page = as_html_page("a", [figure, figure], about).decode()
        assert [is_safe(config) for config in configs_in(page.replace(PLOTLY_JS, ""))] == [True, True]
    report = mt.report_cohort(mt.load_screening()).html
    assert [is_safe(config) for config in configs_in(report.replace(PLOTLY_JS, ""))] == [True]


def test_plotly_has_no_other_button_that_sends_or_opens_anything():
    """In its own program: each button of the tool bar, and what it does until the next one begins."""
    buttons = list(re.finditer(r'\.\w+=\{name:"(\w+)",(?:_cat:"\w+",)?title:', PLOTLY_JS))
    assert len(buttons) > 30
    ends = [*(found.start() for found in buttons[1:]), buttons[-1].end() + 500]
    does = {found[1]: PLOTLY_JS[found.end() : end] for found, end in zip(buttons, ends, strict=True)}
    sends = {name for name, code in does.items() if re.search(r"ToCloud|window\.open|https?:", code)}
    assert sends
    assert sends <= set(SENDS)
    options = re.findall(r'(\w+):\{valType:"(?:boolean|string|any)",dflt', PLOTLY_JS)
    asks = {name for name in options if re.search(r"Cloud|Studio|Link|Server|^sendData|logo", name)}
    assert asks <= {
        *("plotlyServerURL", "showSendToCloud", "displaylogo"),
        *("showLink", "showEditInChartStudio", "sendData"),  # of plotly 6, where they are off
    }


def test_a_figure_without_it_is_found_out():
    assert not is_safe({"showSendToCloud": False, "displaylogo": True, "modeBarButtonsToRemove": list(SENDS)})
    plain = go.Figure()._repr_mimebundle_()[FIGURE]
    assert "config" not in plain or "showSendToCloud" not in plain["config"]
    assert isinstance(empty_figure("a", "b"), Figure)
