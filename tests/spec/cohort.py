"""A small cohort, worked by hand, for the questions about what a cohort shows."""

import pandas as pd

from tests.spec.eligible import changed, screening_of

# patient: what differs from the eligible patient
PATIENTS = {
    "P000": "",  # eligible
    "P001": "age_years 17",  # adult
    "P002": "age_years 16, disease_duration_months 14",  # adult, early_disease
    "P003": "disease_duration_months 12",  # early_disease: 12 is not below 12
    "P004": "fvc_percent_predicted ?",  # nothing; severe_weakness unknown
    "P005": "fvc_percent_predicted 45.5, age_years ?",  # severe_weakness; adult unknown
    "P006": "age_years ?, disease_duration_months ?",  # nothing; adult and early_disease unknown
    "P007": "mmt_loss_percent 8.5",  # minimal_disability: 1.5 short of the loss
    "P008": "age_years 17, disease_duration_months 13, loop_diuretic yes",  # adult, early_disease, loop_diuretic
    "P009": "",  # eligible
}


def cohort() -> pd.DataFrame:
    return screening_of([changed(text) for text in PATIENTS.values()])
