"""What a calculator for one sheet knows: the answers, the options, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.app_model import AppModel
from myositis_tools.apps.forms.form import Answer, Form
from myositis_tools.apps.typed_numbers import text_of_number, typed_number
from myositis_tools.errors import (
    ImpossibleValueError,
    MyositisToolsError,
    OptionError,
    WrongTypeError,
    listed,
    nearest,
    require_option,
)
from myositis_tools.frames import Column


class SheetModel(AppModel):
    """The state of the calculator and its result; it knows no widget.

    Attributes
    ----------
    answers : dict
        The answer to each field; None where there is none.
    options : dict
        What was chosen.
    problems : dict
        What was typed where it cannot be, with the sentence that says why; the result is that of the last answers
        that could be.
    """

    CHOICES = ("answers", "options")

    answers = traitlets.Dict()
    options = traitlets.Dict()
    result: Answer

    def __init__(self, form: Form, *, answers: Mapping[str, Any] | None = None, **options: Any) -> None:
        self.form, self.fields = form, form.fields
        self.problems: dict[str, tuple[str, str]] = {}
        self._typed: dict[str, str] = {}
        self._usual = {option.name: option.choices[0][1] for option in form.options} | options
        super().__init__(answers=dict(form.example if answers is None else answers), options=self._usual)

    # --------------------------------------------------------------------------------------------------- what is asked

    def enter(self, name: str, given: Any) -> None:
        """Take an answer; what was typed and cannot be is kept aside with a sentence, and nothing else changes."""
        self._typed[name] = given if isinstance(given, str) else ""
        kept = {other: problem for other, problem in self.problems.items() if other != name}
        try:
            self.restore(self.state() | {"answers": self.answers | {name: given}}, problems=kept)
        except MyositisToolsError as error:
            if not isinstance(given, str):
                raise
            self.problems = kept | {name: (given, str(error))}
            self.revision += 1

    def choose(self, option: str, value: Any) -> None:
        """Change an option."""
        self.restore(self.state() | {"options": self.options | {option: value}}, problems=self.problems)

    def text_of(self, name: str) -> str:
        """What stands in a field that is typed into."""
        if name in self.problems:
            return self.problems[name][0]
        value = self.answers[name]
        return value if isinstance(value, str) else text_of_number(value, self._typed.get(name, ""))

    def is_asked(self, name: str) -> bool:
        """Whether a field matters, given what was chosen and answered."""
        return self.form.is_asked(name, self.options, self.answers)

    def restore(self, state: Mapping[str, Any], *, problems: Mapping[str, tuple[str, str]] | None = None) -> None:
        """Take back what `state` gave, all at once or not at all; what it does not name is as in the beginning."""
        self._take(state)
        self.problems = dict(problems or {})
        self._tell()

    def _answer(self) -> None:
        options = self._usual | self.options
        for option in self.form.options:
            require_option(option.name, options[option.name], [value for _, value in option.choices])
        for name in (*self.answers, *(set(options) - {option.name for option in self.form.options})):
            if name not in self.fields:
                raise OptionError(
                    f"{name!r} is not asked here.",
                    expected=listed(self.fields, most=40),
                    hint=nearest(name, list(self.fields)),
                )
        answers = {name: self._read(column, self.answers.get(name)) for name, column in self.fields.items()}
        result = self.form.answer(self._sheet_of(answers), options)
        self.answers, self.options, self.result = answers, options, result

    def _read(self, column: Column, given: Any) -> Any:
        if given is None:
            return None
        if column.type == "yes_no":
            if isinstance(given, bool):
                return given
            raise WrongTypeError(f"{column.heading}: {given!r} is not a possible answer.", expected=column.expected)
        if isinstance(given, str) and given.strip().upper() in self.form.words:
            return given.strip().upper()
        value = typed_number(str(given), label=column.heading, expected=column.expected, highest=column.maximum)
        if value is None:
            return None
        is_off = value < (column.minimum or 0.0) or (column.maximum is not None and value > column.maximum)
        if is_off or (column.type == "integer" and not value.is_integer()):
            raise ImpossibleValueError(
                f"{column.heading}: {value:g} is not possible.",
                expected=("a whole number, " if column.type == "integer" else "") + column.expected,
                hint="or leave it empty",
            )
        return int(value) if column.type == "integer" else value

    def clear(self) -> None:
        """Empty every field; the options stay."""
        self.change(answers={})

    # ------------------------------------------------------------------------------------------------ what is answered

    def sheet(self) -> pd.DataFrame:
        """The answers as a table of one row."""
        return self._sheet_of(self.answers)

    def _sheet_of(self, answers: Mapping[str, Any]) -> pd.DataFrame:
        types = {"yes_no": "boolean", "integer": "float64", "number": "float64"}
        return pd.DataFrame(
            {
                name: pd.Series([value], dtype="object" if isinstance(value, str) else types[self.fields[name].type])
                for name, value in answers.items()
            }
        )

    @property
    def headline(self) -> str:
        """The one sentence that says what is seen."""
        return "No answer has been entered yet." if self.is_empty else self.result.headline

    @property
    def is_empty(self) -> bool:
        """Whether there is no answer to any field that is asked."""
        return all(self.answers[name] is None for name in self.fields if self.is_asked(name))

    @property
    def counts(self) -> bool:
        """Whether there are points to show."""
        return self.result.counts and not self.is_empty

    def as_code(self) -> str:
        """A cell that makes the sheet and scores it."""
        lines = "".join(f'    "{name}": {value!r},\n' for name, value in self.answers.items())
        return (
            f"import myositis_tools as mt\nimport pandas as pd\n\nsheet = pd.DataFrame([{{\n{lines}}}])\n"
            f"{self.form.call(self.options)}"
        )
