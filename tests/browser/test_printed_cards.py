"""The card with the longest texts, printed by a real browser: it stays on one page of its paper."""

import re

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.report.patient_card import PAPERS

pytestmark = pytest.mark.browser


def fullest() -> dict[str, pd.DataFrame]:
    """Tables of a patient of whom all is open that can be, with the longest texts."""
    screening, visits = mt.load_screening(), mt.load_visits()
    name, patient = "W" * 300, "P184"
    own = screening[screening["patient_id"] == patient].copy()
    asked = [one for one in mt.TIME_IS_MUSCLE.needs if one in own and one != "patient_id"]
    own[asked] = own[asked].mask(pd.Series(True, index=own.index))
    seen = visits.copy()
    is_own = seen["patient_id"] == patient
    open_ = ["physician_global_cm", "patient_global_cm", "haq_di", "ck_xuln"]
    seen.loc[is_own & (seen["week"] > 0), [one for one in open_ if one in seen]] = None
    seen = seen[~(is_own & (seen["week"] == 26))]
    day = mt.load_patients().set_index("patient_id").loc[patient, "screening_date"]
    drugs = mt.load_medications().head(1)
    drugs = pd.concat([drugs.assign(drug=f"{'drug ' * 30}{number}") for number in range(20)], ignore_index=True)
    drugs = drugs.assign(patient_id=patient, start_date=day - pd.Timedelta(days=20), stop_date=None, stable_since=None)
    own = own.assign(screening_date=day, weight_kg=70.0)
    tables = {"screening": own, "visits": seen, "medications": drugs}
    return {of: rows.assign(patient_id=rows["patient_id"].replace(patient, name)) for of, rows in tables.items()}


@pytest.mark.usefixtures("shared")  # which says what to do where there is no browser
@pytest.mark.parametrize("paper", PAPERS)
def test_the_fullest_card_prints_on_one_page(tmp_path, paper):
    card = mt.patient_card("W" * 300, **fullest(), paper=paper, identifiers=True)
    [criteria] = [one for one in card.sections if one.heading.startswith("Criteria")]
    assert any(line.words.endswith("and 10 more.") for line in criteria.lines)
    printed = card.save(tmp_path / "card.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
    wide, high = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed).groups())
    assert (round(wide), round(high)) == {"A4": (595, 842), "Letter": (612, 792)}[paper]
