"""Every protocol, numbers between bounds: what each completion says is what the bounds say, no more and no less.

Random screening tables, in which some numbers are known between two bounds; each such number is completed at its
bounds, at every limit, a step beside it and between. No certain verdict may be contradicted by a completion, and a
verdict may be unknown only where completions differ, or where nothing is known of a value.
"""

import random
from itertools import product

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.frames import bounds_of
from myositis_tools.rules import Compare

PATIENTS = 60
MOST_COMPLETIONS = 400  # of one patient and criterion; more than these are left out


def limits_of(protocol: mt.Protocol) -> dict[str, list[float]]:
    """The limits that each number column is compared with."""
    found: dict[str, list[float]] = {}
    for each in protocol.criteria:
        for leaf in each.rule.leaves:
            if type(leaf) is Compare:  # a look-back has bounds of its own
                found.setdefault(leaf.column.name, []).append(leaf.limit.value)
    return found


def candidates(column, limits: list[float]) -> list[float]:
    """Values about every limit, and at the ends of the column's range."""
    low = min(limits) - 2 if column.minimum is None else column.minimum
    high = max(limits) + 2 if column.maximum is None else column.maximum
    near = [limit + step for limit in limits for step in (-1, -0.25, 0, 0.25, 1)]
    return sorted({low, high, *(value for value in near if low <= value <= high)})


class Drawn:
    """A screening table in which some numbers stand between bounds, and the completions of each."""

    def __init__(self, protocol: mt.Protocol, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a test, not a secret
        limits = limits_of(protocol)
        self.values = {name: candidates(protocol.columns[name], limits[name]) for name in limits}
        self.rows, self.completions = [], []
        for number in range(PATIENTS):
            row, possible = {"patient_id": f"P{number:03}"}, {}
            for name, column in protocol.columns.items():
                if name not in self.values:
                    words = list(column.words) if column.words else [True, False]
                    row[name] = None if column.type == "number" else chance.choice([*words, *words, None])
                    continue
                low, high = sorted(chance.choices(self.values[name], k=2))
                row[name], row[f"{name}_min"], row[f"{name}_max"] = chance.choice(
                    [(low, None, None), (None, low, high), (None, low, high), (None, None, None), (low, low, high)]
                )
                if row[f"{name}_min"] is not None and row[name] is None:
                    possible[name] = [value for value in self.values[name] if low <= value <= high]
            self.rows.append(row)
            self.completions.append(possible)

    def table(self, rows: list[dict], protocol: mt.Protocol) -> pd.DataFrame:
        table = pd.DataFrame(rows)
        for name, column in protocol.columns.items():
            kind = {"number": "float64", "yes_no": "boolean"}.get(column.type, "object")
            table[name] = table[name].astype(kind)
            for bound in bounds_of(name):
                if bound in table:
                    table[bound] = table[bound].astype("float64")
        return table


def is_once_each(each) -> bool:
    """Whether every number of the criterion is compared once, so that no completion is a contradiction in itself."""
    names = [leaf.column.name for leaf in each.rule.leaves]
    return len(names) == len(set(names))


@pytest.mark.parametrize("key", list(mt.PROTOCOLS))
def test_the_bounds_say_what_every_completion_says(key):
    protocol = mt.PROTOCOLS[key]
    drawn = Drawn(protocol, seed=14)
    verdicts = protocol.verdicts(drawn.table(drawn.rows, protocol)).set_index("patient_id")
    rows, owners = [], []
    for row, possible in zip(drawn.rows, drawn.completions, strict=True):
        for each in protocol.criteria:
            names = [name for name in dict.fromkeys(each.needs) if name in possible]
            if not names:
                continue
            every = list(product(*(possible[name] for name in names)))
            for values in (
                every
                if len(every) <= MOST_COMPLETIONS
                else random.Random(len(rows)).sample(  # noqa: S311
                    every, MOST_COMPLETIONS
                )
            ):
                full = {name: value for name, value in row.items() if not name.endswith(("_min", "_max"))}
                rows.append(full | dict(zip(names, values, strict=True)) | {"patient_id": f"C{len(rows):06}"})
                owners.append((row["patient_id"], each.key, len(every) <= MOST_COMPLETIONS))
    assert rows, "no criterion of this protocol asks about a number"
    completed = protocol.verdicts(drawn.table(rows, protocol))
    found: dict[tuple[str, str, bool], set[str]] = {}
    for place, (patient, criterion, is_all) in enumerate(owners):
        found.setdefault((patient, criterion, is_all), set()).add(completed[criterion].iloc[place])
    seen = set()
    once = {each.key: is_once_each(each) for each in protocol.criteria}
    for (patient, criterion, is_all), words in found.items():
        said = verdicts.loc[patient, criterion]
        seen.add(said)
        if said != "unknown":
            assert words == {said}, (patient, criterion, said, words)
        elif is_all and once[criterion]:
            assert len(words) > 1 or words == {"unknown"}, (patient, criterion, words)
    assert {"met", "not met", "unknown"} <= seen
