"""The notebooks in a folder of the user's own: copied, brought up to date, and never overwritten."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
FIRST_NOTEBOOK = "00_start_here.ipynb"
# Kept in the user's folder: what was copied there, so that a later version can tell it from what the user wrote.
RECORD = ".myositis_tools.json"


def shipped_notebooks() -> Path:
    """Find the notebooks of this package.

    Returns
    -------
    pathlib.Path
        Their folder: inside the package when it was installed from a wheel, beside it in a clone.
    """
    inside = PACKAGE / "_notebooks"
    return inside if inside.is_dir() else PACKAGE.parent / "notebooks"


def copy_notebooks(source: Path, folder: Path) -> list[str]:
    """Bring the notebooks of `source` into `folder`, and never overwrite what the user changed there.

    A file that is not there is copied. A file that is still as it was copied is replaced by a newer one. A file that
    the user changed is kept, and a newer one is put beside it, once. Run on `source` itself, it does nothing.

    Parameters
    ----------
    source : pathlib.Path
        The folder to copy from.
    folder : pathlib.Path
        The user's folder; made if it is not there.

    Returns
    -------
    list of str
        A sentence for each file that was kept because the user had changed it and that has a newer one beside it now.

    Raises
    ------
    OSError
        If `folder` is a file, or cannot be written to.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     shipped, mine = Path(place, "shipped"), Path(place, "mine")
    ...     shipped.mkdir()
    ...     _ = (shipped / "a.ipynb").write_text("first")
    ...     _ = copy_notebooks(shipped, mine)
    ...     _ = (mine / "a.ipynb").write_text("mine")
    ...     _ = (shipped / "a.ipynb").write_text("second")
    ...     copy_notebooks(shipped, mine)
    ['a.ipynb has changes of yours and was kept; the newer one is beside it as a.new.ipynb.']
    """
    if folder.resolve() == source.resolve():
        return []
    folder.mkdir(parents=True, exist_ok=True)
    given = _read_record(folder)
    kept = []
    for name, fresh in _shipped_files(source):
        target, digest = folder / name, _digest(fresh)
        if not target.exists() or _digest(target.read_bytes()) == given.get(name):
            _write(target, fresh)
        elif digest not in (_digest(target.read_bytes()), given.get(name)):
            beside = _name_beside(target, folder, given)
            _write(beside, fresh)
            given[beside.relative_to(folder).as_posix()] = digest
            kept.append(f"{name} has changes of yours and was kept; the newer one is beside it as {beside.name}.")
        given[name] = digest
    _write(folder / RECORD, json.dumps(given, indent=1, sort_keys=True).encode() + b"\n")
    return kept


def _shipped_files(source: Path) -> list[tuple[str, bytes]]:
    found = (path.relative_to(source) for path in sorted(source.rglob("*")) if path.is_file())
    visible = (path for path in found if not any(part.startswith(".") for part in path.parts))
    return [(path.as_posix(), (source / path).read_bytes()) for path in visible]


def _read_record(folder: Path) -> dict[str, str]:
    try:
        given = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}  # without a record every file that differs counts as the user's
    return given if isinstance(given, dict) else {}


def _name_beside(target: Path, folder: Path, given: dict[str, str]) -> Path:
    for number in count(1):
        beside = target.with_name(f"{target.stem}.new{number if number > 1 else ''}{target.suffix}")
        ours = given.get(beside.relative_to(folder).as_posix())
        if not beside.exists() or _digest(beside.read_bytes()) == ours:
            return beside
    raise AssertionError("there is always another number")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(target: Path, content: bytes) -> None:
    """Write the whole file or none of it: half a notebook would later pass for one the user changed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.write_bytes(content)
    part.replace(target)
