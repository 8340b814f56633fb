"""Estimands of rescue against a calculation that goes patient by patient, visit by visit, in plain Python."""

from statistics import mean

import pandas as pd
import pytest

import myositis_tools as mt
from tests.evidence.make_inputs import INPUTS, WEEK

VISITS = pd.read_csv(INPUTS / "visits.csv").drop(columns="trial")
BOUNDS = {
    (row.patient_id, row.week): (row.tis_min, row.tis_max)
    for row in mt.score_total_improvement(VISITS).itertuples()
    if row.week > 0 and row.tis_min == row.tis_min
}
OPEN = (0.0, 100.0)  # of one of whom nothing is known; her reach, which may be less, is asked for no bound here


def bounds(name, rescue, estimand):
    """What is known of a patient's score at the week, as the estimand has it."""
    was_rescued = rescue == rescue and rescue < WEEK
    if not was_rescued or estimand == "treatment policy":
        return BOUNDS.get((name, WEEK), OPEN)
    if estimand == "composite":
        return (0.0, 0.0)
    if estimand == "while on treatment":
        seen = [week for (who, week) in BOUNDS if who == name and week <= rescue]
        if seen:
            return BOUNDS[name, max(seen)]
    return OPEN


def people():
    """Each patient's name, arm and week of rescue."""
    return VISITS.drop_duplicates("patient_id")[["patient_id", "arm", "rescue_week"]].itertuples(index=False)


@pytest.mark.parametrize("estimand", ["treatment policy", "composite", "while on treatment", "hypothetical"])
@pytest.mark.parametrize("missing", ["complete", "non-responder"])
def test_scores_and_responders(estimand, missing):
    scores, responders = {"IVIg": [], "placebo": []}, {"IVIg": [], "placebo": []}
    for name, arm, rescue in people():
        low, high = bounds(name, rescue, estimand)
        if low == high or missing == "non-responder":
            scores[arm].append(low)
        if (low >= 40) == (high >= 40) or missing == "non-responder":
            responders[arm].append(low >= 40)
    options = {"rescue": "rescue_week", "estimand": estimand, "missing": missing}
    row = mt.compare_scores(VISITS, WEEK, resamples=1, **options).set_index("method").loc["welch"]
    assert (row["patients"], row["reference_patients"]) == (len(scores["IVIg"]), len(scores["placebo"]))
    assert row["value"] == pytest.approx(mean(scores["IVIg"]) - mean(scores["placebo"]), abs=1e-9)
    found = mt.compare_responders(VISITS, WEEK, method="newcombe", **options).set_index("estimate").loc["difference"]
    own, other = responders["IVIg"], responders["placebo"]
    assert (found["responders"], found["patients"]) == (sum(own), len(own))
    assert (found["reference_responders"], found["reference_patients"]) == (sum(other), len(other))
    rescued = [arm for _, arm, week in people() if week < WEEK]
    assert (found["rescued"], found["reference_rescued"]) == (rescued.count("IVIg"), rescued.count("placebo"))
    assert min(found["rescued"], found["reference_rescued"]) > 2
