"""What a trial of two arms could show: its power over size, effect, drop-out, visits and endpoint."""

from __future__ import annotations

from collections.abc import Sequence

from myositis_tools.apps.design.model import DesignModel
from myositis_tools.apps.design.view import DesignView
from myositis_tools.sample import TrialAssumptions
from myositis_tools.studies.design.power_grid import SEED

__all__ = ["DesignModel", "DesignView", "explore_design"]


def explore_design(
    assumptions: TrialAssumptions | None = None,
    *,
    endpoint: str = "mean",
    level: str = "moderate",
    week: int | None = None,
    patients_per_arm: int | None = None,
    effect: float | None = None,
    drop_out: str | None = None,
    visit_weeks: Sequence[int] | None = None,
    missing: str | None = None,
    alpha: float | None = None,
    target: float | None = None,
    trials: int | None = None,
    picture: str = "size",
    seed: int | None = None,
) -> DesignView:
    """Explore sample size and power of a trial with sliders; settings that are not pre-computed are simulated.

    Parameters
    ----------
    assumptions : TrialAssumptions, optional
        What patients, arms and visits are like; the sample's if left out, for which `load_power` answers at once. For
        others a first look of a few trials is simulated when the app opens.
    endpoint, level, week, patients_per_arm, missing, alpha, trials
        As in `power_over`.
    effect : float, optional
        Multiple of the assumed difference between the arms.
    drop_out : {"nobody lost", "as assumed", "twice the drop-out"}, optional
        Multiple of the assumed chance to be lost at a visit.
    visit_weeks : sequence of int, optional
        Visits with the baseline, 0, first; those assumed if left out.
    target : float, optional
        The power that is wanted, to begin with.
    picture : {"size", "effect", "endpoints"}
        What is drawn first.
    seed : int, optional
        Of the simulation.

    Returns
    -------
    ipywidgets.VBox
        The app; its ``model`` holds everything that is shown.

    Raises
    ------
    OptionError
        Whatever `power_over` refuses.

    Missing data
    ------------
    As in `simulate_trial`.

    Source
    ------
    ``TrialAssumptions.of_sample()``: most of its numbers are invented, and the app lists each with its source.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> app = mt.apps.explore_design(patients_per_arm=24)
    >>> app.model.headline.partition(":")[0]
    '24 patients per arm, the difference as assumed, mean Total Improvement Score at week 12'
    """
    choices = DesignModel.among(locals())
    return DesignView(DesignModel(assumptions, seed=SEED if seed is None else seed, **choices))
