"""The room an app stands in: a sentence on top, controls left, results right, errors where they arise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from html import escape
from importlib import resources
from typing import Any, TypeAlias

import ipywidgets as widgets

from myositis_tools.apps.widgets.buttons import CopyButton
from myositis_tools.apps.widgets.controls import NOTHING, bring, control, control_of
from myositis_tools.apps.widgets.dark_figures import dark_figures
from myositis_tools.apps.widgets.letting_go import ShownInCell
from myositis_tools.apps.widgets.page_manners import PageManners
from myositis_tools.errors import MyositisToolsError

# A widget, the control of a choice by its name, or some of them that stay together.
Placed: TypeAlias = "widgets.Widget | str | tuple[Placed, ...]"
_STYLE = resources.files(__package__).joinpath("app_view.css").read_text(encoding="utf-8")


def heading(text: str) -> widgets.HTML:
    """A heading among the controls."""
    return widgets.HTML(f"<div class='mt-heading' role='heading' aria-level='3'>{escape(text)}</div>")


def note(text: str = "") -> widgets.HTML:
    """A small remark."""
    return widgets.HTML(note_html(text))


def note_html(text: str) -> str:
    """What such a remark is made of."""
    return f"<div class='mt-note'>{escape(text)}</div>" if text else ""


def prose(html: str) -> widgets.HTML:
    """A piece of HTML that an app has made and escaped."""
    return widgets.HTML(html)


def error_html(error: Exception | str) -> str:
    """What an error panel is made of: the error in plain words."""
    text = str(error)
    if isinstance(error, Exception) and not isinstance(error, MyositisToolsError):
        text = (
            f"This should not have happened ({type(error).__name__}: {error}). It is a fault of the program, not "
            "of your data; what is shown is as it was before."
        )
    return f"<div class='mt-error' role='alert'>{escape(text)}</div>"


def look(more: str = "") -> widgets.HTML:
    """The style sheet of all that stands here, and more of it."""
    return widgets.HTML(f"<style>{_STYLE}{dark_figures()}{more}</style>", layout={"display": "none"})


def folded(title: str, *children: widgets.Widget) -> widgets.Accordion:
    """Something that opens when it is asked for."""
    return widgets.Accordion([widgets.VBox(list(children))], titles=[title], selected_index=None)


class Desk(ShownInCell):
    """The room of an app, which its view furnishes: it goes back, gives the code, and draws what has changed.

    A view puts what the app knows, an `AppModel`, into ``model`` before it enters the room, which makes a control of
    each choice that is declared and joins the two. The view draws the results in sight (``_draw``), and brings to what
    the model says whatever is not declared (``_follow``).

    Parameters
    ----------
    title, subtitle : str
        What the app is and what it stands on.
    controls, results : sequence of widgets
        What stands left and right; they stack where there is not room for both. The control of a choice is named.

    Attributes
    ----------
    controls, labelled : dict of str to widget
        The control of each choice, which is an attribute of the view too; and it with its label, where it is shown.
    actions : sequence of widgets
        What else stands in the row of buttons under the headline.
    under_headline : sequence of widgets
        What stays in sight with it.
    """

    model: Any
    begins_with_controls = False  # where they are what a person came for, they are open however narrow the page is

    def __init__(
        self,
        title: str,
        subtitle: str,
        *,
        controls: Sequence[Placed],
        results: Sequence[widgets.Widget],
        actions: Sequence[widgets.Widget] = (),
        under_headline: Sequence[widgets.Widget] = (),
    ) -> None:
        self._said = title
        self._headline = widgets.HTML()
        self._trouble = widgets.HTML()
        self._furnish()
        left = widgets.VBox(self._placed(controls))
        left.add_class("mt-controls")
        self.reset_button, self.undo_button = (widgets.Button(description=words) for words in ("Reset", "Undo"))
        self.copy, self.code = CopyButton(label="Copy as code"), widgets.HTML()
        right = widgets.VBox([*results, folded("This view as code", self.code)])
        right.add_class("mt-results")
        body = widgets.Box([left, right])
        body.add_class("mt-body")
        row = widgets.Box([PageManners(), self.reset_button, self.undo_button, *actions, self.copy])
        row.add_class("mt-row")
        in_sight = widgets.VBox([self._headline, *under_headline, row, self._trouble])
        in_sight.add_class("mt-top")
        self._title = widgets.HTML()
        self.entitle(title, subtitle)
        super().__init__([look(), self._title, in_sight, body], layout={"width": "100%"})
        self.add_class("mt-desk")
        if self.begins_with_controls:
            self.add_class("mt-open")
        for name, one in self.controls.items():
            self.asks(one, self._ask(name))
        self.presses(self.reset_button, self.model.reset)
        self.presses(self.undo_button, self.model.undo)
        self.model.observe(self._revised, names="revision")
        self.refresh()

    def leave(self) -> None:
        """Listen to the model no longer."""
        self.model.unobserve(self._revised, names="revision")
        super().leave()

    def _revised(self, _: Any) -> None:
        self.refresh()

    def __repr__(self) -> str:
        """The sentence on top: what a page without widgets shows, and what a notebook is compared by."""
        return self._said

    def entitle(self, title: str, subtitle: str) -> None:
        """Say what the app is about and what it stands on."""
        self._title.value = (
            f"<div class='mt-title' role='heading' aria-level='2'>{escape(title)}</div>"
            f"<div class='mt-subtitle'>{escape(subtitle)}</div>"
        )

    def say(self, headline: str) -> None:
        """Put the one sentence on top that says what is seen."""
        self._said = headline
        self._headline.value = f"<div class='mt-headline' role='status' aria-live='polite'>{escape(headline)}</div>"

    @property
    def trouble(self) -> str:
        """What stands in the error panel."""
        return self._trouble.value

    def complain(self, error: Exception | str) -> None:
        """Show an error in plain words, where it arose."""
        self._trouble.value = error_html(error)

    def settle(self) -> None:
        """Take the error away."""
        if self._trouble.value:
            self._trouble.value = ""

    def guarded(self, act: Callable[..., None]) -> Callable[..., None]:
        """Wrap a callback so that an error shows in the app and never only in a log."""

        def safely(*args: Any) -> None:
            try:
                act(*args)
            except Exception as error:
                if not isinstance(error, MyositisToolsError):
                    logging.getLogger(__name__).exception("An app's callback failed.")
                self.complain(error)
            else:
                self.settle()

        return safely

    # ------------------------------------------------------------------------------------------- the model and the view

    def _furnish(self) -> None:
        """Make the control of every choice."""
        declared = {name: choice for name, choice in self.model.DECLARED.items() if choice.kind}
        self.controls = {name: control_of(choice, self.model) for name, choice in declared.items()}
        self.labelled = {
            name: control(choice.label, self.controls[name], about=choice.about, unit=choice.unit)
            if choice.label
            else self.controls[name]
            for name, choice in declared.items()
            if choice.is_shown_by(self.model)
        }
        for name, one in self.controls.items():
            setattr(self, name, one)

    def _placed(self, controls: Sequence[Placed]) -> list[widgets.Widget]:
        """Put the controls that are named where they are named."""
        made = []
        for one in controls:
            if isinstance(one, tuple):
                made.append(widgets.VBox(self._placed(one), layout={"width": "100%"}))
            elif not isinstance(one, str):
                made.append(one)
            elif self.model.DECLARED[one].is_shown_by(self.model):
                made.append(self.labelled[one])
        return made

    def _ask(self, name: str) -> Callable[[Any], None]:
        """How the model is asked for what is chosen in a control."""
        take, allow_none = self.model.DECLARED[name].take, self.model.traits()[name].allow_none

        def ask(value: Any) -> None:
            if take is not None:
                take(self.model, value)
            else:
                is_nothing = allow_none and isinstance(value, str) and value == NOTHING
                self.model.change(**{name: None if is_nothing else value})

        return ask

    def asks(self, control: widgets.Widget, act: Callable[[Any], None], *, of: str = "value") -> None:
        """Let a change of a control ask the model for something; what it does not take does not stay in the control."""

        def asked(change: dict[str, Any]) -> None:
            before = self.model.revision
            try:
                act(change["new"])
            finally:
                if self.model.revision == before:
                    self._bring_controls()

        guarded = self.guarded(asked)
        control.observe(lambda change: None if self._is_following else guarded(change), names=of)

    def presses(self, button: widgets.Button, act: Callable[[], None]) -> None:
        """Let a press of a button do something."""
        guarded = self.guarded(act)
        button.on_click(lambda _: guarded())

    def refresh(self) -> None:
        """Show what the model says now; controls and sentence first, for they belong together on the page."""
        self._bring_controls()
        self.say(self.model.headline)
        self._draw()
        code = self.model.as_code()
        self.copy.text, self.code.value = code, f"<pre class='mt-code'>{escape(code)}</pre>"
        self.settle()

    _is_following = False

    def _bring_controls(self) -> None:
        self._is_following = True
        try:
            for name, one in self.controls.items():
                bring(one, self.model.DECLARED[name], name, self.model)
            self._follow()
        finally:
            self._is_following = False

    def _follow(self) -> None:
        """Bring to what the model says what is no control of a choice."""

    def _draw(self) -> None:
        """Draw the results in sight."""
        raise NotImplementedError
