"""A drug with several ATC codes, as a vocabulary gives it by route: known is what all of them say, on every engine."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.frames import to_pandas
from tests.engines.other_engines import ENGINES

DAY = pd.Timestamp
CODES = {
    # codes: nephrotoxic, loop diuretic, what it is taken for
    "M01AB05|M01AE01": (True, False, "other"),
    "M01AB05|M02AA15": (None, False, "other"),
    "D11AX18|M02AA15": (False, False, "other"),
    "M01AE01|M01AX05": (None, False, "other"),  # the second is an exception of the group
    "L01BA01|L04AX03": (False, False, "immunosuppressant"),
    "H02AB06|H02AB07": (False, False, "glucocorticoid"),
    "A07EA03|H02AB07": (False, False, "not recognised"),
    "C03CA01|C03EB01": (False, True, "other"),
    "C03|M01AB05": (None, None, "other"),  # a group that is wider than the class, and another drug
}
MEDICATIONS = pd.DataFrame(
    {
        "patient_id": list(CODES),
        "drug": ["prednisone"] * len(CODES),  # a code that is given decides
        "atc": list(CODES),
        "start_date": [DAY(2026, 1, 1)] * len(CODES),
        "stop_date": pd.Series([pd.NaT] * len(CODES), dtype="datetime64[us]"),
    }
)
PATIENTS = pd.DataFrame(
    {"patient_id": list(CODES), "screening_date": [DAY(2026, 3, 1)] * len(CODES), "medications_recorded": True}
)


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
def test_known_is_what_all_codes_say(engine):
    as_given = ENGINES.get(engine, lambda table: table)
    patients, medications = as_given(PATIENTS), as_given(MEDICATIONS)
    screening = to_pandas(mt.derive_screening(patients, medications=medications)).set_index("patient_id")
    judged = to_pandas(mt.judge_exposures(medications, patients)).set_index("patient_id")
    for codes, (nephrotoxic, loop, taken_for) in CODES.items():
        row = screening.loc[codes]
        for name, wanted in (("nephrotoxic_medication", nephrotoxic), ("loop_diuretic", loop)):
            assert pd.isna(row[name]) if wanted is None else row[name] == wanted, (codes, name)
        assert judged.loc[codes, "exposure"] == taken_for, codes


def test_the_dose_of_a_drug_that_may_be_a_glucocorticoid_is_not_nothing():
    windows = pd.DataFrame({"patient_id": ["A07EA03|H02AB07"], "from_date": [DAY(2026, 1, 1)]})
    windows = windows.assign(to_date=DAY(2026, 2, 1), medications_recorded=True)
    found = mt.glucocorticoid_exposure(MEDICATIONS.assign(dose_mg_day=10.0), windows)
    assert found["prednisone_mg_total"].isna().all()
