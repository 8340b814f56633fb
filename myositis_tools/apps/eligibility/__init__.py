"""Who of a cohort could enter a trial, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from myositis_tools.apps.eligibility.model import EligibilityModel
from myositis_tools.apps.eligibility.view import EligibilityView
from myositis_tools.criteria import PROTOCOLS, Protocol, Records, judge_exposures
from myositis_tools.frames import has, tables_in_order

__all__ = ["EligibilityModel", "EligibilityView", "explore_eligibility"]


@tables_in_order
def explore_eligibility(
    screening: Any = None,
    *,
    medications: Any = None,
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
    screening : pandas, Polars, DuckDB or PySpark frame, or Records, optional
        One row a patient, with the columns in ``protocol.needs``; or the records themselves, which answer every limit
        that is moved. The sample cohort if left out.
    medications : frame of the same kind, optional
        As for `myositis_tools.judge_exposures`: the chosen patient's card then shows what was taken before screening
        and the record's windows. The screening table needs ``screening_date`` and, if the list has no weight,
        ``weight_kg``.
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
        How missing information is counted: kept as unknown, as excluding, as passing.
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
    choices = EligibilityModel.among(locals())
    if screening is None:
        from myositis_tools.sample import load_events, load_medications, load_patients, load_visits

        screening = Records(load_patients(), visits=load_visits(), medications=load_medications(), events=load_events())
    elif medications is not None and not isinstance(screening, Records):
        judge_exposures(medications, screening)  # what it refuses is said here, and not when a patient is chosen
    first = PROTOCOLS["time_is_muscle"] if protocol is None else protocol
    others = PROTOCOLS.values() if protocols is None else protocols
    fitting = [one for one in others if one.key != first.key and _has_columns(screening, one)]
    model = EligibilityModel(
        screening,
        protocols=[first, *fitting],
        medications=medications,
        **choices,
    )
    return EligibilityView(model)


def _has_columns(screening: Any, protocol: Protocol) -> bool:
    if isinstance(screening, Records):  # they give every column that is not a protocol's own
        return True
    absent = protocol.absent_from(screening)
    return all(name in absent or has(screening, name) for name in protocol.needs)
