"""What the calculator knows: two visits of one patient, the score, and what can be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.app_model import AppModel
from myositis_tools.apps.calculator.example_patients import XULN, ExamplePatient
from myositis_tools.apps.calculator.score_findings import Findings
from myositis_tools.apps.typed_numbers import text_of_number, typed_number
from myositis_tools.errors import (
    ImpossibleValueError,
    MyositisToolsError,
    OptionError,
    listed,
    nearest,
    require_option,
)
from myositis_tools.frames import Column, columns
from myositis_tools.scores import explain_total_improvement, to_xuln
from myositis_tools.scores.core_set import (
    ENZYME,
    enzyme_instruments,
    measures,
    scale_instruments,
)
from myositis_tools.studies.follow_up.measures import POPULATIONS

BASELINE, NOW = "baseline", "now"
UNITS = (XULN, *(unit for unit in columns("labs")["unit"].words if unit in ("U/L", "ukat/L")))
_OPTIONS = ("population", "mmt", "function", "extramuscular", "enzyme", "enzyme_unit", "upper_limit")
_ARGUMENT = {"mmt": "mmt", "haq": "function", "extramuscular": "extramuscular"}
_PATIENT, _WEEK = "patient", 1


class CalculatorModel(AppModel):
    """The state of the calculator and its results; it knows no widget.

    Attributes
    ----------
    population, mmt, function, extramuscular, enzyme : str
        As in `score_total_improvement`; the enzyme is one.
    enzyme_unit : str
        Multiples of the upper limit, or the laboratory's unit.
    upper_limit : float or None
        The laboratory's upper limit of normal, in its unit.
    baseline, now : dict
        The values by measure; None where there is none.
    """

    CHOICES = (*_OPTIONS, BASELINE, NOW)

    population = traitlets.Unicode("adult")
    mmt = traitlets.Unicode("mmt8_150")
    function = traitlets.Unicode("haq_di")
    extramuscular = traitlets.Unicode("extramuscular_cm")
    enzyme = traitlets.Unicode("ck")
    enzyme_unit = traitlets.Unicode(XULN)
    upper_limit = traitlets.Float(None, allow_none=True)
    baseline = traitlets.Dict()
    now = traitlets.Dict()

    def __init__(
        self,
        cases: Sequence[ExamplePatient] = (),
        *,
        population: str = "adult",
        mmt: str | None = None,
        enzyme: str | None = None,
        baseline: Mapping[str, float | None] | None = None,
        now: Mapping[str, float | None] | None = None,
    ) -> None:
        self.cases, self.place = list(cases), None
        self.problems: dict[tuple[str, str], tuple[str, str]] = {}
        self._typed: dict[tuple[str, str], str] = {}
        given = {BASELINE: dict(baseline or {}), NOW: dict(now or {})}
        named = {name for visit in given.values() for name in visit}
        begin: dict[str, Any] = {"population": population}
        for measure, argument in _ARGUMENT.items():
            chosen = next((one.key for one in self._scales(measure, population) if one.key in named), None)
            begin |= {argument: chosen} if chosen else {}
        followed = next((one.key for one in enzyme_instruments() if one.column.name in named), None)
        begin |= {"enzyme": enzyme or followed or "ck"} | ({"mmt": mmt} if mmt else {})
        super().__init__(**begin)
        places = {column.name: measure for measure, column in self.columns_read().items()}
        for when, visit in given.items():
            for name in visit:
                if name not in places:
                    raise OptionError(
                        f"{when} has a value for {name!r}, which is not read.",
                        expected=f"columns among {listed(places)}",
                        hint=nearest(name, list(places)),
                    )
            begin[when] = {places[name]: value for name, value in visit.items()}
        self.change(**begin)
        self._begin_here()

    # --------------------------------------------------------------------------------------------------- what is asked

    @staticmethod
    def _scales(measure: str, population: str) -> list[Any]:
        return [one for one in scale_instruments(population) if one.measure == measure]

    def options_for(self, argument: str) -> tuple[str, ...]:
        """The columns that an argument can name in this population."""
        if argument == "enzyme":
            return tuple(one.key for one in enzyme_instruments())
        measure = next(name for name, word in _ARGUMENT.items() if word == argument)
        return tuple(one.key for one in self._scales(measure, self.population))

    def columns_read(self) -> dict[str, Column]:
        """The column of the visits that each measure is read from."""
        own = {measure: getattr(self, argument) for measure, argument in _ARGUMENT.items()}
        own[ENZYME] = next(one.column.name for one in enzyme_instruments() if one.key == self.enzyme)
        fixed = {one.measure: one.key for one in scale_instruments(self.population) if one.measure not in own}
        return {measure: columns("visits")[(fixed | own)[measure]] for measure in measures()}

    def unit_of(self, measure: str) -> str:
        """The unit in which a measure is entered."""
        return self.enzyme_unit if measure == ENZYME else self.columns_read()[measure].unit

    def enter(self, when: str, measure: str, text: str) -> None:
        """Take what was typed into a field; what cannot be is kept aside with a sentence, and nothing else changes."""
        try:
            value = self._read(when, measure, text)
        except MyositisToolsError as error:
            self.problems[when, measure] = (text, str(error))
            self.revision += 1
            return
        self.problems.pop((when, measure), None)
        self._typed[when, measure] = text
        before = self.state()
        entered = {"upper_limit": value} if measure == "upper_limit" else {when: {**before[when], measure: value}}
        self.restore(before | entered, keep_problems=True)

    def _read(self, when: str, measure: str, text: str) -> float | None:
        low: float | None
        high: float | None
        if measure == "upper_limit":
            label, low, high, expected = "Upper limit of normal", 0.0, None, "more than 0"
        else:
            column = self.columns_read()[measure]
            label, low, high = f"{column.heading} ({when})", column.minimum, column.maximum
            expected = column.expected if measure != ENZYME else f"0 or more, in {self.enzyme_unit}"
        value = typed_number(text, label=label, expected=expected, highest=high)
        if value is None:
            return None
        below = value < (low or 0.0) or (measure == "upper_limit" and value == 0)
        if below or (high is not None and value > high):
            looks_like = measure != "upper_limit" and column.unit == "cm" and high and 0 < value <= 10 * high
            raise ImpossibleValueError(
                f"{label}: {value:g} is not possible.",
                expected=expected,
                hint="this looks like millimetres; divide by 10" if looks_like else "check the value and its unit",
            )
        return value

    def text_of(self, when: str, measure: str) -> str:
        """What stands in a field: what was typed if it cannot be or says the value, else the value."""
        if (when, measure) in self.problems:
            return self.problems[when, measure][0]
        value = self.upper_limit if measure == "upper_limit" else getattr(self, when).get(measure)
        return text_of_number(value, self._typed.get((when, measure), ""))

    def choose(self, argument: str, value: str) -> None:
        """Change an option; values on another scale, or in another unit, are no longer those values and go."""
        state = self.state() | {argument: value}
        if argument == "population":
            for measure, name in _ARGUMENT.items():
                known = [one.key for one in self._scales(measure, value)]
                if value in POPULATIONS and state[name] not in known:
                    state |= {name: known[0]} | _without(state, measure)
        elif argument == "enzyme_unit":
            state |= _without(state, ENZYME) | {"upper_limit": None}
        else:
            changed = next((name for name, word in _ARGUMENT.items() if word == argument), ENZYME)
            state |= _without(state, changed)
        self.restore(state)

    def begin_with_case(self, place: int) -> None:
        """Take the values of an example as those to begin with, and to come back to."""
        self.try_case(place)
        self._begin_here()

    def try_case(self, place: int) -> None:
        """Take the values of an example."""
        case = self.cases[place]
        self._next_place = place
        self.restore(dict(case.options) | {BASELINE: case.baseline, NOW: case.now})

    place: int | None
    _next_place: int | None = None

    def restore(self, state: Mapping[str, Any], *, keep_problems: bool = False) -> None:
        """Take back what `state` gave, all at once or not at all; what it does not name is as in the beginning."""
        place, self._next_place = self._next_place, None
        if self._take(state) or place is not None:
            self.place = place
        if not keep_problems:
            self.problems = {}
        self._tell()

    def _answer(self) -> None:
        self._check_options()
        for when in (BASELINE, NOW):
            given = getattr(self, when)
            texts = {measure: _typed(given.get(measure)) for measure in measures()}
            setattr(self, when, {name: self._read(when, name, text) for name, text in texts.items()})
        self._score()

    def _check_options(self) -> None:
        require_option("population", self.population, POPULATIONS)
        require_option("enzyme", self.enzyme, self.options_for("enzyme"))
        require_option("enzyme_unit", self.enzyme_unit, UNITS)
        for argument in _ARGUMENT.values():
            require_option(argument, getattr(self, argument), self.options_for(argument))

    def clear(self) -> None:
        """Empty every field; the options stay."""
        self.change(**{BASELINE: {}, NOW: {}})

    # ------------------------------------------------------------------------------------------------ what is answered

    def visits(self) -> pd.DataFrame:
        """The two visits as a table: week 0 is the baseline, week 1 is now."""
        read = self.columns_read()
        rows = {
            column.name: [getattr(self, when).get(measure) for when in (BASELINE, NOW)]
            for measure, column in read.items()
        }
        rows[read[ENZYME].name] = self._enzyme_in_xuln()
        return pd.DataFrame({"patient_id": [_PATIENT] * 2, "week": [0, _WEEK], **rows}).astype(
            dict.fromkeys(rows, "float64")
        )

    def _enzyme_in_xuln(self) -> list[float | None]:
        values = [getattr(self, when).get(ENZYME) for when in (BASELINE, NOW)]
        if self.enzyme_unit == XULN:
            return values
        return list(_in_xuln(self.enzyme, tuple(values), self.enzyme_unit, self.upper_limit))

    def _score_options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"population": self.population, "mmt": self.mmt}
        usual = {"function": "haq_di", "extramuscular": "extramuscular_cm"}
        options |= {name: getattr(self, name) for name, value in usual.items() if getattr(self, name) != value}
        return options

    def _score(self) -> None:
        self.receipt = explain_total_improvement(self.visits(), _PATIENT, _WEEK, **self._score_options())
        given = [getattr(self, when).get(measure) for when in (BASELINE, NOW) for measure in measures()]
        enzyme = [getattr(self, when).get(ENZYME) for when in (BASELINE, NOW)]
        self.findings = Findings(
            self.receipt,
            self.population,
            has_values=any(value is not None for value in given),
            needs_limit=self.enzyme_unit != XULN and self.upper_limit is None and enzyme != [None, None],
        )

    @property
    def headline(self) -> str:
        """The one sentence that says what is seen."""
        return self.findings.headline

    @property
    def example(self) -> ExamplePatient | None:
        """The example that is shown; None once a value of it is changed."""
        return None if self.place is None else self.cases[self.place]

    @property
    def who(self) -> str:
        """Whom the receipt is of; a patient of the user's own is not named in a figure, which may leave."""
        is_public = self.example is not None and self.example.remark  # published or synthetic, and says so
        return self.example.label if self.example is not None and is_public else "This patient"

    # ------------------------------------------------------------------------------------------------------ to go away

    def as_code(self) -> str:
        """A cell that makes the two visits and scores them."""
        read = self.columns_read()
        lines = ["import myositis_tools as mt", "import pandas as pd", ""]
        entered = {measure: [getattr(self, when).get(measure) for when in (BASELINE, NOW)] for measure in measures()}
        if self.enzyme_unit != XULN:
            lines += [
                "labs = pd.DataFrame({",
                f'    "test": {self.enzyme!r}, "value": {entered[ENZYME]}, "unit": {self.enzyme_unit!r},',
                f'    "upper_limit": {self.upper_limit},',
                '}).astype({"value": "float64", "upper_limit": "float64"})',
                "",
            ]
        lines += ["visits = pd.DataFrame({", f'    "patient_id": {[_PATIENT] * 2}, "week": {[0, _WEEK]},']
        for measure, column in read.items():
            converted = measure == ENZYME and self.enzyme_unit != XULN
            lines.append(
                f'    "{column.name}": ' + ('mt.to_xuln(labs)["xuln"],' if converted else f"{entered[measure]},")
            )
        options = "".join(f", {name}={value!r}" for name, value in self._score_options().items())
        numbers = [column.name for column in read.values()]
        lines += [
            f'}}).astype(dict.fromkeys({numbers}, "float64"))',
            "",
            f"scored = mt.score_total_improvement(visits{options})",
            f"receipt = mt.explain_total_improvement(visits, {_PATIENT!r}, {_WEEK}{options})",
            "receipt",
        ]
        return "\n".join(lines)


@lru_cache(maxsize=64)
def _in_xuln(enzyme: str, values: tuple[float | None, ...], unit: str, upper_limit: float | None) -> tuple[float, ...]:
    """The results as multiples of the limit; most strokes of a key change another field."""
    labs = {"test": enzyme, "value": values, "unit": unit, "upper_limit": upper_limit}
    return tuple(to_xuln(pd.DataFrame(labs).astype({"value": "float64", "upper_limit": "float64"}))["xuln"])


def _without(state: Mapping[str, Any], measure: str) -> dict[str, Any]:
    """Both visits without a measure."""
    return {when: {**state[when], measure: None} for when in (BASELINE, NOW)}


def _typed(value: Any) -> str:
    return "" if value is None or value != value else str(value)
