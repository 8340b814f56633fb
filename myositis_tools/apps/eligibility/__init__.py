"""Who of a cohort could enter a trial, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from myositis_tools.apps.eligibility.model import EligibilityModel
from myositis_tools.apps.eligibility.view import EligibilityView
from myositis_tools.criteria import PROTOCOLS, Protocol
from myositis_tools.frames import has

__all__ = ["EligibilityModel", "EligibilityView", "explore_eligibility"]


def explore_eligibility(
    screening: Any = None,
    *,
    protocol: Protocol | None = None,
    protocols: Sequence[Protocol] | None = None,
    limits: Mapping[str, float] | None = None,
    without: Sequence[str] = (),
    unknown: str = "itself",
    patient_id: str | None = None,
) -> EligibilityView:
    """Explore with sliders and menus who could enter a trial.

    Parameters
    ----------
    screening : pandas, Polars, DuckDB or PySpark frame, optional
        One row a patient, with the columns in ``protocol.needs``; the sample cohort if left out.
    protocol : Protocol
        The trial; the controls are made from its own limits. The menu offers it and those of `protocols`.
    protocols : sequence of Protocol, optional
        Other trials to choose from; those of ``mt.PROTOCOLS`` if left out. One whose columns the table lacks is not
        offered.
    limits : mapping of str to float, optional
        Limits to begin with, where they differ from the protocol's.
    without : sequence of str
        Criteria to begin with switched off.
    unknown : {"itself", "worst", "best"}
        How unknown is counted: as itself, as excluding, as passing.
    patient_id : str, optional
        The patient whose card is open.

    Returns
    -------
    ipywidgets.VBox
        The app; its ``model`` holds everything that is shown.

    Raises
    ------
    MyositisToolsError
        If the table, a limit, a criterion or the patient cannot be what they say they are.

    Missing data
    ------------
    As in `Protocol.check`: unknown, with the reason on the patient's card.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> app = mt.apps.explore_eligibility(limits={"maximum_duration_months": 24})
    >>> app.model.headline.startswith("Of 300 screened")
    True
    """
    if screening is None:
        from myositis_tools.sample import load_screening

        screening = load_screening()
    first = PROTOCOLS["time_is_muscle"] if protocol is None else protocol
    others = PROTOCOLS.values() if protocols is None else protocols
    fitting = [one for one in others if one.key != first.key and _has_columns(screening, one)]
    model = EligibilityModel(
        screening,
        protocols=[first, *fitting],
        limits=dict(limits or {}),
        without=tuple(without),
        unknown=unknown,
        patient_id=patient_id,
    )
    return EligibilityView(model)


def _has_columns(screening: Any, protocol: Protocol) -> bool:
    absent = protocol.absent_from(screening)
    return all(name in absent or has(screening, name) for name in protocol.needs)
