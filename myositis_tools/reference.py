"""Reference: every number, rule, score, table and source of the package, with its evidence."""

from myositis_tools import errors, tables
from myositis_tools.evidence import catalogue
from myositis_tools.scores.options import ScoreOptions

__all__ = [
    "ScoreOptions",
    "catalogue",
    "errors",
    "tables",
]


def __dir__() -> list[str]:
    return __all__
