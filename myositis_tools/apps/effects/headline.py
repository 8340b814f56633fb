"""The one sentence on top of the app of effects: what is seen, of whom, and who is in none of the two arms."""

from __future__ import annotations

from typing import Any

from myositis_tools.figures.trials.effects import effects_frame
from myositis_tools.formatting import counted
from myositis_tools.groups import in_order_of_groups, spelled_alike
from myositis_tools.studies.trials.one_family import RATIO_UNIT
from myositis_tools.studies.trials.two_shares import OF_SHARES

_COUNTS = (("not_known", "reference_not_known"), ("without_class", "reference_without_class"))


def headline_of(model: Any) -> str:
    """Say what the first row of a model's results shows, or why there is none."""
    rows = model.results[model.results["value"].notna()]
    if rows.empty:
        because = next((text for text in model.results["because"] if text), "no patient has a known result")
        return f"At week {model.week} there is no estimate: {because}. {_of_whom(model)}"
    is_adjusted = rows["method"] == "adjusted"
    row = (rows[is_adjusted] if is_adjusted.any() else rows).iloc[0]
    value, _, interval = effects_frame(model.results.loc[[row.name]])["text"].iloc[-1].partition(" (")
    unit = "" if row["unit"] == RATIO_UNIT else f" {row['unit']}"
    if row["low"] == row["low"]:
        interval = f" ({100 * row['confidence']:g} % interval {interval.rstrip(')')})"
    else:
        interval = " (without an interval)"
    where = f"At week {row['week']:g}" if "week" in row else f"From week {row['from_week']:g} to {row['to_week']:g}"
    said = [f"{where} {_what(model, row)} is {value}{unit}{interval}, {row['arm']} against {row['reference']}."]
    said += [f"{one[:1].upper()}{one[1:]}." for one in notes_of(row)]
    return " ".join(one for one in [*said, _unknown(model, row), _of_whom(model, row)] if one)


def notes_of(row: Any) -> list[str]:
    """What must be said of the row in front: where it has no interval why, and where it contradicts another."""
    names = ["because"] if row["low"] != row["low"] else []
    names += ["caution"] if row["method"] != "gee" else []  # what is said of the model stands below
    return [row[name] for name in names if isinstance(row.get(name), str) and row[name]]


def _what(model: Any, row: Any) -> str:
    better = "" if model.level == model.levels[-1] else " or better"
    if row["estimate"] in OF_SHARES:
        return f"the {row['estimate']} of responders ({model.level}{better})"
    adjusted = "adjusted " if row["method"] == "adjusted" else ""
    of = " of the score" if row["estimate"] in ("mean difference", "shift") else ""
    return f"the {adjusted}{row['estimate']}{of}"


def _unknown(model: Any, row: Any) -> str:
    counts = next((pair for pair in _COUNTS if pair[0] in row and row[pair[0]] == row[pair[0]]), None)
    if counts is None:
        return f"{row['patients_in_model']:g} patients are in the model." if "patients_in_model" in row else ""
    own, other = (row[name] for name in counts)
    what = "dose" if "to_week" in row else "response" if row.get("level") == model.level else "score"
    if not own + other:
        return f"Every {what} is known."
    return f"The {what} is not known in {own:g} of {row['arm']} and {other:g} of {row['reference']}."


def _of_whom(model: Any, row: Any = None) -> str:
    """How many patients the two arms have, who is in neither, and arms that are one arm written in two ways."""
    if row is None:
        row = model.results.iloc[0] if len(model.results) else {"arm": None, "reference": None}
    pair = [row[name] for name in ("arm", "reference") if row[name] in model.sizes]
    others = [arm for arm in in_order_of_groups(model.sizes) if arm not in pair]
    called = {arm: arm if arm == arm.strip() else repr(arm) for arm in model.sizes}
    left_out = [f"{counted(model.sizes[arm], 'patient')} of {called[arm]}" for arm in others]
    if model.without_arm:
        left_out.append(f"{counted(model.without_arm, 'patient')} without an arm")
    said = " and ".join(f"{called[arm]} has {counted(model.sizes[arm], 'patient')}" for arm in pair)
    said = f"Of {len(model.sizes)} arms, {said}" if others else said
    said += f"; in neither: {', '.join(left_out)}." if left_out else "."
    for names in spelled_alike(model.sizes):
        said += f" Written in {len(names)} ways, {' and '.join(map(repr, names))} count as {len(names)} arms."
    return said
