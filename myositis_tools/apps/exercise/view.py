"""What an exercise shows: the question, its controls, and after a decision what is said to it. It computes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from html import escape
from importlib import resources
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.exercise.answer_view import AnswerControls
from myositis_tools.apps.exercise.model import CONFIDENCES, ExerciseModel
from myositis_tools.apps.exercise.solution_pictures import draw_solution
from myositis_tools.apps.widgets import FigurePane, control, folded, prose
from myositis_tools.apps.widgets.app_view import error_html, look
from myositis_tools.apps.widgets.letting_go import Leaving, ShownInCell
from myositis_tools.apps.widgets.page_manners import PageManners
from myositis_tools.errors import MyositisToolsError
from myositis_tools.lessons import Feedback

STYLE = resources.files(__package__).joinpath("exercise.css").read_text(encoding="utf-8")


class ExercisePanel(widgets.VBox, Leaving):
    """One exercise, as it stands on a page of its own or in a course.

    Parameters
    ----------
    model : ExerciseModel
        What is known.
    """

    def __init__(self, model: ExerciseModel) -> None:
        self.model = model
        exercise, says = model.exercise, model.says
        self.answer = AnswerControls(model, self.guarded)
        self.confidence = widgets.ToggleButtons(
            options=[(f"{percent} %", percent) for percent in CONFIDENCES],
            value=None,
            tooltips=[f"{says('confidence')} {percent} %" for percent in CONFIDENCES],
        )
        self.confidence.style.button_width = "auto"
        self.confidence.add_class("mt-choice")
        self.decide_button = self._button(says("decide"), model.decide, "primary")
        self.again_button = self._button(says("again"), model.try_again)
        self.hint_button = self._button("", model.take_hint)
        self.solution_button = self._button(says("show_solution"), model.show_solution)
        self.trouble, self.feedback, self.hints, self.solved = (prose("") for _ in range(4))
        self.solution_note = prose("")
        self.pane = FigurePane(exercise.key)
        self.pane.layout.display = "none"
        self._is_drawn = False
        row = widgets.Box(
            [self.decide_button, self.again_button, self.hint_button, self.solution_button, self.solution_note]
        )
        row.add_class("mt-row")
        about = [says("minutes", minutes=exercise.minutes)]
        about.append(says("everybody") if exercise.seat is None else says("seat", seat=exercise.seat))
        self.title = self._words(
            f"<div class='mt-title' role='heading' aria-level='2'>{escape(exercise.title)}</div>"
            f"<div class='mt-subtitle'>{escape(' · '.join(about))}. {escape(says('about'))}</div>"
        )
        super().__init__(
            [
                self.title,
                self._words(f"<div class='mt-prompt'>{_paragraphs(exercise.prompt)}</div>"),
                self.answer,
                control(says("confidence"), self.confidence),
                row,
                self.trouble,
                self.feedback,
                self.hints,
                self.solved,
                self.pane,
            ],
            layout={"width": "100%"},
        )
        self.add_class("mt-exercise")
        self._is_following = False
        self.confidence.observe(self._chosen, names="value")
        model.observe(self._revised, names="revision")
        self.refresh()

    def leave(self) -> None:
        """Listen to the model no longer."""
        self.model.unobserve(self._revised, names="revision")

    # ------------------------------------------------------------------------------------------------------------ acts

    def _button(self, words: str, act: Callable[[], Any], style: str = "") -> widgets.Button:
        made = widgets.Button(description=words, button_style=style, layout={"width": "auto"})
        guarded = self.guarded(act)
        made.on_click(lambda _: guarded())
        return made

    def guarded(self, act: Callable[..., Any]) -> Callable[..., None]:
        """Wrap an act so that what it refuses is said on the page."""

        def safely(*arguments: Any) -> None:
            try:
                act(*arguments)
            except Exception as error:
                if not isinstance(error, MyositisToolsError):
                    logging.getLogger(__name__).exception("An exercise's callback failed.")
                self.answer.follow()
                self.trouble.value = error_html(error.what if isinstance(error, MyositisToolsError) else error)
            else:
                self.trouble.value = ""

        return safely

    def _chosen(self, change: Any) -> None:
        if not self._is_following:
            self.guarded(partial(self.model.choose_confidence, change["new"]))()

    # --------------------------------------------------------------------------------------------------------- showing

    def _revised(self, _: Any) -> None:
        self.refresh()

    def _words(self, html: str) -> widgets.HTML:
        return prose(f"<div lang='{self.model.exercise.language}'>{html}</div>")

    def refresh(self) -> None:
        """Show what the model says now."""
        model = self.model
        self.answer.follow()
        self._is_following = True
        self.confidence.value, self.confidence.disabled = model.confidence, model.is_locked
        self._is_following = False
        exercise, says = model.exercise, model.says
        left = len(exercise.hints) - model.hints_taken
        self.hint_button.description = (
            says("hint", next=model.hints_taken + 1, all=len(exercise.hints)) if left else says("no_more_hints")
        )
        self.hint_button.disabled = not left
        self.decide_button.disabled = model.is_locked
        self.again_button.layout.display = None if model.is_locked and not model.shows_solution else "none"
        self.solution_button.disabled = not model.can_show_solution or model.shows_solution
        note = says("costs") if model.can_show_solution else f"{says('answer_first')} {says('costs')}"
        self.solution_note.value = "" if model.shows_solution else f"<span class='mt-note'>{escape(note)}</span>"
        self._say(self.feedback, self._feedback_html())
        hints = "".join(f"<li>{escape(hint)}</li>" for hint in model.hints)
        listed = f"<div role='status' aria-live='polite'><ol class='mt-hints'>{hints}</ol></div>"
        self._say(self.hints, listed if hints else "")
        self._show_solution()

    def _say(self, place: widgets.HTML, html: str) -> None:
        said = f"<div lang='{self.model.exercise.language}'>{html}</div>" if html else ""
        if place.value != said:
            place.value = said

    def _feedback_html(self) -> str:
        feedback = self.model.feedback
        if feedback is None:
            return ""
        kind, sign = ("right", "✓") if feedback.correct else ("wrong", "✗")
        word = "" if feedback.correct else f"<b>{escape(self.model.says('not_yet'))}.</b> "
        return (
            f"<div class='mt-feedback mt-feedback-{kind}' role='status' aria-live='polite'>"
            f"<span class='mt-sign' aria-hidden='true'>{sign}</span>{word}{escape(feedback.says)}</div>"
        )

    def _show_solution(self) -> None:
        model = self.model
        if not model.shows_solution:
            return
        title = escape(model.says("right_answer"))
        points = escape(model.says("one_point", points=model.points))
        self._say(
            self.solved,
            f"<div class='mt-heading'>{title} <span class='mt-note'>{points}</span></div>"
            f"<div class='mt-prompt'>{_paragraphs(model.exercise.solution_text)}</div>{self._answers_html()}",
        )
        if not self._is_drawn:
            self._is_drawn = True
            self.guarded(self._draw)()

    def _answers_html(self) -> str:
        """The right answer by field, where there is more than one."""
        answers = self.model.right_answers()
        if len(answers) < 2:
            return ""
        items = "".join(f"<li><b>{escape(label)}</b>: {escape(words)}</li>" for label, words in answers)
        return f"<ul class='mt-answers'>{items}</ul>"

    def _draw(self) -> None:
        drawn = draw_solution(self.model.exercise)
        if drawn is not None:
            self.pane.layout.display = None
            self.pane.show(drawn)


class ExerciseView(ShownInCell):
    """An exercise on a page or in a cell of its own, to be answered by mouse, by keyboard or by a line of code.

    Parameters
    ----------
    model : ExerciseModel
        What is known.
    """

    def __init__(self, model: ExerciseModel) -> None:
        self.model, self.panel = model, ExercisePanel(model)
        code = prose(f"<pre class='mt-code'>{escape(model.as_code())}</pre>")
        in_code = folded(model.says("in_code"), code)
        super().__init__([look(STYLE), self.panel, in_code, PageManners()], layout={"width": "100%"})
        for name in ("mt-desk", "mt-open", "mt-plain", "mt-front"):  # it looks as the apps do, and hides nothing
            self.add_class(name)

    def __repr__(self) -> str:
        """The question: what a page without widgets shows, and what a notebook is compared by."""
        return f"{self.model.exercise.title}. {self.model.exercise.prompt}"

    def check(self, answer: Any) -> Feedback:
        """Answer in one line of code, and see what is said to it.

        Parameters
        ----------
        answer : mapping of str to Any, or Any
            The answer by field; where there is one field also the bare value.

        Returns
        -------
        Feedback
            Whether it is right, and what is said to it; the exercise on the page shows it too.

        Raises
        ------
        MyositisToolsError
            If it is not complete or cannot be what it says it is; that is not a try.
        """
        return self.model.check(answer)

    def hint(self) -> str:
        """Give the next of two hints."""
        return self.model.take_hint()

    def solution(self) -> dict[str, Any]:
        """Give the solution after one try; before a right answer it costs the point.

        Raises
        ------
        OptionError
            If nothing was answered yet.
        """
        return self.model.show_solution()


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.splitlines() if part.strip())
