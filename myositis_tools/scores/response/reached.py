"""Whether a patient reached at least a class of response: the question that counts of responders answer."""

from __future__ import annotations

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.errors import require_option
from myositis_tools.frames import enter, in_order
from myositis_tools.scores.arithmetic import compute_level
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.options import SCORED_AS
from myositis_tools.verdict import VERDICTS, to_verdict

_POPULATIONS = ("adult", "juvenile")


def response_at_least(scored: IntoFrameT, level: str = "moderate") -> IntoFrameT:
    """Responder analysis: say whether each visit reached at least a given response category.

    A patient whose score lies between 50 and 60 has no class, moderate or major, and has at least a moderate response
    all the same. Who counts classes alone counts her with the unknown.

    Parameters
    ----------
    scored : pandas, Polars, DuckDB or PySpark frame
        What `score_total_improvement` or `compare_choices` gives, with ``tis_min``, ``tis_max`` (0 to 100 points) and
        ``scored_as``.
    level : {"minimal", "moderate", "major"}
        The class, or a higher one.

    Returns
    -------
    frame of the same kind
        The same rows with ``reached``: ``met``, ``not met`` or ``unknown``.

    Raises
    ------
    OptionError, MissingColumnError
        If there is no such class, or the table is no scored one.

    Missing data
    ------------
    ``unknown`` where the bounds lie on both sides of the class, and where there are none, as at the baseline.

    Source
    ------
    ``tables.load("improvement_classes")``, by the thresholds each row was scored with.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> scored = mt.score_total_improvement(mt.load_visits()).query("week == 12 and arm == 'IVIg'")
    >>> mt.response_at_least(scored, "moderate")["reached"].value_counts(sort=False).to_dict()
    {'not met': 7, 'unknown': 1, 'met': 15}
    """
    require_option("level", level, [one.name for one in classes(_POPULATIONS[0])][1:])
    entrance = enter(scored, "responses", needs=("tis_min", "tis_max", SCORED_AS))
    answers = []
    for population in _POPULATIONS:
        least = [one.name for one in classes(population)].index(level)
        lowest, highest = (compute_level(nw.col(f"tis_{end}"), population) for end in ("min", "max"))
        truth = nw.when(lowest >= least).then(nw.col("tis_min") >= 0).when(highest < least).then(nw.col("tis_min") < 0)
        answers.append(truth)
    is_adult = nw.col(SCORED_AS).str.starts_with(_POPULATIONS[0])
    frame = entrance.frame.with_columns(_reached=nw.when(is_adult).then(answers[0]).otherwise(answers[1]))
    made = entrance.leave(frame.with_columns(reached=to_verdict(nw.col("_reached"))), ("reached",))
    return in_order(made, {"reached": VERDICTS})
