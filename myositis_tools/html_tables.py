"""Tables as HTML: one writer for protocols, cards, receipts and reports, in which every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


class Html(str):
    """Text that is HTML already, made by this package and not from a user's data."""

    __slots__ = ()


@dataclass(frozen=True)
class Cell:
    """A cell, or a heading.

    Attributes
    ----------
    content : str or Html
        What stands in it; a text is escaped.
    hint : str
        What is shown on hovering.
    look : str
        A class of the style sheet; that of a heading holds for its whole column.
    span : int
        How many columns it takes.
    """

    content: str
    hint: str = ""
    look: str = ""
    span: int = 1


def as_html(text: object) -> Html:
    """A text escaped, HTML as it is."""
    return text if isinstance(text, Html) else Html(escape(str(text), quote=False))


def with_note(text: object, note: str, *, hint: str = "") -> Html:
    """A text with a small note behind it; without a note the text alone."""
    said = f" <span class='mt-note'{_attribute('title', hint)}>{as_html(note)}</span>" if note else ""
    return Html(as_html(text) + said)


def html_table(
    headings: Sequence[str | Cell],
    rows: Iterable[Sequence[str | Cell]],
    *,
    caption: str = "",
    names_rows: bool = False,
    style: str = "",
) -> Html:
    """Write a table.

    Parameters
    ----------
    headings : sequence of str or Cell
        What stands above the columns.
    rows : iterable of sequence of str or Cell
        The cells, row by row; one that spans several columns stands for all of them.
    caption : str
        What the table shows.
    names_rows : bool
        Whether the first cell of a row is its name.
    style : str
        A style of the table, where no style sheet is at hand.

    Examples
    --------
    >>> html_table(["arm", Cell("patients", look="number")], [["<IVIg>", "24"]]).partition("<tbody>")[2]
    "<tr><td>&lt;IVIg&gt;</td><td class='number'>24</td></tr></tbody></table>"
    """
    above = [_cell(one) for one in headings]
    lines = "".join(_line([_cell(one) for one in row], above, names_rows=names_rows) for row in rows)
    head = "".join(f"<th scope='col'{_attribute('class', one.look)}>{as_html(one.content)}</th>" for one in above)
    title = f"<caption>{as_html(caption)}</caption>" if caption else ""
    look = _attribute("style", style)
    return Html(f"<table{look}>{title}<thead><tr>{head}</tr></thead><tbody{look}>{lines}</tbody></table>")


def _line(cells: Sequence[Cell], above: Sequence[Cell], *, names_rows: bool) -> str:
    written, place = [], 0
    for one in cells:
        look = one.look or (above[place].look if one.span == 1 else "")
        attributes = _attribute("class", look) + _attribute("title", one.hint)
        attributes += _attribute("colspan", str(one.span)) if one.span > 1 else ""
        tag, scope = ("th", " scope='row'") if names_rows and place == 0 else ("td", "")
        written.append(f"<{tag}{scope}{attributes}>{as_html(one.content)}</{tag}>")
        place += one.span
    return f"<tr>{''.join(written)}</tr>"


def _cell(one: str | Cell) -> Cell:
    return one if isinstance(one, Cell) else Cell(one)


def _attribute(name: str, value: str) -> str:
    return f" {name}='{escape(value)}'" if value else ""
