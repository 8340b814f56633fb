"""Ask numpydoc of every public name whether its docstring says what it takes and gives, and shows it in use."""

from __future__ import annotations

import importlib
import inspect
import sys
import warnings

from numpydoc.validate import validate
from reference_pages import NAMES

# Asked: what is taken and given, and an example. Not asked, for ours have sections that numpydoc does not know,
# Missing data and Source (GL06, GL07); options are documented together, in the order in which a reader needs them
# (PR03, PR04); relatives stand on the page of the site, from `reference.toml` (SA01).
ASKED = {"GL08", "SS01", "PR01", "PR02", "PR07", "RT01", "EX01"}


def faults(name: str) -> list[str]:
    """What numpydoc finds in the docstring of one name."""
    room, _, last = name.partition(".")
    found = getattr(importlib.import_module(f"myositis_tools.{room}"), last)
    if not (inspect.isclass(found) or inspect.isfunction(found)):
        return []
    # a class documents its attributes, which are what it is made of
    asked = ASKED - {"PR01"} if inspect.isclass(found) else ASKED
    return [f"{name}: {code} {words}" for code, words in validate(f"myositis_tools.{name}")["errors"] if code in asked]


if __name__ == "__main__":
    warnings.filterwarnings("ignore", "Unknown section", UserWarning)
    sys.exit("\n".join(fault for name in NAMES for fault in faults(name)) or None)
