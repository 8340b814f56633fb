"""What a reader of a masked table can work out: its counts as whole numbers, what is shown, and which add up to which.

The relations are written here from what the counts mean, not taken from the code that hides them. A reader knows how
many patients there are, that nought is shown, and in which direction a limit moves the pool.
"""

import re
from collections.abc import Hashable, Iterable, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint, milp

MANY = 10_000
GROUPS = ["kept", "left_out", "undecided"]


class Reader:
    """The numbers that a reader does not see, and what she knows of them."""

    def __init__(self, *, least: int) -> None:
        self.least = least  # of a count that is hidden
        self.bounds: dict[Hashable, tuple[float, float]] = {}
        self.hidden: list[Hashable] = []
        self.rules: list[tuple[dict[Hashable, float], float, float]] = []

    def sees(self, name: Hashable, value: object) -> None:
        if pd.isna(value):
            self.hidden.append(name)
            self.bounds[name] = (self.least, MANY)
        else:
            self.bounds[name] = (value, value)

    def knows(self, of: Mapping[Hashable, float], low: float = 0, high: float = 0) -> None:
        """Some counts, each times a number, lie together between two numbers."""
        for name in of:
            self.bounds.setdefault(name, (0, MANY))  # what no table shows
        self.rules.append((dict(of), low, high))

    def adds_up(self, total: Hashable, parts: Iterable[Hashable]) -> None:
        self.knows({total: -1} | dict.fromkeys(parts, 1))

    def at_most(self, part: Hashable, whole: Hashable) -> None:
        self.knows({part: -1, whole: 1}, 0, MANY)

    def tells(self, asked: int, of: Iterable[Hashable] | None = None) -> dict[Hashable, tuple[int, int]]:
        """The hidden counts that can be told to fewer numbers than are asked for: whole numbers that fit all she knows.

        Each completion that is found speaks for all counts in it, so that few have to be sought for one of them.
        """
        found: dict[Hashable, tuple[int, int]] = {}
        told = {}
        for name in self.hidden if of is None else of:
            for sign in (1, -1):
                low, high = found.get(name, (MANY, 0))
                if high - low + 1 < asked:
                    for one, value in self._completion(name, sign).items():
                        least, most = found.get(one, (value, value))
                        found[one] = (min(least, value), max(most, value))
            low, high = found[name]
            if high - low + 1 < asked:
                told[name] = found[name]
        return told

    def _completion(self, name: Hashable, sign: int) -> dict[Hashable, int]:
        """Numbers for all counts that are linked to one, which is as small, or as large, as it can be."""
        names = self._linked_to(name)
        places = {one: place for place, one in enumerate(names)}
        rules = [rule for rule in self.rules if not places.keys().isdisjoint(rule[0])]
        matrix = np.zeros((len(rules), len(names)))
        low, high = np.zeros(len(rules)), np.zeros(len(rules))
        for row, (of, least, most) in enumerate(rules):
            known = sum(number * self.bounds[one][0] for one, number in of.items() if one not in places)
            for one, number in of.items():
                if one in places:
                    matrix[row, places[one]] = number
            low[row], high[row] = least - known, most - known
        aim = np.zeros(len(names))
        aim[places[name]] = sign
        solved = milp(
            aim,
            constraints=LinearConstraint(matrix, low - 1e-7, high + 1e-7) if rules else (),
            bounds=tuple(np.array([self.bounds[one] for one in names]).T),
            integrality=np.ones(len(names)),
        )
        assert solved.success, (name, solved.message)  # the truth fits
        return {one: round(value) for one, value in zip(names, solved.x, strict=True)}

    def _linked_to(self, name: Hashable) -> list[Hashable]:
        free = {one for one, (low, high) in self.bounds.items() if low < high}
        linked, new = {name}, {name}
        while new:
            new = {one for of, _, _ in self.rules if not new.isdisjoint(of) for one in of if one in free} - linked
            linked |= new
        return sorted(linked, key=str)


def of_attrition(reader: Reader, table: pd.DataFrame, everyone: int | None, unknown: str) -> None:
    rows = table.reset_index(drop=True)
    for place, row in rows.iterrows():
        for name in ("remaining_before", "excluded", "unknown", "remaining_after"):
            reader.sees((place, name), row[name])
        before, excluded, left_open, after = (
            (place, name) for name in ("remaining_before", "excluded", "unknown", "remaining_after")
        )
        reader.adds_up(before, [excluded, after, *([left_open] if unknown == "itself" else [])])
        if unknown != "itself":
            reader.at_most(left_open, excluded if unknown == "worst" else after)
        if place:
            reader.adds_up(before, [(place - 1, "remaining_after")])
    if everyone is not None:
        reader.knows({(0, "remaining_before"): 1}, everyone, everyone)


def of_overlap(reader: Reader, table: pd.DataFrame, everyone: int | None, unknown: str) -> None:
    for place, row in table.reset_index(drop=True).iterrows():
        reader.sees((place, "patients"), row["patients"])
        reader.sees((place, "unknown"), row["unknown"])
        if row["decision"] == "indeterminate" and unknown == "itself":
            reader.adds_up((place, "patients"), [(place, "unknown")])
        reader.at_most((place, "unknown"), (place, "patients"))
    if everyone is not None:
        reader.knows({(place, "patients"): 1 for place in range(len(table))}, everyone, everyone)


def of_influence(reader: Reader, table: pd.DataFrame, everyone: int | None, unknown: str) -> None:
    rows = table.reset_index(drop=True)
    places, criteria = range(len(rows)), range(1, len(rows) + 1)
    for place, row in rows.iterrows():
        counts = ("fails", "unknown", "fails_only_this", "unknown_only_this", "gain_if_dropped")
        for name in counts:
            reader.sees((place, name), row[name])
        fails, left_open, only, open_only, gain = ((place, name) for name in counts)
        reader.at_most(open_only, left_open)
        if unknown == "worst":
            reader.at_most(left_open, fails)
            reader.at_most(open_only, only)
        if unknown == "itself":  # who fails only this and leaves nothing open, and who leaves only this open
            reader.adds_up(gain, [(place, "ready"), open_only])
            reader.at_most((place, "ready"), only)
        else:
            reader.adds_up(gain, [only])
        # of those who fail it, how many fail one criterion, two, three; her part of each is a half, a third
        failing = {number: (place, "fails", number) for number in criteria}
        reader.adds_up(fails, failing.values())
        reader.adds_up(only, [failing[1]])
        if pd.notna(row["share"]):
            reader.knows({name: 1 / number for number, name in failing.items()}, row["share"], row["share"])
        if unknown == "itself":
            waiting = {number: (place, "waits", number) for number in criteria}
            reader.knows({left_open: 1} | dict.fromkeys(waiting.values(), -1), 0, MANY)
            reader.adds_up(open_only, [waiting[1]])
            if pd.notna(row["share_unknown"]):
                share = row["share_unknown"]
                reader.knows({name: 1 / number for number, name in waiting.items()}, share, share)
    kinds = ("fails", "waits") if unknown == "itself" else ("fails",)
    for kind in kinds:
        for number in criteria:
            reader.knows({(kind, number): -number} | {(place, kind, number): 1 for place in places})
            for place in places:
                reader.at_most((place, kind, number), (kind, number))
    if everyone is None:
        return
    together = [(kind, number) for kind in kinds for number in criteria]
    reader.knows(dict.fromkeys(together, 1), 0, everyone)
    alone = ("fails_only_this",) if unknown == "worst" else ("fails_only_this", "unknown_only_this")
    for place in places:
        others = {(other, name): 1 for other in places if other != place for name in alone}
        reader.knows({(place, "fails"): 1} | others, 0, everyone)
        if unknown != "worst":
            open_alone = {cell: 1 for cell in others if cell[1] == "unknown_only_this"}
            reader.knows({(place, "fails"): 1, (place, "unknown"): 1} | open_alone, 0, everyone)


def of_next_measurements(reader: Reader, table: pd.DataFrame, everyone: int | None, unknown: str) -> None:
    order = ("missing", "open_for", "may_settle", "settles_alone")
    for place, row in table.reset_index(drop=True).iterrows():
        for name in (*order, "may_make_eligible"):
            reader.sees((place, name), row[name])
        for whole, part in pairwise(order):
            reader.at_most((place, part), (place, whole))
        reader.at_most((place, "may_make_eligible"), (place, "may_settle"))
        if unknown != "itself":  # then any value settles
            reader.adds_up((place, "may_settle"), [(place, "settles_alone")])
        if everyone is not None:
            reader.knows({(place, "missing"): 1}, 0, everyone)


def of_sensitivity(reader: Reader, table: pd.DataFrame, everyone: int | None, *, order: list[int] | None) -> None:
    """In the order of its values from tight to loose, for a reader who knows that a looser limit lets more in."""
    words = ("eligible", "indeterminate", "ineligible")
    for place, row in table.reset_index(drop=True).iterrows():
        for word in words:
            reader.sees((place, word), row[word])
        if everyone is not None:
            reader.knows({(place, word): 1 for word in words}, everyone, everyone)
    for tight, loose in pairwise(order or []):
        for word in words[:2]:
            reader.at_most((tight, word), (loose, word))
        reader.at_most((loose, "ineligible"), (tight, "ineligible"))


def of_case_mix(reader: Reader, table: pd.DataFrame, everyone: int | None, *, below: int) -> None:
    rows = table.reset_index(drop=True)
    for place, row in rows.iterrows():
        for group in GROUPS:
            reader.sees((place, group), row[group])
    if everyone is not None:
        reader.knows({(0, group): 1 for group in GROUPS}, everyone, everyone)
    for _, own in rows.iloc[1:].groupby("column", sort=False):
        for group in GROUPS:
            reader.adds_up((0, group), [(place, group) for place in own.index])
        for group in GROUPS[:2]:
            recorded = {(0, group): 1, (own.index[-1], group): -1}
            for place, row in own.iterrows():
                if pd.notna(row[f"{group}_percent"]):
                    share = row[f"{group}_percent"] / 100
                    of = {(0, group): 1} if row["level"] == "not recorded" else recorded
                    told = {(place, group): -1.0}
                    for name, number in of.items():
                        told[name] = told.get(name, 0) + share * number
                    reader.knows(told)
                if pd.notna(row[f"{group}_median"]) and pd.isna(row[group]):
                    reader.knows({(place, group): 1}, below, MANY)
    for _, row in rows[rows["difference"].notna()].iterrows():  # with one share it tells the other
        shown = "percent" if row["level"] else "median"
        assert row[[f"kept_{shown}", f"left_out_{shown}"]].notna().all()


def of_bars(reader: Reader, frame: pd.DataFrame, everyone: int) -> None:
    """How many are in each state at each visit; whoever is in a group is in one of them, and goes from one to one."""
    bars, flows = (frame[frame["part"] == part] for part in ("class", "flow"))
    for (group, week), own in bars.groupby(["group", "week"], sort=False):
        for row in own.itertuples():
            reader.sees((group, week, row.shown), row.patients)
        reader.adds_up(group, [(group, week, state) for state in own["shown"]])
    for row in bars.drop_duplicates("group").itertuples():
        reader.sees(row.group, row.of)
    left_out = int(frame.loc[frame["part"] == "left out", "patients"].sum())
    reader.knows(dict.fromkeys(bars["group"], 1), everyone - left_out, everyone - left_out)
    for row in flows.dropna(subset=["shown"]).itertuples():
        reader.sees(row[1:7], row.patients)
    for names in (["group", "week", "shown"], ["group", "next_week", "next_shown"]):
        for bar, own in flows.dropna(subset=["shown"]).groupby(names, sort=False):
            reader.adds_up(bar, [row[1:7] for row in own.itertuples()])


def of_ways(reader: Reader, frame: pd.DataFrame, group: str, week: int, following: int) -> None:
    """Who went from which state to which between two visits, of which only the states at both are counted."""
    bars = frame[(frame["part"] == "class") & (frame["group"] == group)]
    here, there = (bars[bars["week"] == at] for at in (week, following))
    for own in (here, there):
        for row in own.itertuples():
            reader.sees((row.week, row.shown), row.patients)
    for state in here["shown"]:
        reader.adds_up((week, state), [(state, other) for other in there["shown"]])
    for other in there["shown"]:
        reader.adds_up((following, other), [(state, other) for state in here["shown"]])
    size = bars["of"].iloc[0]
    if pd.notna(size):
        reader.knows({(week, state): 1 for state in here["shown"]}, size, size)


def of_report(reader: Reader, report: object, *, below: int) -> None:
    """All that a masked report prints about a cohort: a group has one size, wherever it stands."""
    tables = {one.caption: one.frame for section in report.sections for one in section.shown}
    [flow] = [frame for caption, frame in tables.items() if caption.startswith("The criteria in order")]
    [mix] = [frame for caption, frame in tables.items() if caption.startswith("Numbers are the median")]
    printed = dict(zip(("everyone", "kept", "undecided", "left_out"), _NUMBER.findall(report.headline), strict=False))
    everyone = _count(printed["everyone"])
    for name in GROUPS:
        reader.sees(name, _count(printed[name]))
    steps = flow.reset_index(drop=True)
    for place, row in steps.iterrows():
        for name in ("Before", "Excluded or unknown", "After"):
            reader.sees((place, name), _count(row[name]))
        reader.adds_up((place, "Before"), [(place, "Excluded or unknown"), (place, "After")])
        if place:
            reader.adds_up((place, "Before"), [(place - 1, "After")])
    reader.adds_up((len(steps) - 1, "After"), ["kept"])
    if everyone is not None:
        reader.knows({(0, "Before"): 1}, everyone, everyone)
        reader.knows(dict.fromkeys(GROUPS, 1), everyone, everyone)
    headings = dict(zip(("Fits", "Does not fit", "Undecided"), ("kept", "left_out", "undecided"), strict=True))
    mix = mix.assign(column=mix["Characteristic"].str.replace(r" \(.*| – .*", "", regex=True))
    for heading, group in headings.items():
        assert _count(mix[heading].iloc[0]) == _count(printed[group])
    for column, own in mix.iloc[1:].groupby("column", sort=False):
        missing = next((place for place, name in own["Characteristic"].items() if name.endswith("not recorded")), None)
        for heading, group in headings.items():
            for place, cell in own[heading].items():
                reader.sees((place, group), _count(cell))
            reader.adds_up(group, [(place, group) for place in own.index])
            for place, cell in own[heading].items():
                if percent := re.search(r"\((\d+) %\)", cell):
                    of = {group: 1} | ({(missing, group): -1} if missing not in (None, place) else {})
                    for least, end in ((-MANY * 100, 0.5), (0, -0.5)):
                        share = int(percent[1]) + end
                        told = {(place, group): 100.0}
                        for name, number in of.items():
                            told[name] = told.get(name, 0) - share * number
                        reader.knows(told, least, MANY * 100 if least == 0 else 0)
                if cell.endswith("hidden") and cell != "hidden":
                    reader.knows({(place, group): 1}, below, MANY)
        assert column


def of_classes(reader: Reader, classes: pd.DataFrame, sizes: Mapping[str, int]) -> None:
    """The classes of a masked report; whoever is in a group has one of them, or was not seen."""
    names = [name for name in classes if name not in ("Week", "Arm")]
    for place, row in classes.reset_index(drop=True).iterrows():
        for name in names:
            reader.sees((place, name), _count(row[name]))
        reader.knows({(place, name): 1 for name in names}, sizes[row["Arm"]], sizes[row["Arm"]])


_NUMBER = re.compile(r"\b(hidden|\d+)\b")


def _count(cell: str) -> int | None:
    """The count in a cell: alone, before a percentage, or after *n*."""
    found = re.search(r"n\s=\s(\d+)$|^(\d+)(?: \(\d+ %\))?$", cell)
    return int(found[1] or found[2]) if found else None
