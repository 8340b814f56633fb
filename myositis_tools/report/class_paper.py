"""A paper of a class: a page in the teacher's language that opens without a network and prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from myositis_tools.errors import needs_package
from myositis_tools.html_tables import Html
from myositis_tools.lessons.texts import CONTROLS, EVERY, Wording, texts
from myositis_tools.report.document import Printed

_BESIDE = Path(str(resources.files(__package__)))


@dataclass(frozen=True)
class PaperWords:
    """The words of the papers in one language: those of the exercises, and of the controls where they say the same."""

    language: str

    def __call__(self, item: str, **values: Any) -> str:
        """Give a text, filled with values."""
        own = f"paper_{item}"
        return Wording(CONTROLS, self.language).say(own if (EVERY, own) in texts() else item, **values)

    def number(self, value: Any) -> str:
        """A number as the language writes it."""
        return Wording(EVERY, self.language).number(value)


@dataclass(frozen=True)
class PaperPart:
    """A table of a sheet, with its heading, what is said before it and the small print below it."""

    table: Html
    heading: str = ""
    before: str = ""
    note: str = ""


@dataclass(frozen=True)
class ClassPaper(Printed):
    """A paper of a class, made from the exercises: `teacher_notes`, `slides`, `handout` and `answer_sheet` give one.

    Attributes
    ----------
    title : str
        What it is.
    language : {"en", "nl", "de"}
        The language of its words. Reasons and criteria that the library words are English.
    """

    title: str
    language: str
    template: str = field(repr=False)
    values: Mapping[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        """What a notebook is compared by."""
        return self.title

    def _repr_html_(self) -> str:
        """The paper in a frame of its own, so that its styles touch nothing else."""
        page = escape(self.html, quote=True)
        look = "width: 100%; height: 640px; border: 1px solid #ccc;"
        return f'<iframe title="{escape(self.title)}" sandbox="allow-scripts" style="{look}" srcdoc="{page}"></iframe>'

    @property
    def html(self) -> str:
        """The page: styles and all in one text, every text escaped."""
        with needs_package("jinja2"):
            from jinja2 import Environment, FileSystemLoader, StrictUndefined

        pages = Environment(loader=FileSystemLoader(_BESIDE), autoescape=True, undefined=StrictUndefined)
        say = PaperWords(self.language)
        style = (_BESIDE / "class_paper.css").read_text(encoding="utf-8")
        return pages.get_template(self.template).render(
            **self.values, title=self.title, language=self.language, say=say, style=style
        )
