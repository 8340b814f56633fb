"""Files written whole or not at all; a process that is ended leaves no half file with rows of patients."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj
from typing import IO
from uuid import uuid4

_PART = r"\.[0-9a-f]{32}\.part"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: what stood there stays as it was until the new one is complete.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    put({path: lambda: content})


def put(files: Mapping[Path, Callable[[], bytes]]) -> list[Path]:
    """Write all of some files or none: each is made whole where nobody sees it and put in place at the end.

    Until then a part has no name, where the system can do that. Elsewhere it has one of its own, and the next run that
    writes the same file removes it if nobody holds it any more.
    """
    parts: dict[Path, _WholeFile] = {}
    try:
        for file, make in files.items():
            with _said_of(file):
                content = make()
                _remove_left_over(file)
                parts[file] = _WholeFile(file, content)
        for file, part in parts.items():
            with _said_of(file):
                part.put_in_place()
    finally:
        for part in parts.values():
            part.close()
    return list(files)


class _WholeFile:
    """A file that is being written, with a name only when it is complete."""

    def __init__(self, file: Path, content: bytes) -> None:
        self._file = file
        # a name of its own: a person may have such a file, and two runs may write at once
        self._path = file.with_name(f"{file.name}.{uuid4().hex}.part")
        nameless = _open_without_name(file.parent)
        self._is_named = nameless is None
        self._open = held = nameless or self._path.open("xb")
        try:
            _hold(held)
            held.write(content)
            held.flush()
            os.fsync(held.fileno())
            _keep_rights(held, file)
        except BaseException:
            self.close()
            raise

    def put_in_place(self) -> None:
        if not self._is_named:
            self._is_named = True
            self._open = _named(self._open, self._path)
        if os.name == "nt":  # which moves no file that is open
            self._open.close()
        self._path.replace(self._file)
        self._is_named = False

    def close(self) -> None:
        self._open.close()
        if self._is_named:
            self._path.unlink(missing_ok=True)


def _open_without_name(folder: Path) -> IO[bytes] | None:
    """A file that is gone when the process is, however it ends."""
    if not hasattr(os, "O_TMPFILE") or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.fdopen(os.open(folder or ".", os.O_TMPFILE | os.O_RDWR, 0o666), "r+b")
    except OSError:  # not every file system can
        return None


def _named(held: IO[bytes], path: Path) -> IO[bytes]:
    """Give a file without a name one; where the system refuses, write it again under that name."""
    folder = os.open(path.parent, os.O_RDONLY)  # with it, Python follows the link to what is open
    try:
        os.link(f"/proc/self/fd/{held.fileno()}", path.name, dst_dir_fd=folder, follow_symlinks=True)
    except OSError:
        held.seek(0)
        again = path.open("xb")
        _hold(again)
        copyfileobj(held, again)
        again.flush()
        os.fsync(again.fileno())
        os.fchmod(again.fileno(), stat.S_IMODE(os.fstat(held.fileno()).st_mode))
        held.close()
        return again
    finally:
        os.close(folder)
    return held


def _hold(held: IO[bytes]) -> None:
    """Say that somebody is writing: a lock goes when its process does."""
    with suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _keep_rights(held: IO[bytes], file: Path) -> None:
    """Who may read the file that stood there may read the new one, and nobody else."""
    if os.name != "nt" and file.is_file():
        os.fchmod(held.fileno(), stat.S_IMODE(file.stat().st_mode))


def _remove_left_over(file: Path) -> None:
    """Remove parts of the same file that a process left when it was ended."""
    mine = re.compile(re.escape(file.name) + _PART)
    with suppress(OSError):
        for other in file.parent.iterdir():
            if mine.fullmatch(other.name) and other.is_file() and not other.is_symlink():
                _remove_unless_held(other)


def _remove_unless_held(part: Path) -> None:
    with suppress(OSError):  # held by another run, or not ours to remove
        try:
            import fcntl
        except ImportError:
            part.unlink()  # refused while it is open
            return
        with part.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


@contextmanager
def _said_of(file: Path) -> Iterator[None]:
    """An error of the disk names the file that was asked for."""
    try:
        yield
    except OSError as error:
        error.filename = str(file)
        raise
