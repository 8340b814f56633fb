"""A file that a person handed over: by its place on this computer, or dropped on the page and held in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory


@dataclass(frozen=True, eq=False)
class HeldFile:
    """A file and its name.

    Parameters
    ----------
    name : str
        What the person calls it.
    content : bytes, optional
        What is in it, where it was dropped.
    path : pathlib.Path, optional
        Where it lies, where it was named.
    """

    name: str
    content: bytes | None = None
    path: Path | None = None

    @classmethod
    def at(cls, path: str | Path) -> HeldFile:
        """A file by its place."""
        return cls(Path(path).name, path=Path(path))

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Give a path to read; what was dropped lies there no longer than it is read."""
        if self.path is not None:
            yield self.path
            return
        with TemporaryDirectory(prefix="myositis-tools-") as folder:  # for nobody but this user
            path = Path(folder, _own_name(self.name))
            path.write_bytes(self.content or b"")
            yield path


def _own_name(name: str) -> str:
    """The last part of a name that a browser told, which could name another place."""
    return PureWindowsPath(PurePosixPath(name).name).name or "file"
