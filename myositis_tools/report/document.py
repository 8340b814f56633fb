"""A report as a page of its own: sections of sentences, tables and pictures that open without a network and print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import OptionError, listed, needs_package
from myositis_tools.exchange.files.writing import write_whole
from myositis_tools.figures.parts.tool_bar import with_tool_bar
from myositis_tools.html_tables import Cell, Html, html_table
from myositis_tools.report.printing import as_pdf

_SUFFIXES = (".html", ".pdf")
_BESIDE = Path(str(resources.files(__package__)))


@dataclass(frozen=True)
class ReportTable:
    """A table with its caption; headings are the frame's. The cells of a column in `unbroken` stay on one line."""

    caption: str
    frame: pd.DataFrame
    unbroken: tuple[str, ...] = ()

    @property
    def html(self) -> Html:
        """The table on the page; what is missing is empty."""
        headings = [Cell(str(name), look=self._look(name)) for name in self.frame.columns]
        rows = [[_cell(value) for value in row] for row in self.frame.itertuples(index=False, name=None)]
        return html_table(headings, rows, caption=self.caption, names_rows=True)

    def _look(self, name: str) -> str:
        if pd.api.types.is_numeric_dtype(self.frame[name].dtype):
            return "number"
        return "unbroken" if name in self.unbroken else ""


@dataclass(frozen=True)
class ReportPicture:
    """A figure with what it shows in words, made from the same data, for readers who do not see it."""

    caption: str
    figure: go.Figure
    words: str


@dataclass(frozen=True)
class ReportSection:
    """A heading, what is to be said, and what is to be shown."""

    heading: str
    sentences: tuple[str, ...] = ()
    shown: tuple[ReportTable | ReportPicture, ...] = ()


class Printed:
    """What is a page of its own, in a browser, as a file or on paper."""

    @property
    def html(self) -> str:
        """The page: styles, pictures and all in one text, every text from a file escaped."""
        raise NotImplementedError

    @property
    def to_print(self) -> str:
        """The page as it is printed to a PDF."""
        return self.html

    def save(self, path: str | Path) -> Path:
        """Write it to a file, whole or not at all.

        Parameters
        ----------
        path : str or pathlib.Path
            Ends in ``.html``, or in ``.pdf`` where a Chromium or Chrome is installed to print it.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        OptionError
            If the suffix is another one, or there is nothing to print with.
        OSError
            If the file cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() not in _SUFFIXES:
            raise OptionError(f"{path.name} has no known suffix.", expected=f"one of {listed(_SUFFIXES)}")
        is_page = path.suffix.lower() == ".html"
        page = (self.html if is_page else self.to_print).encode("utf-8")
        write_whole(path, page if is_page else as_pdf(page))
        return path


@dataclass(frozen=True)
class Report(Printed):
    """A report of one patient or of a cohort.

    Parameters
    ----------
    title, headline : str
        What it is about, and the one sentence that says what was found.
    sections : tuple of ReportSection
        Its body.
    made : mapping of str to str
        Of what and by what it was made: version, protocol, options, data, day.
    """

    title: str
    headline: str
    sections: tuple[ReportSection, ...]
    made: Mapping[str, str]

    def __repr__(self) -> str:
        """The sentence on top: what a notebook is compared by."""
        return f"{self.title}. {self.headline}"

    @property
    def html(self) -> str:
        """The page: styles, figures and all in one text, every text from a file escaped."""
        with needs_package("jinja2"):
            from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from plotly.offline import get_plotlyjs

        pages = Environment(loader=FileSystemLoader(_BESIDE), autoescape=True, undefined=StrictUndefined)
        has_pictures = any(isinstance(one, ReportPicture) for section in self.sections for one in section.shown)
        return pages.get_template("page.html").render(
            report=self,
            style=(_BESIDE / "page.css").read_text(encoding="utf-8"),
            plotly=get_plotlyjs() if has_pictures else "",
            drawn=_drawn,
            is_picture=lambda one: isinstance(one, ReportPicture),
        )


def _drawn(picture: ReportPicture, place: int) -> str:
    """The figure as HTML; plotly itself stands in the page once."""
    return picture.figure.to_html(
        with_tool_bar({"responsive": True}),
        full_html=False,
        include_plotlyjs=False,
        div_id=f"figure-{place}",
        default_width="100%",
    )


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return (f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}").replace("-", "\N{MINUS SIGN}")
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return str(value)
