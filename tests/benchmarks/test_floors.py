"""A floor is worth comparing with only if it does the same work."""

import numpy as np
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.scores import score_haq_di
from tests.benchmarks import checking, scoring, sheets, trials
from tests.benchmarks.check_floor import check
from tests.benchmarks.run import FLOOR, Case, cases, lines
from tests.benchmarks.score_floor import score

CLASSES = ["none", "minimal", "moderate", "major"]
ENZYMES = ["ck", "aldolase", "ldh", "alt", "ast"]


@pytest.mark.parametrize("ids", ["text", "numbers"])
def test_the_floor_of_scoring_gives_the_same_score(ids):
    visits = scoring.make_visits(20_000, ids=ids)
    floor = score(visits)
    library = scoring.in_pandas(20_000, ids)()
    for name in library.columns.intersection(list(floor)).drop(["enzyme", "response", "response_certain"]):
        np.testing.assert_array_equal(library[name].to_numpy(), floor[name], err_msg=name)
    assert library["response"].fillna("").tolist() == [*np.array([*CLASSES, ""])[floor["response"]]]
    measured = library["enzyme"].notna()
    assert library["enzyme"][measured].tolist() == [*np.array(ENZYMES)[floor["enzyme"][measured]]]
    after = visits["week"] > 0
    assert library["response_certain"][after].tolist() == floor["response_certain"][after].tolist()


def test_the_floor_of_simulated_trials_scores_what_they_score():
    visits = trials.make_visits(20)
    scores = score(visits)["tis"][visits["week"] == trials.WEEK].reshape(20, -1)
    simulated = mt.simulate_trial(
        mt.TrialAssumptions.of_sample(), patients_per_arm=trials.PATIENTS_PER_ARM, trials=20, seed=1, week=trials.WEEK
    )
    treated = np.nanmean(scores[:, : trials.PATIENTS_PER_ARM], axis=1)
    np.testing.assert_allclose(simulated["treated"].to_numpy(), treated)


def test_the_floor_of_checking_gives_the_same_verdicts():
    floor = check(checking.make_screening(5_000))
    library = mt.TIME_IS_MUSCLE.check(checking.make_frame(5_000))
    for name in ("patient_id", "criterion", "verdict"):
        np.testing.assert_array_equal(library[name].to_numpy(dtype="U40"), floor[name].astype("U40"), err_msg=name)


def test_each_work_has_a_floor_and_a_line_says_how_far_off_it_is():
    assert {case.work for case in cases()} == {case.work for case in cases() if case.engine == FLOOR}
    quick = [Case("nothing", engine, lambda: pd.DataFrame) for engine in (FLOOR, "pandas")]
    assert sum(1 for case in cases() if case.engine == FLOOR) == len({case.work for case in cases()})
    first, second = lines(quick, rounds=2, peaks=dict.fromkeys(quick, 1.0))
    assert first.split()[:3] == ["nothing", "NumPy", "floor"]
    assert float(first.split()[-2]) == 1.0
    assert float(second.split()[-2]) > 0


def test_the_floors_of_the_sheets_score_the_same():
    haq, mmt = sheets.make_haq(20_000), sheets.make_mmt(20_000)
    assert np.array_equal(sheets.haq_floor(haq), score_haq_di(pd.DataFrame(haq))["haq_di"], equal_nan=True)
    assert np.array_equal(sheets.mmt_floor(mmt), sheets.score_mmt8(pd.DataFrame(mmt))["mmt8_150"], equal_nan=True)
