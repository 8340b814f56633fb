"""The words of the exercises, a row of `tables/exercise_texts.csv` each, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from myositis_tools.errors import NotFoundError
from myositis_tools.formatting import written
from myositis_tools.tables import records

# in which the course can be taken, each as its speakers call it
LANGUAGE_NAMES = {"en": "English", "nl": "Nederlands", "de": "Deutsch"}
LANGUAGES = tuple(LANGUAGE_NAMES)
IN_SHORT = "_in_short"  # the end of the item that names a typical error in a few words
EVERY = "every"  # words that all exercises share
CONTROLS = "controls"  # words of buttons and labels
_DECIMAL_COMMA = ("nl", "de")
_DIGITS = 3  # as many as a questionnaire in eighths has


@cache
def texts() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Every text by exercise and item, in each language."""
    return MappingProxyType(
        {
            (str(row["exercise"]), str(row["item"])): {language: str(row[language]) for language in LANGUAGES}
            for row in records("exercise_texts")
        }
    )


@dataclass(frozen=True)
class Wording:
    """The words of one exercise in one language, with what stands between their braces."""

    exercise: str
    language: str
    values: Mapping[str, str] = field(default_factory=dict)

    def has(self, item: str) -> bool:
        """Whether the exercise has such a text of its own."""
        return (self.exercise, item) in texts()

    def say(self, item: str, **values: Any) -> str:
        """Give a text of the exercise, or of all exercises, filled with values.

        Raises
        ------
        NotFoundError
            If neither has such a text.
        """
        found = texts().get((self.exercise, item)) or texts().get((EVERY, item))
        if found is None:
            raise NotFoundError(f"There is no text {item!r} for {self.exercise!r}.", where="exercise_texts.csv")
        return found[self.language].format_map({**self.values, **self._written(values)})

    def number(self, value: Any) -> str:
        """A number as the language writes it; text as it is."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        text = written(float(round(value, _DIGITS)))
        return text.replace(".", ",") if self.language in _DECIMAL_COMMA else text

    def joined(self, words: Any) -> str:
        """Words as a list in a sentence, or the word for none of them."""
        return ", ".join(map(str, words)) or self.say("nothing")

    def filled_with(self, values: Mapping[str, Any]) -> Wording:
        """Give the same words with values for what stands between their braces."""
        return replace(self, values=MappingProxyType({**self.values, **self._written(values)}))

    def _written(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: self.number(value) for name, value in values.items()}
