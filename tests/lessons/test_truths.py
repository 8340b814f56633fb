"""Each right answer found a second time, on another way than the exercise takes."""

import pytest

import myositis_tools as mt
from myositis_tools.lessons import find_exercise
from myositis_tools.scores.core_set import measures

SEATS = (None, 1, 2, 3, 4, 5)
POINTS = [f"points_{measure}" for measure in measures()]


@pytest.fixture(scope="module", name="visits")
def _visits():
    return mt.load_visits()


@pytest.fixture(scope="module", name="scored")
def _scored(visits):
    return mt.score_total_improvement(visits).set_index(["patient_id", "week"])


@pytest.fixture(scope="module", name="screening")
def _screening():
    return mt.load_screening()


@pytest.fixture(scope="module", name="verdicts")
def _verdicts(screening):
    return mt.TIME_IS_MUSCLE.verdicts(screening).set_index("patient_id")


def asked(key, seat):
    exercise = find_exercise(key, seat=seat)
    return exercise, exercise.solution(), exercise.content.values


@pytest.mark.parametrize("seat", SEATS)
def test_points_totals_and_responses_are_those_of_the_score(scored, seat):
    _, right, values = asked("by_hand", seat)
    row = scored.loc[(values["patient"], values["week"])]
    assert [float(right[measure]) for measure in measures()] == row[POINTS].tolist()
    assert right["total"] == row["tis"]
    assert values["response"] == row["response"]
    _, right, values = asked("band_edges", seat)
    assert right["total"] == scored.loc[(values["patient"], values["week"]), "tis"]
    _, right, values = asked("worse", seat)
    row = scored.loc[(values["patient"], values["week"])]
    assert right["response"] == row["response"] != "none"
    assert len(right["worsened"]) == len(row["worsened"].split(", "))
    assert all((row[f"change_{measure}"] < 0) for measure in right["worsened"])


def test_the_enzyme_that_is_followed_and_the_other_are_those_of_the_score(visits):
    by_share = mt.score_total_improvement(visits, enzyme_by="range_share").set_index(["patient_id", "week"])
    _, _, values = asked("by_hand", None)
    row = by_share.loc[(values["patient"], values["week"])]
    assert find_exercise("by_hand").misconceptions()["other_enzyme"]["total"] == row["tis"]
    assert values["other"].lower() == row["enzyme"]


@pytest.mark.parametrize("seat", SEATS)
def test_the_ceiling_is_the_most_that_a_baseline_can_earn(visits, seat):
    _, right, values = asked("ceiling", seat)
    highest = mt.scores.highest_possible_improvement(visits[visits["patient_id"] == values["patient"]])
    assert float(right["points"]) == highest["reachable_mmt"].iloc[0]


@pytest.mark.parametrize("seat", SEATS)
def test_triage_is_what_the_protocol_checks_and_decides(screening, verdicts, seat):
    exercise, right, _ = asked("edge_triage", seat)
    labels = {one.label: one for one in mt.TIME_IS_MUSCLE.criteria}
    for patient, label in zip(right, exercise.material["Criterion"], strict=True):
        wanted = {"inclusion": "met", "exclusion": "not met"}[labels[label].kind]
        assert (right[patient] == "eligible") == (verdicts.loc[patient, labels[label].key] == wanted)
    _, right, _ = asked("drugs", seat)
    decided = mt.TIME_IS_MUSCLE.decide(screening).set_index("patient_id")["decision"]
    assert right == {patient: decided[patient] for patient in right}


@pytest.mark.parametrize("seat", SEATS)
def test_two_parts_make_what_the_rule_of_three_values_says(seat):
    exercise, right, _ = asked("iga", seat)
    value = {"yes": 2, "(blank)": 1, "no": 0}
    both = exercise.material.iloc[:, 1:].map(value.get).min(axis=1)
    assert list(right.values()) == [("not met", "unknown", "met")[least] for least in both]


@pytest.mark.parametrize("seat", SEATS)
def test_a_response_is_known_where_both_bounds_agree(scored, seat):
    _, right, _ = asked("known_or_not", seat)
    for name, answer in right.items():
        patient, _, week = name.partition("_")
        row = scored.loc[(patient, int(week))]
        reached = {row["tis_min"] >= 40, row["tis_max"] >= 40}
        assert answer == ("unknown" if len(reached) == 2 else {True: "met", False: "not met"}[reached.pop()])


@pytest.mark.parametrize("seat", SEATS)
def test_the_bounds_of_a_difference_are_counted_from_the_table(seat):
    exercise, right, _ = asked("missing_bounds", seat)
    (_, n, yes, no, open_), (_, m, placebo_yes, placebo_no, placebo_open) = exercise.material.to_numpy().tolist()
    assert (yes + no + open_, placebo_yes + placebo_no + placebo_open) == (n, m)
    assert right["lowest"] == round(100 * (yes / n - (placebo_yes + placebo_open) / m), 1)
    assert right["highest"] == round(100 * ((yes + open_) / n - placebo_yes / m), 1)


@pytest.mark.parametrize("seat", [None, 1, 2])
def test_the_drawn_shares_are_counted_from_the_scores(scored, seat):
    _, right, values = asked("draw_it", seat)
    reached = mt.response_at_least(scored.reset_index(), values["level"])
    for name, share in right.items():
        arm, _, week = name.partition("_")
        own = reached[(reached["arm"] == arm) & (reached["week"] == int(week))]["reached"].astype(str)
        known = own[own != "unknown"]
        assert share == round(100 * (known == "met").mean(), 1)


@pytest.mark.parametrize("seat", [None, 1])
def test_what_a_criterion_costs_is_who_fits_without_it(screening, seat):
    _, right, _ = asked("cost", seat)
    fit = [(mt.TIME_IS_MUSCLE.without(key).decide(screening)["decision"] == "eligible").sum() for key in right["order"]]
    assert fit == sorted(fit, reverse=True)
    assert len(set(fit)) == len(fit)


@pytest.mark.parametrize("seat", [None, 1])
def test_one_month_less_is_not_enough(screening, seat):
    _, right, values = asked("wider", seat)

    def fitting(months):
        decided = mt.TIME_IS_MUSCLE.with_limits(maximum_duration_months=months).decide(screening)
        return (decided["decision"] == "eligible").sum()

    assert fitting(right["months"]) >= values["target"] > fitting(right["months"] - 1)


def test_the_guess_is_what_the_protocol_decides(screening):
    _, right, values = asked("how_many", None)
    counts = mt.TIME_IS_MUSCLE.decide(screening)["decision"].value_counts()
    assert [right["patients"], values["undecided"], values["excluded"]] == [
        counts[word] for word in ("eligible", "indeterminate", "ineligible")
    ]
    best = mt.attrition(mt.TIME_IS_MUSCLE, screening, unknown="best")["remaining_after"].iloc[-1]
    assert values["most"] == best
