"""A place to drop files, or to choose them: they go in slices to the process behind the page, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any

import anywidget
import traitlets

MOST_BYTES = 200 * 1000**2


class FileDrop(anywidget.AnyWidget):
    """Hand files to the process behind the page.

    Parameters
    ----------
    label : str
        The words in the place to drop.
    on_files : callable
        Told the files that were dropped together, each as its name and its bytes.
    on_broken : callable
        Told the names of files that did not come whole; then none is handed over.
    larger : str
        What a person does with a file that is larger than can be dropped.
    """

    _esm = resources.files(__package__).joinpath("file_drop.js").read_text(encoding="utf-8")
    label = traitlets.Unicode().tag(sync=True)
    larger = traitlets.Unicode().tag(sync=True)
    compact = traitlets.Bool(False).tag(sync=True)
    most_bytes = traitlets.Int(MOST_BYTES).tag(sync=True)

    def __init__(
        self,
        label: str,
        on_files: Callable[[Sequence[tuple[str, bytes]]], None],
        on_broken: Callable[[Sequence[str]], None],
        *,
        larger: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label=label, larger=larger, **kwargs)
        self._on_files, self._on_broken = on_files, on_broken
        self._coming: list[tuple[str, int, bytearray]] = []
        self.on_msg(self._told)

    def _told(self, _widget: Any, content: dict[str, Any], buffers: Sequence[Any]) -> None:
        """Take the next piece, and say so: the page waits for it."""
        kind = content.get("type")
        if kind == "begin":
            self._coming = [(str(file["name"]), int(file["size"]), bytearray()) for file in content["files"]]
        elif kind == "slice" and buffers and self._coming:
            _, size, held = self._coming[content["place"]]
            if len(held) + len(buffers[0]) <= min(size, self.most_bytes):
                held += buffers[0]
        elif kind == "end":
            self._hand_over()
        else:
            self._coming = []
            return
        self.send({"type": "taken"})

    def _hand_over(self) -> None:
        """Hand over what came whole, and say of the rest that it did not."""
        came, self._coming = self._coming, []
        broken = [name for name, size, held in came if len(held) != size]
        if broken:
            self._on_broken(broken)
        elif came:
            self._on_files([(name, bytes(held)) for name, _, held in came])
