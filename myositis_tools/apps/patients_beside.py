"""What is known of the patients, put beside their visits."""

from __future__ import annotations

from typing import Any

import pandas as pd

from myositis_tools.errors import MissingColumnError, listed
from myositis_tools.frames import compare_tables, to_pandas


def with_patients(visits: pd.DataFrame, patients: Any) -> pd.DataFrame:
    """Give the visits with the columns of the patients that they lack; a patient's first row counts.

    Raises
    ------
    MissingColumnError
        If the patients have no name.
    """
    table = to_pandas(patients)
    if "patient_id" not in table.columns:
        raise MissingColumnError(
            "The patients table has no column patient_id.",
            where=f"columns present: {listed(table.columns)}",
            expected="patient_id, the same names as in the visits",
        )
    compare_tables({"visits": visits, "patients": table}, "patients")
    known = table.assign(patient_id=table["patient_id"].astype(str)).drop_duplicates("patient_id")
    brought = [name for name in known.columns if name not in visits.columns]
    places = pd.Index(known["patient_id"]).get_indexer(visits["patient_id"].astype(str))
    beside = known[brought].reset_index(drop=True).reindex(places).reset_index(drop=True)
    return pd.concat([visits, beside], axis=1)
