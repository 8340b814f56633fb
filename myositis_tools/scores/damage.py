"""Damage that has come to stay: the Myositis Damage Index (MDI)."""

from __future__ import annotations

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.errors import require_option
from myositis_tools.frames import columns, enter
from myositis_tools.scores.items import compute_count, unverified, with_evidence, with_sum, with_words
from myositis_tools.tables import records

POPULATIONS = ("adult", "juvenile")
PRESENT, NOT_APPLICABLE = "present", "not applicable"

_ADDS = "_adds_"


def score_mdi(items: IntoFrameT, *, population: str) -> IntoFrameT:
    """Score the extent and the severity of damage; lower is better.

    The extent is how many items of damage are present, the severity the sum of the scales of the organ systems.

    Parameters
    ----------
    items : pandas, Polars, DuckDB or PySpark frame
        One row a sheet. Columns ``mdi_item_1`` and so on in the order of the form, as many as
        ``tables.load("mdi_scales")`` gives for the population, each ``present``, ``absent`` or ``not applicable``;
        and ``mdi_severity_1_cm`` and so on, each 0 to 10.
    population : {"adult", "juvenile"}
        Whose form it is.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``mdi_extent`` and ``mdi_severity``, their bounds ``_min`` and ``_max``,
        ``mdi_items_applicable`` (how many of the items answered apply), ``missing`` and ``evidence``.

    Raises
    ------
    OptionError
        If `population` is neither.
    MissingColumnError, WrongTypeError, UnknownWordError, ImpossibleValueError
        If a column is not there, or holds what cannot be.

    Missing data
    ------------
    An item that does not apply adds nothing. An empty one makes the extent missing, an empty scale the severity; both
    are named in ``missing``, and the bounds count them with nothing and with all.

    Source
    ------
    ``tables.load("mdi_scales")``. The maxima of adults are not verified, which ``evidence`` says.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_mdi
    >>> sheets = pd.DataFrame({f"mdi_item_{number}": ["absent", "present"] for number in range(1, 39)})
    >>> sheets["mdi_item_5"] = ["not applicable", None]
    >>> sheets = sheets.assign(**{f"mdi_severity_{number}_cm": 1.5 for number in range(1, 12)})
    >>> score_mdi(sheets, population="juvenile")[["mdi_extent", "mdi_extent_min", "mdi_extent_max", "mdi_severity"]]
       mdi_extent  mdi_extent_min  mdi_extent_max  mdi_severity
    0         0.0             0.0             0.0          16.5
    1         NaN            37.0            38.0          16.5
    """
    require_option("population", population, POPULATIONS)
    rows = {str(row["scale"]): row for row in records("mdi_scales") if row["population"] == population}
    names = [f"mdi_item_{place}" for place in range(1, int(rows["extent"]["items"] or 0) + 1)]
    scales = [f"mdi_severity_{place}_cm" for place in range(1, int(rows["severity"]["items"] or 0) + 1)]
    entrance = enter(items, "mdi_items", needs=[*names, *scales])
    frame = entrance.frame.with_columns(
        compute_count((nw.col(name) != NOT_APPLICABLE).fill_null(False) for name in names).alias(
            "mdi_items_applicable"
        ),
        **{_ADDS + name: (nw.col(name) == PRESENT).cast(nw.Float64) for name in names},
    )
    frame = with_sum(frame, "mdi_extent", {_ADDS + name: float(rows["extent"]["item_maximum"] or 0) for name in names})
    frame = with_sum(frame, "mdi_severity", {name: float(rows["severity"]["item_maximum"] or 0) for name in scales})
    labels = columns("mdi_items")
    frame = with_words(
        frame,
        "missing",
        {"not recorded: ": [(nw.col(name).is_null(), labels[name].label) for name in (*names, *scales)]},
    )
    frame = with_evidence(
        frame, unverified(list(rows.values()), f"how many items and scales the form of {population}s has")
    )
    return entrance.leave(frame, tuple(columns("mdi_scores")))
