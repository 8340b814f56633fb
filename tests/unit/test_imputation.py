"""Missing measures filled in: what stays, what is drawn, Rubin's rules by hand, and what is right where it depends on
what was seen whether a measure is missing."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError
from myositis_tools.frames import columns
from myositis_tools.studies.trials.chained_equations import DONORS, draw_missing
from myositis_tools.studies.trials.pooling import pool

SAMPLE = mt.load_visits()
TRIAL = SAMPLE[SAMPLE["arm"].notna()]
MEASURES = ["physician_global_cm", "patient_global_cm", "extramuscular_cm", "haq_di", "mmt8_150"]
ENZYMES = ["ck_xuln", "aldolase_xuln", "ldh_xuln", "alt_xuln", "ast_xuln"]
IMPUTED = mt.impute_measures(SAMPLE, weeks=[4, 12], imputations=3)


# --------------------------------------------------------------------------------------------------------- filling in


def test_what_was_seen_stays_and_nothing_else_is_open():
    seen = TRIAL[TRIAL["week"].isin([0, 4, 12])].set_index(["patient_id", "week"]).sort_index()
    for number, table in IMPUTED.groupby("imputation"):
        own = table.set_index(["patient_id", "week"]).sort_index()
        both = own.loc[seen.index, [*MEASURES, *ENZYMES]]
        known = seen[[*MEASURES, *ENZYMES]].notna()
        assert (both[known] == seen[[*MEASURES, *ENZYMES]][known])[known].eq(
            other=True
        ).sum().sum() == known.sum().sum()
        if number == 0:
            assert both.notna().equals(known)
            assert len(own) == len(seen)
        else:
            assert len(own) == 3 * 48
            assert own[MEASURES].notna().all().all()
            scored = mt.score_total_improvement(table)
            assert scored.loc[scored["week"] > 0, "tis"].notna().all()
            assert set(own["arm"]) == {"IVIg", "placebo"}


def test_every_value_can_be_one_of_its_scale_and_was_seen_in_the_arm():
    for name in MEASURES:
        definition = columns("visits")[name]
        assert IMPUTED[name].dropna().between(definition.minimum, definition.maximum).all()
        for (arm, week), table in IMPUTED.groupby(["arm", "week"]):
            donors = TRIAL.loc[(TRIAL["arm"] == arm) & (TRIAL["week"] == week), name]
            assert set(table[name].dropna()) <= set(donors.dropna())
    assert (IMPUTED[ENZYMES].min() >= 0).all()


def test_the_enzyme_that_is_followed_stays_the_same():
    before = mt.score_total_improvement(TRIAL).groupby("patient_id")["enzyme"].first().dropna()
    for number in (1, 2, 3):
        scored = mt.score_total_improvement(IMPUTED[IMPUTED["imputation"] == number])
        after = scored.groupby("patient_id")["enzyme"].first()
        assert (after.loc[before.index] == before).all()
    # one that was never ordered stays empty
    assert IMPUTED.groupby("imputation")["aldolase_xuln"].count().between(30, 60).all()


def test_the_seed_gives_the_same_and_the_first_of_many_are_those_of_few():
    again = mt.impute_measures(SAMPLE.sample(frac=1, random_state=5), weeks=[12, 4], imputations=2)
    first = IMPUTED[IMPUTED["imputation"] <= 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, first)
    other = mt.impute_measures(SAMPLE, weeks=[4, 12], imputations=2, seed=1)
    assert not other.equals(first)


def test_one_arm_does_not_know_of_the_other():
    changed = TRIAL.copy()
    changed.loc[changed["arm"] == "IVIg", "haq_di"] = 3.0
    found = mt.impute_measures(changed, weeks=[4, 12], imputations=1)
    assert (found.loc[found["arm"] == "IVIg", "haq_di"].dropna() == 3.0).all()
    donors = set(TRIAL.loc[TRIAL["arm"] == "placebo", "haq_di"].dropna())
    assert set(found.loc[found["arm"] == "placebo", "haq_di"].dropna()) <= donors


def test_what_came_after_rescue_is_filled_in_as_if_it_had_not_been_given():
    strengths = TRIAL.pivot_table(index="patient_id", columns="week", values="mmt8_150")
    name = strengths[[0, 4, 12]].dropna().index[0]
    visits = TRIAL.assign(rescue_week=np.where(TRIAL["patient_id"] == name, 6.0, np.nan))
    found = mt.impute_measures(visits, weeks=[4, 12], rescue="rescue_week", imputations=4)
    own = found[found["patient_id"] == name].set_index(["imputation", "week"])["mmt8_150"]
    seen = TRIAL[TRIAL["patient_id"] == name].set_index("week")["mmt8_150"]
    assert (own.xs(4, level="week") == seen[4]).all()
    assert np.isnan(own.loc[0, 12])
    assert len(set(own.xs(12, level="week").loc[1:])) > 1


def test_polars_gives_polars_and_the_frame_stays():
    before = SAMPLE.copy()
    plain = SAMPLE.drop(columns=["visit_date", "infusion"])
    expected = mt.impute_measures(plain, weeks=[4, 12], imputations=1)
    pd.testing.assert_frame_equal(SAMPLE, before)
    found = mt.impute_measures(pl.from_pandas(plain), weeks=[4, 12], imputations=1)
    assert isinstance(found, pl.DataFrame)
    assert found["mmt8_150"].to_list() == [None if pd.isna(value) else value for value in expected["mmt8_150"]]
    assert mt.compare_imputed(found, 12)["value"].to_list() == pytest.approx(
        mt.compare_imputed(expected, 12)["value"].tolist()
    )


def test_a_table_without_gaps_comes_back_and_a_full_line_is_followed():
    rng = np.random.default_rng(0)
    values = np.column_stack([np.arange(30.0), 2 * np.arange(30.0)])
    assert (draw_missing(values, [[1], [0]], rounds=2, rng=rng) == values).all()
    values[[3, 20], 1] = np.nan
    filled = draw_missing(values, [[1], [0]], rounds=2, rng=rng)
    assert abs(filled[[3, 20], 1] - [6, 40]).max() <= 2 * DONORS


# ------------------------------------------------------------------------------------------------------- put together


def test_rubins_rules_are_those_of_mice():
    # means and standard errors of an example of SAS PROC MIANALYZE (EDF=30), put together by the R code of mice
    means, errors = [47.0120, 47.2407, 47.4995, 47.1485, 47.0042], [0.95984, 0.93540, 1.00766, 0.95439, 0.96528]
    found = pool(means, errors, degrees_of_freedom=30)
    assert (found.value, found.error) == pytest.approx((47.18098, 0.9902619))
    assert found.degrees_of_freedom == pytest.approx(26.298679)
    assert found.share_missing_information == pytest.approx(0.11554639)
    assert found.interval(0.95) == pytest.approx((45.146592, 49.215368))


def test_of_patients_who_are_all_alike_the_fillings_are_all_that_is_not_known():
    found = pool([10, 12, 14], [0, 0, 0], degrees_of_freedom=20)
    assert (found.value, found.degrees_of_freedom, found.share_missing_information) == (12, 2, 1)
    assert found.error == pytest.approx(math.sqrt(4 * 4 / 3))


def test_rubins_rules_by_hand():
    # within 4, between 4 (of 10, 12 and 14), total 4 + 4 * 4/3
    found = pool([10, 12, 14], [2, 2, 2])
    total = 4 + 16 / 3
    assert (found.value, found.error) == (12, pytest.approx(math.sqrt(total)))
    assert found.degrees_of_freedom == pytest.approx(2 * (total / (16 / 3)) ** 2)
    # with 20 degrees of freedom of complete data: 21/23 * 20 * 4 / total, put together as resistances
    patients = 21 / 23 * 20 * 4 / total
    found = pool([10, 12, 14], [2, 2, 2], degrees_of_freedom=20)
    freedom = 1 / (1 / patients + 1 / (2 * (total / (16 / 3)) ** 2))
    assert found.degrees_of_freedom == pytest.approx(freedom)
    ratio = (16 / 3) / 4
    assert found.share_missing_information == pytest.approx((ratio + 2 / (freedom + 3)) / (ratio + 1))
    reach = stats.t.ppf(0.975, freedom) * math.sqrt(total)
    assert found.interval(0.95) == pytest.approx((12 - reach, 12 + reach))
    assert found.p_value == pytest.approx(2 * stats.t.sf(12 / math.sqrt(total), freedom))
    alike = pool([5, 5], [1, 1], degrees_of_freedom=7)
    assert (alike.error, alike.degrees_of_freedom, alike.share_missing_information) == (1, 7, 0)


def test_with_nothing_missing_it_is_the_comparison_itself():
    known = mt.score_total_improvement(TRIAL).query("week == 12 and tis.notna()")["patient_id"]
    visits = TRIAL[TRIAL["patient_id"].isin(known) & TRIAL["week"].isin([0, 12])]
    found = mt.compare_imputed(mt.impute_measures(visits, imputations=2), 12, adjust=["mmt8_150"])
    plain = mt.compare_scores(visits, 12, adjust=["mmt8_150"], resamples=9)
    for method in ("welch", "adjusted"):
        own, expected = (table[table["method"] == method].iloc[0] for table in (found, plain))
        for name in ("value", "low", "high", "p_value"):
            assert own[name] == pytest.approx(expected[name])
    assert (found["share_missing_information"] == 0).all()
    responders = mt.compare_responders(visits, 12, method="wald").set_index("estimate")
    for estimate in ("difference", "odds ratio"):
        row = found[(found["estimate"] == estimate) & (found["method"] == "wald")].iloc[0]
        assert row[["value", "low", "high"]].tolist() == pytest.approx(
            responders.loc[estimate, ["value", "low", "high"]].tolist()
        )


def test_each_filling_is_scored_and_put_together():
    found = mt.compare_imputed(IMPUTED, 12, level="minimal").query("method != 'newcombe'").set_index("estimate")
    means, counts = [], []
    for number in (1, 2, 3):
        scored = mt.score_total_improvement(IMPUTED[IMPUTED["imputation"] == number]).query("week == 12")
        own, other = (scored.loc[scored["arm"] == arm, "tis"] for arm in ("IVIg", "placebo"))
        means.append((own.mean() - other.mean(), math.sqrt(own.var() / 24 + other.var() / 24)))
        counts.append(((own >= 20).sum(), (other >= 20).sum()))
    values, errors = zip(*means, strict=True)
    total = np.mean(np.square(errors)) + (1 + 1 / 3) * np.var(values, ddof=1)
    row = found.loc["mean difference"]
    assert row["value"] == pytest.approx(np.mean(values))
    reach = stats.t.ppf(0.975, row["degrees_of_freedom"]) * math.sqrt(total)
    assert row["high"] - row["value"] == pytest.approx(reach)
    assert found.loc["difference", "value"] == pytest.approx(np.mean([100 * (a - b) / 24 for a, b in counts]))
    widths = [np.ptp(confint_proportions_2indep(a, 24, b, 24, compare="diff", method="wald")) for a, b in counts]
    assert found.loc["difference", "high"] - found.loc["difference", "low"] > 100 * min(widths)
    assert (row["imputations"], row["missing"]) == (3, "multiple imputation")
    not_seen = mt.compare_scores(SAMPLE, 12, resamples=9).iloc[0]
    assert (row["not_known"], row["reference_not_known"]) == (not_seen["not_known"], not_seen["reference_not_known"])


def made(rng, patients=60):
    """A trial in which the strength at week 4 tells of that at week 12, and who does badly at week 4 is seldom seen."""
    rows, truth = [], {}
    for arm, gain in (("IVIg", 30.0), ("placebo", 15.0)):
        early = rng.normal(gain, 15, patients)
        late = early + rng.normal(5, 4, patients)
        truth[arm] = late
        for number in range(patients):
            base = {"patient_id": f"{arm}{number:02d}", "arm": arm, "physician_global_cm": 5.0, "haq_di": 1.0}
            base |= {"patient_global_cm": 5.0, "ck_xuln": 3.0, "extramuscular_cm": 2.0}
            strengths = [80, 80 + early[number], 80 + late[number]]
            for week, strength in zip((0, 4, 12), strengths, strict=True):
                rows.append(base | {"week": week, "mmt8_150": float(np.clip(np.round(strength), 0, 150))})
    whole = pd.DataFrame(rows)
    bad = whole.pivot_table(index="patient_id", columns="week", values="mmt8_150")[4] < 95
    gone = whole["patient_id"].map(bad) & (whole["week"] == 12) & (rng.random(len(whole)) < 0.8)
    return whole, whole[~gone]


def test_what_depends_on_what_was_seen_is_recovered_better_than_by_leaving_out():
    rng, errors = np.random.default_rng(7), []
    for _ in range(6):
        whole, seen = made(rng)
        truth, complete = (
            mt.compare_scores(table, 12, resamples=9).query("method == 'welch'")["value"].iloc[0]
            for table in (whole, seen)
        )
        imputed = mt.impute_measures(seen, imputations=5, rounds=3)
        pooled = mt.compare_imputed(imputed, 12).query("method == 'welch'")["value"].iloc[0]
        errors.append((complete - truth, pooled - truth))
    left_out, filled = np.array(errors).T
    assert left_out.mean() < -2  # the placebo arm looks better without those who did badly
    assert abs(filled.mean()) < abs(left_out.mean()) / 2
    assert np.abs(filled).mean() < np.abs(left_out).mean()


# ------------------------------------------------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"imputations": 0}, OptionError, "imputations=0"),
        ({"rounds": 1.5}, OptionError, r"rounds=1\.5"),
        ({"weeks": [13]}, NotFoundError, "no visit at week 13"),
        ({"weeks": [0]}, OptionError, "no visit after the baseline"),
        ({"group": "arms"}, MissingColumnError, "did you mean 'arm'"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        mt.impute_measures(TRIAL, **options)


def test_too_few_to_draw_from_is_refused_with_the_arm_and_the_visit():
    visits = TRIAL.copy()
    visits.loc[(visits["week"] == 12) & (visits["arm"] == "IVIg"), "haq_di"] = None
    with pytest.raises(OptionError, match=r"physical function|HAQ|function.*arm IVIg, week 12: known in 0 of 24"):
        mt.impute_measures(visits, weeks=[12], imputations=1)


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (TRIAL, MissingColumnError, "impute_measures gives"),
        (IMPUTED[IMPUTED["imputation"] > 0], OptionError, "0 for the visits as they were"),
        (IMPUTED[IMPUTED["imputation"] == 0], OptionError, "a filling"),
    ],
)
def test_another_table_is_no_table_of_fillings(table, error, message):
    with pytest.raises(error, match=message):
        mt.compare_imputed(table, 12)
