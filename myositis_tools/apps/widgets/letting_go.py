"""What is no longer shown is let go: an app closes all it is made of, and a cell that runs again the app it showed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import ipywidgets as widgets

_CONTAINERS = (list, tuple, dict, set)


class Leaving:
    """A widget that has something to do before it is closed."""

    def leave(self) -> None:
        """Stop what goes on, and let go of what it listens to."""
        raise NotImplementedError


class ShownInCell(widgets.VBox, Leaving):
    """A page or an app that a cell of a notebook shows."""

    def _repr_mimebundle_(self, **asked: Any) -> Any:
        """What a notebook shows of it; the notebook's cell is remembered, which lets it go when it runs again."""
        cells.shows(self)
        return super()._repr_mimebundle_(**asked)

    def close(self) -> None:
        """Let go of it with all it is made of; the model stays, for whoever holds it."""
        if self.comm is not None:
            close_all(self)

    def leave(self) -> None:
        """Be forgotten by the notebook's cell."""
        cells.forgets(self)


def close_all(*roots: Any) -> None:
    """Close widgets with all they are made of: children, layouts and styles, and what they hold but do not show now."""
    for one in list(_widgets_in(roots, set())):
        if isinstance(one, Leaving):
            one.leave()
        one.unobserve_all()
        widgets.Widget.close(one)


def replace_children(box: widgets.Box, *children: widgets.Widget) -> None:
    """Put other widgets into a box, and close those that stood there."""
    before, box.children = box.children, children
    close_all(*(one for one in before if one not in children))


def _widgets_in(value: Any, seen: set[int]) -> Iterator[widgets.Widget]:
    """Every widget that a value holds, at any depth; what it is made of comes first."""
    if isinstance(value, widgets.Widget):
        if id(value) not in seen:
            seen.add(id(value))
            yield from _widgets_in(list(vars(value).values()), seen)  # its traits are among them
            yield value
    elif isinstance(value, _CONTAINERS):
        for each in value.values() if isinstance(value, dict) else value:
            if isinstance(each, (widgets.Widget, *_CONTAINERS)):
                yield from _widgets_in(each, seen)


class _Cells:
    """Which cell of a notebook shows which apps.

    An app that no cell shows any more, and that no name in the notebook holds, cannot be seen again: it is closed when
    the cell that showed it has run once more. Nothing is remembered outside IPython.
    """

    def __init__(self) -> None:
        self._shown: dict[str, list[widgets.Widget]] = {}
        self._showing: list[widgets.Widget] = []
        self._shell: Any = None

    def shows(self, app: widgets.Widget) -> None:
        """Remember that the cell which is running shows an app."""
        shell = _shell()
        if shell is None:
            return
        if shell is not self._shell:
            shell.events.register("post_run_cell", self._ran)
            self._shell = shell
        self._showing.append(app)

    def forgets(self, app: widgets.Widget) -> None:
        """Forget an app that is closed, and what the shell kept of it as the result of a cell."""
        for shown in (*self._shown.values(), self._showing):
            shown[:] = [one for one in shown if one is not app]
        if self._shell is not None:
            names, results = self._shell.user_ns, self._shell.user_ns.get("_oh", {})
            for number in [number for number, result in results.items() if result is app]:
                del results[number]
            for name in [name for name in names if name.startswith("_") and names[name] is app]:
                del names[name]
            hook = self._shell.displayhook
            for name in ("_", "__", "___"):
                if getattr(hook, name, None) is app:
                    setattr(hook, name, None)

    def _ran(self, result: Any) -> None:
        """Close what the cell that has run showed the last time, and nobody can see now."""
        cell = getattr(result.info, "cell_id", None) or result.info.raw_cell
        before, showing, self._showing = self._shown.pop(cell, []), self._showing, []
        if showing:
            self._shown[cell] = showing
        in_sight = [id(one) for shown in self._shown.values() for one in shown]
        for app in before:
            if id(app) not in in_sight and not _is_named(app, self._shell.user_ns):
                app.close()


def _is_named(app: widgets.Widget, names: Mapping[str, Any]) -> bool:
    """Whether a person holds an app by a name, in a list of hers, or as a part of another widget."""
    hers = [value for name, value in names.items() if not name.startswith("_") and name not in ("In", "Out")]
    return any(value is app or _holds(value, app) for value in hers)


def _holds(value: Any, app: widgets.Widget) -> bool:
    if isinstance(value, widgets.Box):
        return any(one is app or _holds(one, app) for one in value.children)
    return isinstance(value, _CONTAINERS) and any(
        one is app for one in (value.values() if isinstance(value, dict) else value)
    )


def _shell() -> Any:
    """The IPython that runs here, if one does."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if shell is not None and hasattr(shell, "kernel") else None


cells = _Cells()
