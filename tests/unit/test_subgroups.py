"""Subgroups: the comparison of their own patients, the interaction that of the libraries, few are warned of."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.formula.api as smf
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.contingency_tables import StratifiedTable

import myositis_tools as mt
from myositis_tools import tables
from myositis_tools.errors import MissingColumnError, OptionError
from tests.unit.test_responders import VISITS as EIGHT
from tests.unit.test_responders import visits_of

VISITS = mt.load_visits().merge(mt.load_patients()[["patient_id", "sex", "subtype"]], on="patient_id")
BY_SEX = mt.compare_subgroups(VISITS, 12, by="sex")
KNOWN = mt.score_total_improvement(VISITS[VISITS["arm"].notna()]).query("week == 12 and tis.notna()")


def row_of(table, subgroup):
    [row] = table[table["subgroup"] == subgroup].to_dict("records")
    return row


@pytest.mark.parametrize("estimate", ["mean difference", "difference"])
def test_each_subgroup_is_the_comparison_of_its_own_patients(estimate):
    found = mt.compare_subgroups(VISITS, 12, by=["sex"], estimate=estimate, missing="non-responder", confidence=0.9)
    for subgroup in ("all patients", "female", "male"):
        own = VISITS if subgroup == "all patients" else VISITS[VISITS["sex"] == subgroup]
        options = {"missing": "non-responder", "confidence": 0.9}
        if estimate == "difference":
            plain = mt.compare_responders(own, 12, method="newcombe", **options).query("estimate == 'difference'")
        else:
            plain = mt.compare_scores(own, 12, resamples=9, **options).query("method == 'welch'")
        row, expected = row_of(found, subgroup), plain.iloc[0]
        for name in ("value", "low", "high", "patients", "reference_patients"):
            assert row[name] == pytest.approx(expected[name]), name


def test_the_interaction_of_means_is_the_f_test_of_the_library():
    whole, reduced = (smf.ols(f"tis ~ arm {sign} sex", KNOWN).fit() for sign in "*+")
    expected = anova_lm(reduced, whole)["Pr(>F)"].iloc[1]
    row = row_of(BY_SEX, "interaction")
    assert row["p_value"] == pytest.approx(expected)
    assert np.isnan(row["value"])


def test_the_interaction_of_responders_is_breslow_and_days():
    found = mt.compare_subgroups(VISITS, 12, by="sex", estimate="difference", missing="non-responder")
    scored = mt.score_total_improvement(VISITS[VISITS["arm"].notna()])
    people = scored.query("week == 0")[["patient_id", "arm", "sex"]].set_index("patient_id")
    responded = scored.query("week == 12").set_index("patient_id")["tis_min"] >= 40
    people["responds"] = responded.reindex(people.index, fill_value=False)
    strata = [
        [
            [((own["arm"] == arm) & (own["responds"] == yes)).sum() for yes in (True, False)]
            for arm in ("IVIg", "placebo")
        ]
        for _, own in people.groupby("sex")
    ]
    expected = StratifiedTable([np.array(one) for one in strata]).test_equal_odds(adjust=True).pvalue
    assert row_of(found, "interaction")["p_value"] == pytest.approx(expected)


def test_no_subgroup_has_a_p_value_of_its_own():
    rows = BY_SEX[~BY_SEX["subgroup"].isin(["all patients", "interaction"])]
    assert rows["p_value"].isna().all()


def test_few_patients_are_warned_of_by_the_number_in_the_table():
    [limit] = tables.load("study_conventions").query("convention == 'small_subgroup_patients'")["value"]
    found = mt.compare_subgroups(VISITS, 12, by=["sex", "subtype"])
    rows = found[found["subgroup"] != "interaction"]
    fewest = rows[["patients", "reference_patients"]].min(axis=1)
    assert ((rows["caution"] != "") == (fewest < limit)).all()
    assert (fewest < limit).any()
    assert (fewest >= limit).any()
    assert set(tables.load("study_conventions")["evidence"]) == {"decision"}


@pytest.mark.parametrize(("off", "is_warned"), [(0, False), (1, True)])
def test_as_many_as_the_limit_are_not_warned_of(off, is_warned):
    count = int(tables.load("study_conventions")["value"][0]) - off
    arms = {f"{arm}{n}": (arm, "well" if n % 2 else "same") for arm in ("IVIg", "placebo") for n in range(count)}
    found = mt.compare_subgroups(visits_of(**arms).assign(site="here"), 12, by="site")
    assert (row_of(found, "here")["caution"] != "") == is_warned


def test_who_has_no_value_is_a_subgroup_of_its_own_and_outside_the_test():
    some = VISITS.assign(sex=VISITS["sex"].where(~VISITS["patient_id"].isin(KNOWN["patient_id"].iloc[:9]), None))
    found = mt.compare_subgroups(some, 12, by="sex")
    assert found["subgroup"].tolist() == ["all patients", "female", "male", "not recorded", "interaction"]
    row = row_of(found, "interaction")
    assert row["patients"] + row["reference_patients"] == len(KNOWN) - 9


def test_a_subgroup_that_an_arm_lacks_has_no_difference_and_is_named():
    place = {name: "here" if arm == "IVIg" else "there" for name, arm in EIGHT[["patient_id", "arm"]].to_numpy()}
    found = mt.compare_subgroups(EIGHT.assign(site=EIGHT["patient_id"].map(place)), 12, by="site")
    assert row_of(found, "here")["because"] == "an arm without a known value"
    assert row_of(found, "interaction")["because"] == "fewer than two subgroups with patients of both arms"


def test_order_and_engine_do_not_matter_and_the_frame_stays():
    before = VISITS.copy()
    pd.testing.assert_frame_equal(mt.compare_subgroups(VISITS.sample(frac=1, random_state=1), 12, by="sex"), BY_SEX)
    pd.testing.assert_frame_equal(VISITS, before)
    found = mt.compare_subgroups(pl.from_pandas(VISITS), 12, by="sex")
    assert isinstance(found, pl.DataFrame)
    assert found["value"].to_list()[:3] == pytest.approx(BY_SEX["value"].tolist()[:3])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"by": "sexes"}, MissingColumnError, "did you mean 'sex'"),
        ({"by": "haq_di"}, OptionError, "holds numbers"),
        ({"by": "patient_id"}, OptionError, "makes 4[0-9] subgroups"),
        ({"by": "sex", "missing": ["worst", "best"]}, OptionError, "missing="),
        ({"by": "sex", "estimate": "ratio"}, OptionError, "estimate='ratio'"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        mt.compare_subgroups(VISITS, 12, **options)
