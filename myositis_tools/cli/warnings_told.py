"""Warnings of the package as lines on the error stream, each once, where a person at a terminal sees them."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from myositis_tools.cli.typed_words import as_typed
from myositis_tools.errors import PatientsNotFoundWarning, PrivacyWarning, ReadingWarning

_TOLD = (PatientsNotFoundWarning, PrivacyWarning, ReadingWarning)


@contextmanager
def warnings_told() -> Iterator[None]:
    """Tell while a command runs what a reader left out and whose patients are not found; other warnings as usual."""
    import typer

    told: set[str] = set()
    with warnings.catch_warnings():
        as_usual = warnings.showwarning
        for category in _TOLD:
            warnings.simplefilter("always", category)

        def tell(message: Any, category: Any, *rest: Any, **more: Any) -> None:
            if not issubclass(category, _TOLD):
                as_usual(message, category, *rest, **more)
            elif str(message) not in told:
                told.add(str(message))
                typer.echo(f"warning: {as_typed(str(message))}", err=True)

        warnings.showwarning = tell
        yield
