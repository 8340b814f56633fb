"""No two sentences of the calculator disagree, or say otherwise than the package: over many random pairs of visits."""

import random
import re

import pytest

from myositis_tools.apps.calculator import CalculatorModel
from myositis_tools.apps.calculator.receipt import score_receipt
from myositis_tools.apps.calculator.score_bar import score_bar
from myositis_tools.figures.patient.receipt import draw_receipt
from myositis_tools.scores import score_total_improvement
from myositis_tools.scores.core_set import ENZYME, classes, enzyme_instruments, measures, scale_instruments
from myositis_tools.scores.response import highest_possible_improvement

NUMBER = r"(\d+(?:\.\d+)?)"


def drawn_model(dice: random.Random) -> CalculatorModel:
    """Two visits, with gaps, small changes, values at the ends of their scales, and an enzyme without its limit."""
    population = dice.choice(["adult", "juvenile"])
    chosen = {
        measure: dice.choice([one for one in scale_instruments(population) if one.measure == measure])
        for measure in measures()
        if measure != ENZYME
    } | {ENZYME: dice.choice(enzyme_instruments())}
    gaps = dice.choice([0, 0, 0.15, 0.5, 0.9])
    visits = {"baseline": {}, "now": {}}
    for one in chosen.values():
        low, high = one.column.minimum, one.column.maximum if one.measure != ENZYME else 12.0
        before = dice.choice([low, high, one.best, dice.uniform(low, high)])
        after = dice.choice([low, high, before, before + dice.uniform(-0.06, 0.06) * (high - low)])
        for when, value in (("baseline", before), ("now", after)):
            if dice.random() >= gaps:
                visits[when][one.column.name] = round(min(max(value, low), high), 2)
    model = CalculatorModel(population=population, **visits)
    if dice.random() < 0.2:
        values = {when: getattr(model, when)[ENZYME] for when in visits}
        model.choose("enzyme_unit", "U/L")
        for when, value in values.items():
            model.enter(when, ENZYME, "" if value is None else f"{100 * value:g}")
        model.enter("now", "upper_limit", dice.choice(["", "100"]))
    return model


@pytest.mark.parametrize("seed", range(40))
def test_no_two_sentences_disagree(seed):
    model = drawn_model(random.Random(seed))  # noqa: S311 - a test, not a secret
    findings, said = model.findings, dict(model.findings.remarks)
    options = model._score_options()
    scored = score_total_improvement(model.visits(), **options).iloc[-1]
    ceiling = highest_possible_improvement(model.visits(), **options).iloc[0]
    receipt = score_receipt(model)

    # the headline is the score
    numbers = [float(number) for number in re.findall(NUMBER, model.headline.replace("of 100", ""))]
    word = "no response" if scored["response"] == "none" else f"{scored['response']} response"
    if scored["tis"] == scored["tis"] and findings.has_values:
        assert numbers == [scored["tis"]]
        assert model.headline.endswith(f": {word}.")
    elif not findings.compared.empty:
        assert numbers == [scored["tis_min"], scored["tis_max"]]
        assert (f": {word}, whatever" in model.headline) == bool(scored["response_certain"])

    # worsening is that of the score, and the receipt and the remark say the same of it
    worsened = scored["worsened"].split(", ") if scored["worsened"] else []
    remark = said.get("Worsening, which the score does not count", "")
    assert receipt.count("▼") == len(worsened) == remark.count("→")
    assert all(label in remark for label in worsened)
    assert ("worsened" in remark) == (not worsened and not findings.compared.empty)
    assert receipt.count("▽") + receipt.count("▼") == int((findings.receipt["change_percent"] < 0).sum())

    # what can be reached: the ceiling, the next class, the bounds, the picture and the bar
    most = findings.most
    assert most <= ceiling["highest_tis_max"]
    if model.visits().iloc[0].notna().all():
        assert most == ceiling["highest_tis"]
    assert scored["tis_max"] <= most
    sentence = said.get("Ceiling", "")
    assert (f"at most {most:g} of 100" in sentence) == (most < 100)
    for one in classes(model.population)[1:]:
        is_beyond = one.minimum > most
        assert (one.name in sentence) == is_beyond
        assert not (is_beyond and f"points to {one.name}" in receipt)
        assert not (is_beyond and f", {one.name} response" in said.get("Smallest change that earns points", ""))
        assert not (is_beyond and one.name in model.headline)
    above = [one for one in classes(model.population) if one.minimum > findings.bounds[0]]
    if findings.total is not None and above and above[0].minimum <= most:
        assert said["Next response category"] == f"{above[0].minimum - findings.total:g} points to {above[0].name}."
    else:
        assert "Next response category" not in said
    if not findings.compared.empty:
        title = draw_receipt(findings.frame, title="A", population=model.population).layout.title.text
        assert (f"{100 - most:g} out of reach" in title.replace("<br>", " ")) == (most < 100)
    shares = [float(share) for share in re.findall(rf"flex:0 0 {NUMBER}%", score_bar(findings))]
    assert sum(shares) == (200 if findings.has_values else 100)

    # what was entered is not said to be missing, and of nothing nothing is said
    if findings.needs_limit:
        assert "not recorded" not in receipt.partition("upper limit of normal</span>")[0].rpartition("<tr>")[2]
    if not findings.has_values:
        assert (receipt, said) == ("", {})
