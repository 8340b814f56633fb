"""What every model of an app does with its choices: it takes them all at once or not at all, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import traitlets

from myositis_tools.apps.declared_choices import Choice


class AppModel(traitlets.HasTraits):
    """A model whose state is a number of choices; it knows no widget.

    A subclass has a `Choice` of each trait that is chosen, or names its `CHOICES`, and answers them; a choice that
    cannot be answered is not taken.

    Attributes
    ----------
    CHOICES : tuple of str
        The traits that are chosen, in an order in which they can be set one after another.
    DECLARED : dict of str to Choice
        How each of them is chosen, where that is declared.
    revision : int
        Goes up when something has changed; watch it to know when to draw.
    """

    CHOICES: ClassVar[tuple[str, ...]] = ()
    DECLARED: ClassVar[dict[str, Choice]] = {}
    revision = traitlets.Int(0)

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        traits = {name: one for name, one in vars(cls).items() if isinstance(one, traitlets.TraitType)}
        declared = {name: one.metadata["choice"] for name, one in traits.items() if "choice" in one.metadata}
        if declared:
            cls.DECLARED, cls.CHOICES = declared, tuple(declared)
            cls._is_possible = traitlets.validate(*declared)(_checked)

    _is_possible: Any

    def __init__(self, **choices: Any) -> None:
        begin = {name: self._beginning(name, choices) for name in self.DECLARED}
        super().__init__(**choices | begin)
        self._answer()
        self._begin_here()
        self.observe(self._one_was_set, names=list(self.CHOICES))

    @classmethod
    def among(cls, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The choices among the arguments of a call."""
        return {name: arguments[name] for name in cls.DECLARED if name in arguments}

    def _default_of(self, name: str) -> Any:
        """What a choice is where nothing is said of it."""
        choice = self.DECLARED[name]
        return self.traits()[name].default(self) if choice.begin is None else choice.begin(self)

    def _beginning(self, name: str, given: Mapping[str, Any]) -> Any:
        """What a choice begins with; the default of its trait says as little as None where it cannot be None."""
        trait: Any = self.traits()[name]
        value: Any = given.get(name)
        if name not in given or (value is None and not trait.allow_none):
            return self._default_of(name)
        for kind, plain in ((traitlets.Tuple, tuple), (traitlets.Dict, dict)):
            value = plain(value) if isinstance(trait, kind) else value
        return self._default_of(name) if value == trait.default(self) else value

    def _answer(self) -> None:
        """Work out what follows from the choices, or raise; what was known stays until all of it is known anew."""
        raise NotImplementedError

    def _begin_here(self) -> None:
        """Take the choices as those to begin with, and to come back to."""
        self._start = self.state()
        self._history = [self._start]

    def state(self) -> dict[str, Any]:
        """Everything chosen, as plain values that `restore` takes back."""
        return {name: _plain(getattr(self, name)) for name in self.CHOICES}

    def written(self) -> dict[str, Any]:
        """What is chosen otherwise than an app begins with, or is always named, as the options of a call."""
        usual = {name: _plain(self._default_of(name)) for name in self.DECLARED}
        return {
            name: value
            for name, value in self.state().items()
            if value != usual[name] or (self.DECLARED[name].is_written and value is not None)
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave, all at once or not at all; what it does not name is as in the beginning."""
        if self._take(state):
            self._tell()

    def change(self, **choices: Any) -> None:
        """Change some of the choices, all at once or not at all."""
        self.restore(self.state() | choices)

    def reset(self) -> None:
        """Back to the beginning."""
        self.restore({})

    def undo(self) -> None:
        """Take the last change back; nothing happens where there is none."""
        if len(self._history) > 1:
            self.restore(self._history[-2])
            del self._history[-2:]  # the change, and the way back

    def _take(self, state: Mapping[str, Any]) -> bool:
        """Set the choices and answer them, or neither; say whether any has changed."""
        if state and not set(state) & set(self.CHOICES):
            raise KeyError("no choice of this app")
        before = self.state()
        with self._holding():
            try:
                self._set(self._start | {name: state[name] for name in self.CHOICES if name in state})
                if self.state() != before:
                    self._answer()
            except Exception:
                self._set(before)
                raise
        return self.state() != before

    def _set(self, state: Mapping[str, Any]) -> None:
        for name in self.CHOICES:
            setattr(self, name, tuple(state[name]) if isinstance(state[name], list) else state[name])

    def _one_was_set(self, change: Any) -> None:
        """A choice that was set by itself, and cannot be answered, is taken back."""
        if self._is_held:
            return
        with self._holding():
            try:
                self._answer()
            except Exception:
                setattr(self, change["name"], change["old"])
                raise
        self._tell()

    _is_held = False

    @contextmanager
    def _holding(self) -> Iterator[None]:
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False

    def _tell(self) -> None:
        """Remember what is chosen now, and let those know who watch."""
        if self._history[-1] != self.state():
            self._history.append(self.state())
        self.revision += 1


def _checked(model: AppModel, proposal: Mapping[str, Any]) -> Any:
    """What of a proposed value is taken; how traitlets asks for it."""
    trait = proposal["trait"]
    return model.DECLARED[trait.name].checked(model, trait, proposal["value"])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return list(value) if isinstance(value, tuple) else value
