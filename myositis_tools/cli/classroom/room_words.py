"""What the room says, and the pages it says it on."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from myositis_tools.cli.classroom.room_places import PlaceAnswer

FORBIDDEN = (
    "You need the address of the class",
    "Ask your teacher for the whole address, or scan its code again: it ends in a long token, which this one lacks.",
)
NO_TEACHER = (
    "This page is for the teacher",
    "Its address, with a key of its own, stands in the window in which the class was started.",
)
_OWN_FOLDER = resources.files(__package__) / "pages"
_LOOK = resources.files("myositis_tools.apps.widgets") / "app_view.css"


def waiting_words(answer: PlaceAnswer, places: int, pages_a_seat: int) -> tuple[str, str]:
    """The title and the words for somebody who waits."""
    again = f"This page tries again by itself in {answer.again_seconds} s."
    if answer.why == "own pages":
        return (
            f"You have {pages_a_seat} pages open",
            f"That is as many as one seat can have. Close one of them. {again}",
        )
    if answer.why == "others first":
        return (
            "One page for everybody first",
            f"The places that are left are for learners who have no page yet. Close your other page, or wait. {again}",
        )
    if answer.why == "failing":
        return (
            "The class cannot make pages now",
            f"Tell your teacher: the window in which the class was started says why. {again}",
        )
    before = "" if not answer.ahead else f"{answer.ahead} before you. "
    if answer.why == "making":
        return "Your page is being made ready", f"{before}It takes some seconds. {again}"
    return "The room is full", f"{places} of {places} places are taken. {before}{again}"


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(str(_OWN_FOLDER)), autoescape=True, undefined=StrictUndefined)


@cache
def _style() -> str:
    return _LOOK.read_text(encoding="utf-8") + (_OWN_FOLDER / "room.css").read_text(encoding="utf-8")


def room_page(name: str, **said: Any) -> str:
    """Write a page; every text in it is escaped but what its template calls safe."""
    return str(_templates().get_template(f"{name}.html.j2").render(style=_style(), **said))
