"""Disease activity over time: groups of patients, and one of them close up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from myositis_tools.apps.trajectories.model import TrajectoriesModel
from myositis_tools.apps.trajectories.view import TrajectoriesView
from myositis_tools.frames import tables_in_order
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options

__all__ = ["TrajectoriesModel", "TrajectoriesView", "explore_trajectories"]


@tables_in_order
@takes_options
def explore_trajectories(
    visits: Any = None,
    *,
    patients: Any = None,
    measure: str | None = None,
    group: str | None = "arm",
    scale: str = "measured",
    show: str = "both",
    summary: str = "median",
    weeks: Sequence[int] | None = None,
    patient_id: str | None = None,
    picture: str = "trajectories",
    against: str | None = None,
    week: int | None = None,
    exposure: str = "mean",
    level: str = "moderate",
    sustained: bool = False,
    rescue: str | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> TrajectoriesView:
    """Explore disease activity and response over time in linked pictures, and one patient in detail.

    A patient chosen in one picture, by name or in the table is marked in all of them.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame, optional
        One row a patient and visit, as for `score_total_improvement`; the sample cohort if left out.
    patients : pandas, Polars, DuckDB or PySpark frame, optional
        One row a patient; its columns of a few words can be grouped by.
    measure : str, optional
        The column to begin with, of the visits or of the score; by default the scale of muscle strength.
    group : str or None
        The column to group by, or ``response`` for the class at the last visit; none where the table lacks an arm.
    scale : {"measured", "change", "percent_of_range"}
        As in `trajectory_frame`.
    show : {"individuals", "summary", "both"}
        Lines of patients, the summary of each group, or both.
    summary : {"median", "mean"}
        The median with quartiles, or the mean with its 95 % interval (Student's t).
    weeks : sequence of int, optional
        Visits to show; all by default.
    patient_id : str, optional
        The patient whose profile is open; by default the first of those who were followed.
    picture : str
        The picture to begin with: ``trajectories``, ``waterfall``, ``calendar``, ``swimmer``, ``class_flow``,
        ``points``, ``measures``, ``two_measures``, ``prednisone``, ``time_to_response``, or ``patients``, the table.
    against : str, optional
        What the measure is drawn against in ``two_measures``; by default the Total Improvement Score.
    week : int, optional
        The visit of the pictures of one visit; by default the last.
    exposure : {"mean", "cumulative"}
        As in `prednisone_and_response_frame`.
    level : {"minimal", "moderate", "major"}
        The class whose time is drawn.
    sustained : bool
        Whether the response is to last, as in `time_to_response`.
    rescue : str, optional
        The column, of either table, with the week in which a patient was given rescue treatment: shown in ``swimmer``
        and taken into ``time_to_response``. The app offers the columns of such weeks that have *rescue* in their name.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    ipywidgets.VBox
        The app; its ``model`` holds everything that is shown.

    Raises
    ------
    MyositisToolsError
        If a table, an option or the patient cannot be what they say they are.

    Missing data
    ------------
    As in `trajectory_frame` and `patient_profile_frame`: gaps with a mark, counted in the line beneath.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> app = mt.apps.explore_trajectories(measure="tis")
    >>> "patients were seen more than once" in app.model.headline
    True
    """
    choices = TrajectoriesModel.among(locals())
    own_data = visits is not None
    if not own_data:
        from myositis_tools.sample import load_patients, load_visits

        visits = load_visits()
        patients = load_patients()[["patient_id", "subtype", "sex"]] if patients is None else patients
    model = TrajectoriesModel(
        visits,
        patients=patients,
        own_data=own_data,
        scoring=ScoreOptions(**score_options),
        **choices,
    )
    return TrajectoriesView(model)
