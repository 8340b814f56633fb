"""What every model of an app does with its choices: it takes them all at once or not at all, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import traitlets


class AppModel(traitlets.HasTraits):
    """A model whose state is a number of choices; it knows no widget.

    A subclass names its `CHOICES` and answers them; a choice that cannot be answered is not taken.

    Attributes
    ----------
    CHOICES : tuple of str
        The traits that are chosen, in an order in which they can be set one after another.
    revision : int
        Goes up when something has changed; watch it to know when to draw.
    """

    CHOICES: ClassVar[tuple[str, ...]]
    revision = traitlets.Int(0)

    def __init__(self, **choices: Any) -> None:
        super().__init__(**choices)
        self._answer()
        self._begin_here()
        self.observe(self._one_was_set, names=list(self.CHOICES))

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


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return list(value) if isinstance(value, tuple) else value
