"""Two arms compared: effects under named choices, and what is missing made visible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from myositis_tools.apps.effects.model import EffectsModel
from myositis_tools.apps.effects.view import EffectsView
from myositis_tools.frames import tables_in_order
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options

__all__ = ["EffectsModel", "EffectsView", "explore_effects"]


@tables_in_order
@takes_options
def explore_effects(
    visits: Any = None,
    *,
    patients: Any = None,
    week: int | None = None,
    estimate: str = "score",
    level: str = "moderate",
    interval: str = "all",
    missing: str = "complete",
    adjust: Sequence[str] = (),
    by: str | None = None,
    estimand: str = "treatment policy",
    rescue: str | None = None,
    permutation: bool = False,
    imputing: bool = False,
    group: str = "arm",
    reference: object = None,
    imputations: int = 20,
    seed: int = 0,
    **score_options: Unpack[ScoreKeywords],
) -> EffectsView:
    """Explore the effect between the arms of a trial: forest plot, estimands, missing data, tipping point.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame, optional
        As for `score_total_improvement`, with the column of arms; the sample cohort if left out.
    patients : frame, optional
        One row a patient; its columns of a few words make subgroups and can be adjusted for.
    week : int, optional
        The visit at which the arms are compared; by default the one nearest the middle of the follow-up.
    estimate : {"score", "responders", "ratios", "visits", "prednisone"}
        The comparison: the score in points, the proportion of responders, ratios, the score at every visit by one
        model, or the daily prednisone up to the week.
    level : {"minimal", "moderate", "major"}
        The class that makes a responder.
    interval : {"all", "newcombe", "wald"}
        Which interval of the difference of responders is shown; of all, Newcombe's stands in front, which never leaves
        the scale.
    missing : {"complete", "non-responder", "worst", "best", "all", "multiple imputation"}
        What is done with what is missing; ``all`` shows the first four.
    adjust : sequence of str
        Columns whose values at the baseline the mean difference is adjusted for.
    by : str, optional
        A column whose words make subgroups.
    estimand, rescue : str
        As in `compare_responders`.
    permutation : bool
        Whether to add the permutation test.
    imputing : bool
        Whether to fill in what is missing for the tipping point.
    group, reference : str
        As in `compare_scores`.
    imputations, seed : int
        As in `impute_measures`; the seed is that of the permutations too.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    ipywidgets.VBox
        The app; its ``model`` holds everything that is shown.

    Raises
    ------
    MyositisToolsError
        If a table or an option cannot be what it says it is.

    Missing data
    ------------
    As in `compare_scores`, `compare_responders` and `impute_measures`; how many are not known stands in the headline.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.apps.explore_effects(week=12).model.headline[:75]
    'At week 12 the mean difference of the score is 18.9 points (95 % interval 8'
    """
    choices = EffectsModel.among(locals())
    own_data = visits is not None
    if not own_data:
        from myositis_tools.sample import load_patients, load_visits

        visits = load_visits()
        patients = load_patients()[["patient_id", "sex", "subtype"]] if patients is None else patients
    model = EffectsModel(
        visits,
        patients=patients,
        own_data=own_data,
        group=group,
        reference=reference,
        rescue=rescue,
        imputations=imputations,
        seed=seed,
        scoring=ScoreOptions(**score_options),
        **choices,
    )
    return EffectsView(model)
