"""What the design app knows: which trials are asked about, what is known of their power, and what must be simulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.app_model import AppModel
from myositis_tools.apps.call_as_code import call_as_code
from myositis_tools.apps.declared_choices import Choice, as_given
from myositis_tools.errors import OptionError, require_option
from myositis_tools.figures.trials.power import EFFECT, SIZE, power_frame
from myositis_tools.sample import TrialAssumptions, load_power
from myositis_tools.scores.core_set import classes
from myositis_tools.studies import power_over
from myositis_tools.studies.design.power_grid import DROP_OUT, EFFECTS, SEED, SIZES, TRIALS, WEEK
from myositis_tools.studies.design.trial_simulation import (
    CARRIED_FORWARD,
    CAUTIONS,
    ENDPOINTS,
    LEFT_OUT,
    MEAN,
    MISSING,
    NO_IMPROVEMENT,
    RESPONDER,
    TIME_TO,
    check_options,
)

BY_SIZE, BY_EFFECT, BY_ENDPOINT = "size", "effect", "endpoints"
PICTURES = (BY_SIZE, BY_EFFECT, BY_ENDPOINT)
FIRST_LOOK = 200  # trials of a scenario that nobody has simulated, before anything is asked for
ALPHA, TARGET = 0.05, 0.8  # customs of trials, to begin with; both are asked for

Scenario = tuple[Any, ...]
_KEY = ("drop_out", "visit_weeks", EFFECT, SIZE, "endpoint", "level", "week", "missing", "alpha")


_LEVELS = tuple(one.name for one in classes("adult"))[1:]
_TRIALS = (1000, 5000, 20000)


class DesignModel(AppModel):
    """The state of the app and its results; it knows no widget.

    Attributes
    ----------
    sizes, effects : tuple
        Patients per arm and multiples of the assumed difference, which the sliders reach.
    """

    endpoint = Choice(
        "Endpoint",
        options=(
            ("mean Total Improvement Score", MEAN),
            ("proportion of responders", RESPONDER),
            ("time to response", TIME_TO),
        ),
        about="Means are compared by Welch's t test, responders by Fisher's exact test, times by the log-rank test.",
    ).of(traitlets.Unicode(MEAN))
    level = Choice(
        "Response that counts",
        title="Response",
        options=[(one if one == _LEVELS[-1] else f"at least {one}", one) for one in _LEVELS],
        about="The lowest response category that counts; the mean needs none.",
        applies=lambda model: model.endpoint != MEAN,
    ).of(traitlets.Unicode("moderate"))
    week = Choice(
        "Visit of the endpoint",
        title="Week",
        options=lambda model: [(f"week {week}", week) for week in model.weeks],
        check=as_given,
    ).of(traitlets.Int(WEEK))
    patients_per_arm = Choice(
        "Patients per arm",
        "stops",
        options=lambda model: [(str(size), size) for size in model.sizes],
        check=as_given,
    ).of(traitlets.Int(24))
    effect = Choice(
        "Difference between the arms",
        "stops",
        "Difference",
        options=lambda model: [(f"{effect:g} ×", effect) for effect in model.effects],
        unit="× the assumed",
        about="A multiple of the assumed difference between the arms. At 0 both arms respond alike, and every "
        "significant result is due to chance.",
        check=as_given,
    ).of(traitlets.Float(1.0))
    drop_out = Choice(
        "Drop-out",
        "radio",
        options=[(name, name) for name in DROP_OUT],
        about="A multiple of the assumed probability of being lost at a visit.",
    ).of(traitlets.Unicode("as assumed"))
    visit_weeks = Choice(
        "Visits",
        "text",
        "Visits",
        unit="weeks",
        about="Weeks of all visits, the baseline (0) first. They affect the time to response and drop-out.",
        begin=lambda model: model.assumptions.visit_weeks,
        take=lambda model, text: model.plan_visits(text),
        write=lambda weeks: ", ".join(str(week) for week in weeks),
    ).of(traitlets.Tuple())
    missing = Choice(
        "Missing scores",
        "radio",
        options=(
            ("left out", LEFT_OUT),
            ("counted as not improved", NO_IMPROVEMENT),
            ("last known carried forward", CARRIED_FORWARD),
        ),
        about="How a patient without a score at the visit of the endpoint is counted.",
    ).of(traitlets.Unicode(MISSING[0]))
    alpha = Choice(
        "Significance level (alpha), two-sided",
        "number",
        "Alpha",
        bounds=(0.001, 0.5, 0.005),
        about="A trial is significant if its p value is below this.",
    ).of(traitlets.Float(ALPHA))
    target = Choice(
        "Target power",
        "number",
        bounds=(0.01, 0.99, 0.05),
        about="Power is the probability that a trial finds a difference that is there. The target is drawn as a line.",
    ).of(traitlets.Float(TARGET))
    trials = Choice(
        "Simulated trials",
        title="Trials",
        options=lambda model: [(f"{count:,}", count) for count in sorted({*_TRIALS, model.trials})],
        unit="for each point",
        about="More trials make the result more precise: four times as many halve the band.",
        check=as_given,
    ).of(traitlets.Int(TRIALS))
    picture = Choice(kind=None, options=[(one, one) for one in PICTURES]).of(traitlets.Unicode(BY_SIZE))

    def __init__(
        self, assumptions: TrialAssumptions | None = None, *, seed: int = SEED, progress: Any = None, **choices: Any
    ) -> None:
        sample = TrialAssumptions.of_sample()
        self.assumptions = sample if assumptions is None else assumptions
        self.own_assumptions = self.assumptions != sample
        self.seed = seed
        self._known = {} if self.own_assumptions else _worked_out(sample.visit_weeks)
        self.sizes = tuple(sorted({*SIZES, self._beginning(SIZE, choices)}))
        self.effects = tuple(sorted({*EFFECTS, self._beginning(EFFECT, choices)}))
        super().__init__(**choices)
        self._first_look(progress)

    # --------------------------------------------------------------------------------------------------- what is asked

    def _answer(self) -> None:
        """Refuse what cannot be simulated; what it comes to is worked out when it is asked for."""
        assumed = self._assumed(self.drop_out, self.visit_weeks).with_effect(self.effect)
        size, level = self.patients_per_arm, self.level
        check_options(assumed, size, self.trials, self.seed, self.endpoint, level, self.week, self.alpha, self.missing)
        if not 0 < self.target < 1:
            raise OptionError(f"target={self.target!r} is not possible.", expected="a proportion between 0 and 1")

    def _assumed(self, drop_out: str, visit_weeks: Sequence[int]) -> TrialAssumptions:
        require_option("drop_out", drop_out, tuple(DROP_OUT))
        return self.assumptions.but(visit_weeks=visit_weeks).with_drop_out(DROP_OUT[drop_out])

    @property
    def weeks(self) -> tuple[int, ...]:
        """The visits at which an endpoint can be taken."""
        return self.visit_weeks[1:]

    def plan_visits(self, text: str) -> None:
        """Take the visits as a person writes them; an endpoint at a visit that is gone moves to the last one."""
        try:
            weeks = tuple(int(part) for part in text.replace(",", " ").split())
        except ValueError as error:
            raise OptionError(
                f"{text!r} is not a list of weeks.",
                expected="whole numbers with commas between them",
                hint="such as 0, 4, 8, 12",
            ) from error
        week = self.week if self.week in weeks[1:] else weeks[-1] if weeks else self.week
        self.change(visit_weeks=weeks, week=week)

    # ------------------------------------------------------------------------------------------------ what is simulated

    def _scenario(self, **changes: Any) -> Scenario:
        one = {name: getattr(self, name) for name in _KEY} | changes
        one["level"] = "" if one["endpoint"] == MEAN else one["level"]
        return tuple(one[name] for name in _KEY)

    def _drawn(self) -> list[Scenario]:
        """The scenarios of the picture in sight."""
        sizes = sorted({*self.sizes, self.patients_per_arm})
        if self.picture == BY_SIZE:
            return [self._scenario(effect=effect, patients_per_arm=size) for effect in self._two() for size in sizes]
        if self.picture == BY_EFFECT:
            return [self._scenario(effect=effect) for effect in sorted({*self.effects, self.effect})]
        return [self._scenario(endpoint=endpoint, patients_per_arm=size) for endpoint in ENDPOINTS for size in sizes]

    def _two(self) -> list[float]:
        """The effect that is chosen, and none: what is significant then is an error."""
        return list(dict.fromkeys((self.effect, 0.0)))

    def _wanted(self) -> list[Scenario]:
        chosen = [self._scenario(effect=effect) for effect in self._two()]
        return list(dict.fromkeys([*chosen, *self._drawn()]))

    @property
    def waiting(self) -> list[Scenario]:
        """The scenarios of the picture that are not known from as many trials as are asked for."""
        return [one for one in self._wanted() if one not in self._known or self._known[one]["trials"] < self.trials]

    def simulate(self) -> Iterator[tuple[int, int]]:
        """Simulate what is waiting, one scenario a step: give how many are done, of how many."""
        waiting, trials = self.waiting, self.trials
        for done, scenario in enumerate(waiting):
            yield done, len(waiting)
            self._known[scenario] = self._one(scenario, trials)
        yield len(waiting), len(waiting)

    def _first_look(self, progress: Any) -> None:
        unknown = [one for one in self._wanted() if one not in self._known]
        for done, scenario in enumerate(unknown):
            if progress is not None:
                progress(done, len(unknown))
            self._known[scenario] = self._one(scenario, FIRST_LOOK)

    def _one(self, scenario: Scenario, trials: int) -> dict[str, Any]:
        one = dict(zip(_KEY, scenario, strict=True))
        found = power_over(
            {one["drop_out"]: self._assumed(one["drop_out"], one["visit_weeks"])},
            patients_per_arm=[one[SIZE]],
            effects=[one[EFFECT]],
            endpoints=[one["endpoint"]],
            level=one["level"] or self.level,
            week=one["week"],
            alpha=one["alpha"],
            missing=one["missing"],
            trials=trials,
            seed=self.seed,
        )
        return found.iloc[0].to_dict()

    # ------------------------------------------------------------------------------------------------ what is answered

    def power(self) -> pd.DataFrame:
        """What is known of the scenarios of the picture: as `power_over` gives it."""
        return pd.DataFrame([self._known[one] for one in self._drawn() if one in self._known])

    def drawn(self) -> pd.DataFrame:
        """What the picture draws; empty if nothing of it is known."""
        known = self.power()
        return power_frame(known, over=self.over) if len(known) else known

    @property
    def over(self) -> str:
        """What runs along the axis of the picture."""
        return EFFECT if self.picture == BY_EFFECT else SIZE

    @property
    def chosen_place(self) -> float:
        """Where on that axis the trial stands that is chosen."""
        return self.effect if self.picture == BY_EFFECT else float(self.patients_per_arm)

    @property
    def endpoint_in_words(self) -> str:
        """The endpoint as a person says it."""
        level = f"{self.level} response" if self.level == _LEVELS[-1] else f"at least {self.level} response"
        return {
            MEAN: f"mean Total Improvement Score at week {self.week}",
            RESPONDER: f"{level} at week {self.week}",
            TIME_TO: f"time to {level}, followed to week {self.week}",
        }[self.endpoint]

    @property
    def headline(self) -> str:
        """The one sentence that says what is seen."""
        trial = f"{self.patients_per_arm} patients per arm, {_effect_in_words(self.effect)}, {self.endpoint_in_words}"
        known = self._known.get(self._scenario())
        if known is None:
            return f"{trial}: not simulated yet. Press Simulate."
        share = "a false positive" if self.effect == 0 else "a significant result"
        return f"{trial}: {share} in {_interval(known)} of {int(known['trials']):,} simulated trials.{self._enough()}"

    def _enough(self) -> str:
        """Which size reaches the power that is wanted, as far as it was simulated."""
        if self.effect == 0:
            return ""
        scenarios = {
            size: self._scenario(patients_per_arm=size) for size in sorted({*self.sizes, self.patients_per_arm})
        }
        sizes = {size: self._known[one]["power"] for size, one in scenarios.items() if one in self._known}
        reached = [size for size, power in sizes.items() if power >= self.target]
        if not sizes:
            return ""
        if not reached:
            return f" A power of {100 * self.target:.0f} % is not reached with up to {max(sizes)} patients per arm."
        below = [size for size in sizes if size < reached[0]]
        between = f"with between {below[-1]} and {reached[0]}" if below else f"with {reached[0]} or fewer"
        return f" A power of {100 * self.target:.0f} % is reached {between} patients per arm."

    @property
    def remark(self) -> str:
        """What else must be said of it."""
        parts = []
        none, known = self._known.get(self._scenario(effect=0.0)), self._known.get(self._scenario())
        if none is not None:
            parts.append(
                f"Without any difference between the arms, {_interval(none)} of trials are significant by chance."
            )
        if known is not None:
            analysed = f"{100 * known['share_analysed']:.0f} % of patients are analysed on average"
            test = f"{known['analysis'][0].upper()}{known['analysis'][1:]}"
            parts.append(f"{test}, two-sided, alpha {self.alpha:g}; {analysed}.")
            parts += [f"{CAUTIONS[known['analysis']]}."] if known["analysis"] in CAUTIONS else []
            parts.append("The range is the uncertainty from the number of simulated trials, not from the assumptions.")
        parts.append("The result follows from the assumptions, most of them invented; it is not a forecast.")
        return " ".join(parts)

    def numbers(self) -> pd.DataFrame:
        """The scenarios of the picture, for a person to read."""
        known = self.power()
        if known.empty:
            return pd.DataFrame({"Patients per arm": []})
        levels = [f", {level}" if level else "" for level in known["level"]]
        table = pd.DataFrame({"Patients per arm": known[SIZE], "Effect ×": known[EFFECT]})
        table["Endpoint"] = known["endpoint"].str.replace("_", " ") + levels
        table["Power %"] = (100 * known["power"]).round(1)
        table["95 % from"], table["to"] = (100 * known["low"]).round(1), (100 * known["high"]).round(1)
        table["Simulated trials"] = known["trials"].astype(int)
        table["Analysed %"] = (100 * known["share_analysed"]).round(1)
        shares = (known["endpoint"] != MEAN).map({True: 100.0, False: 1.0})
        for heading, name in (("Treated", "treated"), ("Control", "control")):
            table[f"{heading}, mean or %"] = (known[name] * shares).round(1)
        return table

    def assumed(self) -> pd.DataFrame:
        """Every number that the trials are drawn from, for a person to read."""
        frame = self._assumed(self.drop_out, self.visit_weeks).with_effect(self.effect).frame()
        table = frame.assign(assumption=frame["assumption"].str.replace("_", " "), of=frame["of"].str.replace("_", " "))
        table["value"] = [f"{number:.4g}" for number in table["value"]]
        headings = {"assumption": "Assumption", "of": "Of", "value": "Value", "unit": "Unit", "source": "Source"}
        return table[list(headings)].rename(columns=headings)

    def as_code(self) -> str:
        """The call that reproduces the view."""
        kept = self.written() | ({"seed": self.seed} if self.seed != SEED else {})
        return call_as_code("explore_design", ["assumptions=assumptions"] * self.own_assumptions, kept)


def _worked_out(visit_weeks: tuple[int, ...]) -> dict[Scenario, dict[str, Any]]:
    found = {}
    for row in load_power().to_dict("records"):
        one = row | {"drop_out": row["assumptions"], "visit_weeks": visit_weeks}
        found[tuple(one[name] for name in _KEY)] = row
    return found


def _effect_in_words(effect: float) -> str:
    if effect == 0:
        return "no difference between the arms"
    return "the difference as assumed" if effect == 1 else f"{effect:g} times the assumed difference"


def _interval(known: Mapping[str, Any]) -> str:
    power, low, high = (f"{100 * known[name]:.0f}" for name in ("power", "low", "high"))
    return f"{power} % ({low} to {high} %)"
