"""Activity outside and inside the muscles by organ system: MYOACT from the scales of the MDAAT, and the MITAX."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from operator import add
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.frames import columns, enter, has
from myositis_tools.scores.items import compute_count, refuse_first, unverified, with_evidence, with_sum, with_words
from myositis_tools.tables import records

_NOT_ASSESSED, _WEIGHT, _BLANK = "not_assessed_", "_weight_", "_blank_"


@cache
def myoact_scales() -> Mapping[str, float]:
    """Give the scales that the MYOACT adds up, with their maxima."""
    rows = sorted(records("mdaat_scales"), key=lambda row: float(row["order"] or 0))
    return {str(row["column"]): float(row["maximum"] or 0) for row in rows if row["myoact"] == "yes"}


def score_myoact(visits: IntoFrameT) -> IntoFrameT:
    """Score the Myositis Disease Activity Assessment visual analogue scales (MYOACT); lower is better.

    The activities of the six extramuscular organ systems are added up and divided by what those that were assessed
    could reach. This is not the extramuscular global scale of the core set, which the physician draws by itself.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit. Columns ``constitutional_cm``, ``cutaneous_cm``, ``skeletal_cm``,
        ``gastrointestinal_cm``, ``pulmonary_cm``, ``cardiovascular_cm``, each 0 to 10; and, where an organ system was
        not assessed, ``not_assessed_<organ>``, True where it was not. That column is optional for each organ system,
        and the scale itself is left empty.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``myoact`` (0 to 1), its bounds ``myoact_min`` and ``myoact_max``,
        ``myoact_organs_assessed``, ``missing`` and ``evidence``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there, holds what cannot be, or an organ system has a value and was not assessed.

    Missing data
    ------------
    An organ system that was not assessed leaves the sum and what it is divided by. An empty scale that is not marked
    so is one that is not known: it makes the score missing, is named in ``missing``, and the bounds count it with
    nothing and with the whole scale. Where no organ system was assessed there is neither score nor bounds.

    Source
    ------
    ``tables.load("mdaat_scales")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_myoact
    >>> organs = ["constitutional", "cutaneous", "skeletal", "gastrointestinal", "pulmonary", "cardiovascular"]
    >>> visits = pd.DataFrame({f"{organ}_cm": [3.0, 3.0] for organ in organs})
    >>> visits["pulmonary_cm"], visits["not_assessed_pulmonary"] = None, [True, False]
    >>> score_myoact(visits)[["myoact", "myoact_min", "myoact_max", "missing"]]
       myoact  myoact_min  myoact_max                  missing
    0     0.3        0.30    0.300000
    1     NaN        0.25    0.416667  not recorded: pulmonary
    """
    maxima = myoact_scales()
    organs = {scale: scale.removesuffix("_cm") for scale in maxima}
    exempt = {scale: f"{_NOT_ASSESSED}{organ}" for scale, organ in organs.items() if has(visits, _NOT_ASSESSED + organ)}
    entrance = enter(visits, "mdaat", needs=[*maxima, *exempt.values()])
    refuse_first(
        entrance.frame,
        {scale: ~nw.col(scale).is_null() & nw.col(flag) for scale, flag in exempt.items()},
        expected="no value where the organ system was not assessed",
        hint="empty the scale, or take back that the organ system was not assessed",
    )
    is_out = {scale: nw.col(exempt[scale]).fill_null(False) if scale in exempt else nw.lit(False) for scale in maxima}
    frame = entrance.frame.with_columns(
        **{_BLANK + scale: nw.col(scale).is_null() & ~is_out[scale] for scale in maxima},
    )
    blank = {scale: nw.col(_BLANK + scale) for scale in maxima}
    frame = frame.with_columns(
        compute_count(~nw.col(scale).is_null() | blank[scale] for scale in maxima).alias("myoact_organs_assessed"),
        reduce(add, [nw.col(scale).fill_null(0.0) for scale in maxima]).alias("_least"),
        reduce(add, [blank[scale].cast(nw.Float64) * most for scale, most in maxima.items()]).alias("_open"),
        reduce(
            add,
            [(~nw.col(scale).is_null() | blank[scale]).cast(nw.Float64) * most for scale, most in maxima.items()],
        ).alias("_possible"),
    )
    least, unknown, possible = nw.col("_least"), nw.col("_open"), nw.col("_possible")
    frame = frame.with_columns(
        nw.when((unknown == 0) & (possible > 0)).then(least / possible).alias("myoact"),
        nw.when(possible > 0).then(least / possible).alias("myoact_min"),
        nw.when(possible > 0).then((least + unknown) / possible).alias("myoact_max"),
    )
    not_recorded = [(holds, organs[scale]) for scale, holds in blank.items()]
    remarks = {"not recorded: ": not_recorded, "": [(possible == 0, "no organ system was assessed")]}
    frame = with_words(frame, "missing", remarks)
    frame = with_evidence(frame, unverified(records("mdaat_scales"), "scales"))
    return entrance.leave(frame, tuple(columns("myoact_scores")))


def score_mitax(grades: Any) -> Any:
    """Add up the Myositis Intention to Treat Activity Index (MITAX) from the grades of the organ systems.

    Each system has a grade from A to E by the physician's intention to treat; a grade has a weight, and the weights
    are added up. The grades themselves are not derived here: no source that was read states how.

    Parameters
    ----------
    grades : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit. Columns ``mitax_constitutional``, ``mitax_cutaneous``, ``mitax_skeletal``,
        ``mitax_gastrointestinal``, ``mitax_pulmonary``, ``mitax_cardiovascular`` and ``mitax_muscle``, each ``A``,
        ``B``, ``C``, ``D`` or ``E``.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``mitax_63``, its bounds ``mitax_63_min`` and ``mitax_63_max``, ``missing`` and
        ``evidence``.

    Raises
    ------
    MissingColumnError, WrongTypeError, UnknownWordError
        If a column is not there, or holds what is no grade.

    Missing data
    ------------
    A missing grade makes the sum missing and is named in ``missing``; the bounds count it with the least and with the
    greatest weight.

    Source
    ------
    ``tables.load("mitax_grades")``, ``tables.load("mitax_systems")``: systems and weights are not verified, which
    ``evidence`` says in every row.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_mitax
    >>> systems = ["constitutional", "cutaneous", "skeletal", "gastrointestinal", "pulmonary", "cardiovascular"]
    >>> grades = pd.DataFrame({f"mitax_{system}": ["E", "D"] for system in systems} | {"mitax_muscle": ["B", None]})
    >>> score_mitax(grades)[["mitax_63", "mitax_63_min", "mitax_63_max", "missing"]]
       mitax_63  mitax_63_min  mitax_63_max             missing
    0       3.0           3.0           3.0
    1       NaN           0.0           9.0  not graded: muscle
    """
    rows = sorted(records("mitax_systems"), key=lambda row: float(row["order"] or 0))
    labels = {f"mitax_{row['system']}": str(row["label"]) for row in rows}
    weights = {str(row["grade"]): float(row["weight"] or 0) for row in records("mitax_grades")}
    entrance = enter(grades, "mitax_grades", needs=labels)
    frame = entrance.frame.with_columns(
        **{
            _WEIGHT + name: reduce(
                add, [(nw.col(name) == grade).cast(nw.Float64) * weight for grade, weight in weights.items() if weight]
            )
            for name in labels
        }
    )
    frame = with_sum(frame, "mitax_63", {_WEIGHT + name: max(weights.values()) for name in labels})
    frame = with_words(
        frame, "missing", {"not graded: ": [(nw.col(name).is_null(), label) for name, label in labels.items()]}
    )
    frame = with_evidence(frame, unverified([*rows, *records("mitax_grades")], "systems and weights"))
    return entrance.leave(frame, tuple(columns("mitax_scores")))
