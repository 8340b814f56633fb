"""What stands under a step that has a question left, or that a person opens: controls that answer it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.cohort.file_read import FileRead, TableRead
from myositis_tools.apps.cohort.opening import Opening, in_words
from myositis_tools.apps.mapping.model import MappingModel
from myositis_tools.apps.mapping.view import MappingView
from myositis_tools.apps.widgets import PeopleTable, control, folded, menu, note, prose
from myositis_tools.errors import OptionError

Guard = Callable[[Callable[..., None]], Callable[..., None]]
_LISTED = 20  # cells and rows that have a button of their own


def _button(words: str, act: Callable[[], None], guard: Guard, style: str = "") -> widgets.Button:
    made = widgets.Button(description=words, button_style=style, layout={"width": "auto"})
    made.on_click(lambda _: guard(act)())
    return made


def _row(*parts: widgets.Widget) -> widgets.Box:
    made = widgets.Box(list(parts))
    made.add_class("mt-row")
    return made


def _text(words: str) -> widgets.HTML:
    return prose(f"<span>{escape(words)}</span>")


# ------------------------------------------------------------------------------------------------------------- 1 read


def reading_of(opening: Opening, guard: Guard) -> widgets.VBox:
    """What is asked of the files, what was found of them, and how a person says that they are to be read."""
    parts: list[widgets.Widget] = []
    for file in opening.files:
        parts += [_question(opening, file, each, guard) for each in file.asked]
    for kinds, names in opening.rivals().items():
        uses = [_button(f"Use {name}", partial(opening.prefer, kinds, name), guard) for name in names]
        parts.append(_row(_text(f"Which file's {' and '.join(kinds)} are used?"), *uses))
    items = "".join(f"<li>{escape(each)}</li>" for each in opening.found())
    found = prose(f"<ul class='mt-found'>{items}</ul>" if items else "")
    if parts:
        return widgets.VBox([*parts, folded("What was found", found)])
    again = [_said_again(opening, file, guard) for file in opening.files]
    return widgets.VBox([found, folded("Read it otherwise", *again)])


def _question(opening: Opening, file: FileRead, asked: Any, guard: Guard) -> widgets.Widget:
    name = file.file.name
    if asked.option == "weeks":
        fields = {part: _field(f"Week of {part!r}", "such as 12") for part in asked.about}

        def answer() -> None:
            opening.read_again(name, weeks={part: _whole(field.value, part) for part, field in fields.items()})

        controls = [control(f"Week of {part!r}", field) for part, field in fields.items()]
        return widgets.VBox([_text(in_words(asked.words)), *controls, _button("Go on", answer, guard, "primary")])
    options = MappingModel.class_traits()[asked.option].metadata["choice"].options
    buttons = [
        _button(words, partial(opening.read_again, name, **{asked.option: value}), guard)
        for words, value in options
        if value
    ]
    return widgets.VBox([_text(in_words(asked.words)), _row(*buttons)])


def _said_again(opening: Opening, file: FileRead, guard: Guard) -> widgets.Widget:
    """How a file is read where what was found is not right."""
    held = file.reading
    line = _field("Line of the headings", "found by itself", str(held.heading_line or ""))
    missing = _field("Words for not recorded", "such as n.b., -99", ", ".join(held.missing))
    choices = {
        name: menu([("found by itself", ""), *(each for each in options if each[1])], getattr(held, name), label=label)
        for name, label, options in _written()
    }

    def again() -> None:
        opening.read_again(
            file.file.name,
            heading_line=_whole(line.value, "the line of the headings") if line.value.strip() else None,
            missing=tuple(word.strip() for word in missing.value.split(",") if word.strip()),
            **{name: choice.value for name, choice in choices.items()},
        )

    labelled = [control(label, choices[name]) for name, label, _ in _written()]
    return widgets.VBox(
        [
            _text(file.file.name),
            control("Line of the headings", line),
            *labelled,
            control("Words for not recorded, between commas", missing),
            _button("Read again", again, guard),
        ]
    )


def _written() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """How cells are written: the option, its label and what can be chosen, as the page of columns has them."""
    traits = MappingModel.class_traits()
    found = [(name, traits[name].metadata["choice"]) for name in ("decimal", "date_format")]
    return [(name, choice.label, list(choice.options)) for name, choice in found]


def _field(label: str, placeholder: str, value: str = "") -> widgets.Text:
    return widgets.Text(value, placeholder=placeholder, tooltip=label, layout={"width": "16em"})


def _whole(text: str, what: str) -> int:
    if not text.strip().lstrip("-").isdigit():
        raise OptionError(f"{text!r} is no number for {what}.", expected="a whole number, such as 12")
    return int(text)


# ---------------------------------------------------------------------------------------------------------- 2 columns


def columns_of(opening: Opening, guard: Guard) -> widgets.VBox:
    """The headings that could be two things, and the page on which every heading can be given another meaning."""
    parts: list[widgets.Widget] = []
    for table in opening.tables:
        parts += [_either(opening, table, heading, columns, guard) for heading, columns in opening.asked(table).items()]
    for table in opening.tables:
        parts.append(_every_heading(table))
    return widgets.VBox(parts)


def _either(opening: Opening, table: TableRead, heading: str, columns: list[str], guard: Guard) -> widgets.Widget:
    model = table.model
    buttons = [_button(model.in_words(column), partial(model.choose, heading, column), guard) for column in columns]
    leave = _button("none of these", partial(opening.leave, table, heading), guard)
    asked = model.advice(heading).removeprefix("a question: ")
    words = note(f"such as {model.examples(heading) or 'nothing: it is empty'}; {asked}")
    return widgets.VBox([_row(_text(f"What does {heading!r} stand for?"), *buttons, leave), words])


def _every_heading(table: TableRead) -> widgets.Accordion:
    """The page of columns; it is made when it is opened, for it has several controls a heading."""
    place = widgets.VBox([note("Opening ...")])
    made = folded(f"All headings of {table.kind} in {table.file}", place)

    def opened(change: dict[str, Any]) -> None:
        if change["new"] == 0 and not isinstance(place.children[0], MappingView):
            place.children = [MappingView(table.model)]

    made.observe(opened, names="selected_index")
    return made


# ---------------------------------------------------------------------------------------------------------- 3 checked


def checks_of(opening: Opening, guard: Guard) -> widgets.VBox:
    """The cells and rows that need a decision, each with its button, and every problem in a table."""
    troubles = opening.troubles()
    parts: list[widgets.Widget] = []
    if len(troubles) > 1:
        words = "Count these cells as not recorded, and leave these rows out"
        parts.append(_row(_button(words, partial(opening.agree, troubles), guard, "primary")))
    for table, trouble in troubles[:_LISTED]:
        act = "Leave this row out" if trouble.is_of_row else "Count as not recorded"
        parts.append(
            _row(
                _button(act, partial(opening.agree, [(table, trouble)]), guard),
                _text(opening.said_of(table, trouble)),
            )
        )
    if len(troubles) > _LISTED:
        parts.append(note(f"And {len(troubles) - _LISTED} more, in the table below."))
    if opening.decided():
        parts.append(_row(_text("; ".join(opening.decided())), _button("Take back", opening.take_back, guard)))
    problems = opening.problems()
    if len(problems):
        table = PeopleTable()
        table.show(problems)
        parts.append(folded(f"All {len(problems)} problems", table))
    return widgets.VBox(parts or [note("Nothing was found.")])
