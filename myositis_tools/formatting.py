"""Values as a person writes them: the one place where a number, a date or a text becomes words."""

from __future__ import annotations

from datetime import date

import pandas as pd


def written(value: object) -> str:
    """A value as a person writes it."""
    if isinstance(value, float):
        return f"{value:.10g}"
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


def written_values(values: pd.Series) -> pd.Series:
    """Values as a person writes them; what is missing stays so."""
    return values.map(written, na_action="ignore").astype(object)
