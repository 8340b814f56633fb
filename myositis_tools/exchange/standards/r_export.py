"""A trial handed over to R: the scored visits as an ADaM data set, and a script that fits a mixed model of them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack

from myositis_tools.errors import OptionError
from myositis_tools.exchange.files.writing import as_csv, harmless, put
from myositis_tools.exchange.standards.adam import scored_as_adam
from myositis_tools.frames import require_columns, to_pandas
from myositis_tools.groups import ARM, choose_reference, group_name, in_order_of_groups
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options

DATA, SCRIPT = "adtis.csv", "mmrm.R"
_R_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

# Text of the script; what is in braces is filled in with R literals made here.
_SCRIPT = """\
# Mean Total Improvement Score by arm and visit: a mixed model for repeated measures (R package mmrm).
# Written by myositis_tools. Run it in the folder it stands in: Rscript {script}
# For research and teaching, not for care. Read it before you use what it prints.

for (package in c("mmrm", "emmeans")) {{
  if (!requireNamespace(package, quietly = TRUE)) {{
    stop("This script needs the package ", package, ": install.packages(\\"", package, "\\")")
  }}
}}

adtis <- read.csv({data}, fileEncoding = "UTF-8-BOM", na.strings = "", stringsAsFactors = FALSE)
tis <- subset(adtis, PARAMCD == "TIS" & ANL01FL == "Y")
tis$USUBJID <- factor(tis$USUBJID)
tis$TRT01P <- relevel(factor(tis$TRT01P), ref = {reference})
tis$AVISIT <- factor(tis$AVISIT, levels = unique(tis$AVISIT[order(tis$AVISITN)]))

# Every visit has its own mean in each arm; the covariance of the visits is unstructured.
fitted <- mmrm::mmrm(
  AVAL ~ TRT01P * AVISIT{covariates} + us(AVISIT | USUBJID),
  data = tis,
  method = "Kenward-Roger"
)
print(summary(fitted))

# The difference of every arm from the reference at each visit.
means <- emmeans::emmeans(fitted, ~ TRT01P | AVISIT)
print(confint(emmeans::contrast(means, method = "trt.vs.ctrl", ref = 1), level = {confidence}))
"""


@takes_options
def write_r_handover(
    visits: Any,
    folder: str | Path,
    *,
    group: str = ARM,
    reference: object = None,
    adjust: Sequence[str] = (),
    confidence: float = 0.95,
    **score_options: Unpack[ScoreKeywords],
) -> list[Path]:
    """Export to R: the scored visits of a trial, with a script that fits an MMRM (mixed model for repeated measures).

    Python has no equal of R's `mmrm`; `compare_over_visits` is the nearest here.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with the column of arms. Patients without an arm are left out.
    folder : str or Path
        Where the two files go; made if it is not there. Files of these names that stand there are replaced.
    group : str
        The column that says which arm a patient is in.
    reference : str, optional
        The arm the others are compared with; by default the one called *placebo*.
    adjust : sequence of str
        Columns of the visits whose values at the baseline go into the model.
    confidence : float
        Of the intervals.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    list of pathlib.Path
        ``adtis.csv``: the data set of `to_adam`, with ``TRT01PN`` (0 is the reference) and the columns to adjust for.
        ``mmrm.R``: the script.

    Raises
    ------
    MissingColumnError, NotFoundError, OptionError
        If a column or an arm is not there, or a name cannot be one in R.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.
    OSError
        If a file cannot be written.

    Missing data
    ------------
    As `to_adam`: a value that was not recorded is an empty cell in a row of its own, and is not in the analysis
    (``ANL01FL`` is empty); a visit that was missed has no row.

    Source
    ------
    As `to_adam`. The script is not run here: R's `mmrm` is not part of this package.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import myositis_tools as mt
    >>> with TemporaryDirectory() as folder:
    ...     [file.name for file in mt.write_r_handover(mt.load_visits(), folder)]
    ['adtis.csv', 'mmrm.R']
    """
    if not 0 < confidence < 1:
        raise OptionError(f"confidence={confidence!r} is no share.", expected="a number above 0 and below 1")
    require_columns(visits, (group, *adjust))
    covariates = {name: _r_name(name) for name in adjust}
    scoring = ScoreOptions(**score_options)
    scored = to_pandas(score_visits(visits, scoring))
    in_arms = scored[scored[group].notna()]
    arms = in_order_of_groups(in_arms[group].map(group_name))
    base = choose_reference(arms, reference)
    table = scored_as_adam(in_arms, scoring, group=group).drop(columns="STUDYID")
    numbers = {arm: place for place, arm in enumerate(sorted(arms, key=lambda arm: arm != base))}
    table.insert(table.columns.get_loc("TRT01P") + 1, "TRT01PN", table["TRT01P"].map(numbers))
    at_start = in_arms[in_arms["week"] == scoring.baseline_week]
    at_start = at_start.set_index(at_start["patient_id"].astype(str))
    table = table.assign(**{own: table["USUBJID"].map(at_start[name]) for name, own in covariates.items()})
    script = _SCRIPT.format(
        script=SCRIPT,
        data=_literal(DATA),
        reference=_literal(str(harmless(base))),
        covariates="".join(f" + {name}" for name in covariates.values()),
        confidence=repr(float(confidence)),
    )
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    return put({place / DATA: lambda: as_csv(table), place / SCRIPT: lambda: script.encode("utf-8")})


def _r_name(name: str) -> str:
    """A column's name as one of the table's; it goes into a formula, so that nothing but a name may stand there."""
    if not _R_NAME.fullmatch(name):
        raise OptionError(
            f"{name!r} cannot be a name in R.",
            expected="letters, digits and underscores, a letter first",
            hint="rename it",
        )
    return name.upper()


def _literal(text: str) -> str:
    """Text as R reads it between quotes; no sign of it can end them."""
    return json.dumps(text, ensure_ascii=False)
