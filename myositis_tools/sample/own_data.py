"""A centre's own table as it might come: the sample's visits in Dutch, with the mistakes that such tables have."""

from __future__ import annotations

import pandas as pd

from myositis_tools.sample.files import load_visits

_PATIENTS = 12
_HEADINGS = {
    "patient_id": "Patiëntnummer",
    "week": "Weken",
    "visit_date": "Bezoekdatum",
    "physician_global_cm": "VAS arts (mm)",
    "patient_global_cm": "VAS patiënt (mm)",
    "extramuscular_cm": "Extramusculair (mm)",
    "haq_di": "HAQ",
    "mmt8_150": "MMT8 totaal",
    "ck_xuln": "CK",
    "upper_limit": "CK bovengrens",
    "prednisone_mg_day": "Prednison (mg/dag)",
}
_SCALES = ("physician_global_cm", "patient_global_cm", "extramuscular_cm")
_MILLIMETRES, _UPPER_LIMITS = 10, (170, 190)  # U/L; invented


def load_own_data() -> pd.DataFrame:
    """Load a table that a centre might hand over: twelve randomised patients of the sample, in its own words.

    Headings are Dutch, the visual analogue scales in millimetres, CK in U/L with the upper limit beside it, HAQ and
    prednisone with decimal commas and dates as day-month-year, all as text. What was not measured is ``n.b.``; one
    visit stands twice, one HAQ is beyond its scale and one heading means nothing here.

    Returns
    -------
    pandas.DataFrame
        One row a patient and visit, every cell a text.

    Source
    ------
    Made of the sample's visits, which are simulated; the upper limits and the mistakes are invented.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.load_own_data().iloc[0, :7].tolist()
    ['P011', '0', '16-2-2023', '53', '73', '35', '2,125']
    """
    visits = load_visits()
    followed = visits.loc[visits["week"] > 0, "patient_id"].unique()[:_PATIENTS]
    made = visits[visits["patient_id"].isin(followed)].reset_index(drop=True)
    made["upper_limit"] = [_UPPER_LIMITS[place % 2] for place in pd.factorize(made["patient_id"])[0]]
    made["ck_xuln"] = (made["ck_xuln"] * made["upper_limit"]).round(0)
    for name in _SCALES:
        made[name] = (made[name] * _MILLIMETRES).round(0)
    made = pd.concat([made, made.iloc[[5]]], ignore_index=True)
    made.loc[7, "haq_di"] = 15.0
    days = made["visit_date"].dt
    made["visit_date"] = days.day.astype(str) + "-" + days.month.astype(str) + "-" + days.year.astype(str)
    own = made[list(_HEADINGS)].rename(columns=_HEADINGS)
    own["Centrum"] = "A"
    return pd.DataFrame({name: [_written(value) for value in own[name]] for name in own}, dtype=object)


def _written(value: object) -> str:
    if isinstance(value, float):
        return "n.b." if pd.isna(value) else f"{value:g}".replace(".", ",")
    return str(value)
