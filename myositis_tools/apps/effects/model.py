"""What the app of effects knows: trial, choices, the rows that answer (long: all choices of one app)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.app_model import AppModel
from myositis_tools.apps.call_as_code import call_as_code
from myositis_tools.apps.declared_choices import Choice
from myositis_tools.apps.effects.headline import headline_of
from myositis_tools.apps.patients_beside import with_patients
from myositis_tools.errors import NotFoundError, OptionError, listed
from myositis_tools.figures.trials.effects import effects_frame
from myositis_tools.figures.trials.tipping_point import describe_tipping_point, tipping_point_frame
from myositis_tools.frames import columns, require_columns, to_pandas
from myositis_tools.groups import group_name, names_groups
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies import (
    compare_imputed,
    compare_over_visits,
    compare_prednisone,
    compare_responders,
    compare_scores,
    compare_subgroups,
    impute_measures,
    methods_paragraph,
    tipping_point,
)
from myositis_tools.studies.follow_up.measures import drawable, measure_named, spoken
from myositis_tools.studies.follow_up.schedule import read_schedule, weeks_of_each
from myositis_tools.studies.trials.arms import MISSING_STRATEGIES
from myositis_tools.studies.trials.one_family import RATIO_UNIT
from myositis_tools.studies.trials.rescue import ESTIMANDS, HYPOTHETICAL, TREATMENT_POLICY

SCORE, RESPONDERS, RATIOS, VISITS, PREDNISONE = ESTIMATES = ("score", "responders", "ratios", "visits", "prednisone")
EVERY, IMPUTED = "all", "multiple imputation"
_MOST_WORDS = 8  # a column of more words makes no subgroups
_USUAL_SCORING = ScoreOptions()
_UNITS = {SCORE: "points", RESPONDERS: "percentage points", RATIOS: RATIO_UNIT, VISITS: "points", PREDNISONE: "mg/day"}


_ESTIMATES = {
    SCORE: "score, mean difference",
    RESPONDERS: "responders, difference",
    RATIOS: "ratios: odds, wins",
    VISITS: "score at every visit (one model)",
    PREDNISONE: "daily prednisone",
}


def _week_is_there(model: Any, week: int) -> int:
    if week not in model.weeks:
        raise NotFoundError(f"There is no visit at week {week}.", expected=f"one of {listed(model.weeks)}")
    return week


class EffectsModel(AppModel):
    """The state of the app and its results; it knows no widget.

    Attributes
    ----------
    weeks, levels, estimates, estimands : tuple
        The visits, classes, comparisons and ways to take rescue treatment that can be chosen.
    baselines, subgroups : tuple of str
        The columns that can be adjusted for, and those whose words make subgroups.
    """

    week = Choice(
        "Visit",
        options=lambda model: [(f"week {week}", week) for week in model.weeks],
        begin=lambda model: model.weeks[(len(model.weeks) - 1) // 2],
        check=_week_is_there,
        is_written=True,
    ).of(traitlets.Int())
    estimate = Choice("Comparison", options=lambda model: [(_ESTIMATES[one], one) for one in model.estimates]).of(
        traitlets.Unicode(SCORE)
    )
    level = Choice(
        "Response of at least",
        "radio",
        "Response",
        options=lambda model: [(one, one) for one in model.levels],
        applies=lambda model: model.estimate in (RESPONDERS, RATIOS),
    ).of(traitlets.Unicode("moderate"))
    interval = Choice(
        "Interval of the difference",
        options=(("all, Newcombe's first", EVERY), ("Newcombe", "newcombe"), ("Wald", "wald")),
        about="Newcombe's combines the intervals of the two proportions and holds in small arms. Wald's takes the "
        "difference as normally distributed and is what most publications print.",
        applies=lambda model: model.estimate == RESPONDERS and model.by is None,
    ).of(traitlets.Unicode(EVERY))
    missing = Choice(
        "Missing scores",
        "radio",
        options=(
            ("left out (complete cases)", "complete"),
            ("counted as no response", "non-responder"),
            ("worst case", "worst"),
            ("best case", "best"),
            ("all four of these", EVERY),
            ("multiply imputed", IMPUTED),
        ),
        about="The worst and the best case are bounds: no pattern of missing values gives a difference outside "
        "them. Multiple imputation fills in the missing measures many times from similar patients and takes some "
        "seconds.",
    ).of(traitlets.Unicode("complete"))
    adjust = Choice(
        "Adjusted for",
        "several",
        options=lambda model: [(model.label_of(name), name) for name in model.baselines],
        about="Values at the baseline. Choose them before looking. Ctrl or Cmd chooses several.",
        rows=5,
    ).of(traitlets.Tuple())
    by = Choice(
        "Subgroups",
        options=lambda model: [("no subgroups", None), *((model.label_of(name), name) for name in model.subgroups)],
        about="Subgroups of a trial are small. Only the interaction is tested: whether the difference varies "
        "between subgroups.",
        needs_two=True,
    ).of(traitlets.Unicode(None, allow_none=True))
    estimand = Choice(
        "Rescue treatment",
        options=lambda model: [(one, one) for one in model.estimands],
        about="How patients with rescue treatment before the visit are counted (the estimand).",
        needs_two=True,
    ).of(traitlets.Unicode(TREATMENT_POLICY))
    permutation = Choice("", "check", "Permutation test").of(traitlets.Bool(False))
    imputing = Choice("", "check", "Tipping point").of(traitlets.Bool(False))

    def __init__(
        self,
        visits: Any,
        *,
        patients: Any = None,
        own_data: bool = True,
        group: str = "arm",
        reference: object = None,
        rescue: str | None = None,
        imputations: int = 20,
        seed: int = 0,
        scoring: ScoreOptions = _USUAL_SCORING,
        **choices: Any,
    ) -> None:
        self.group, self.rescue, self.own_data = group, rescue, own_data
        self.reference = None if reference is None else group_name(reference)
        self.imputations, self.seed = imputations, seed
        self.scoring = scoring
        self._own_patients = patients is not None and own_data
        self.visits = self._of_the_trial(to_pandas(visits), patients)
        baseline = scoring.baseline_week
        self.weeks = tuple(int(week) for week in sorted(self.visits["week"].unique()) if week > baseline)
        if not self.weeks:
            raise OptionError(
                "There is no visit after the baseline.",
                where=f"weeks of the visits: {listed(sorted(self.visits['week'].unique()))}",
                expected=f"visits above week {baseline}, at which the arms can be compared",
            )
        self.levels = tuple(one.name for one in classes(scoring.population))[1:]
        self.baselines, self.subgroups = self._columns(baseline)
        self._imputed: dict[Any, Any] = {}
        super().__init__(**choices)

    def _of_the_trial(self, visits: pd.DataFrame, patients: Any) -> pd.DataFrame:
        """The visits of those who are in an arm, with what is known of the patients beside them."""
        require_columns(
            visits,
            ("patient_id", "week", self.group),
            expected="the visits of a trial, with a column that says which arm a patient is in",
        )
        own = _without_dates(visits[visits[self.group].notna()]).reset_index(drop=True)
        own[self.group] = own[self.group].map(group_name)
        self.without_arm = int(visits["patient_id"].nunique() - own["patient_id"].nunique())
        self.sizes = own.groupby(self.group)["patient_id"].nunique().to_dict()
        if own.empty:
            raise OptionError(f"Nobody has an arm in column {self.group}.", expected="patients of two arms at least")
        return own if patients is None else with_patients(own, _without_dates(to_pandas(patients)))

    def _columns(self, baseline: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The columns to adjust for, and those whose words make subgroups."""
        before = self.visits[self.visits["week"] == baseline]
        words = []
        for name in before.columns:
            if name in ("patient_id", "week", self.group, self.rescue) or name in columns("visits"):
                continue
            values = before[name].dropna()
            if names_groups(values) and 1 < values.nunique() <= _MOST_WORDS:
                words.append(str(name))
        numbers = [name for name in drawable() if name in before.columns and before[name].notna().any()]
        return (*numbers, *words), tuple(words)

    # --------------------------------------------------------------------------------------------------- what is asked

    @property
    def estimates(self) -> tuple[str, ...]:
        """What can be compared."""
        has_doses = "prednisone_mg_day" in self.visits.columns
        return tuple(one for one in ESTIMATES if one != PREDNISONE or has_doses)

    @property
    def estimands(self) -> tuple[str, ...]:
        """What can be made of rescue treatment: nothing where it is not known who was given it."""
        return ESTIMANDS if self.rescue else (TREATMENT_POLICY,)

    # ------------------------------------------------------------------------------------------------ what is answered

    def _answer(self) -> None:
        found = self._subgroup_rows() if self.by is not None and self.can_have_subgroups else self._rows()
        tipping = self._tipping_rows() if self.imputing else None
        self.results, self.tipping = found, tipping

    @property
    def can_have_subgroups(self) -> bool:
        """Whether what is compared is shown by subgroups."""
        return self.estimate in (SCORE, RESPONDERS)

    @property
    def _strategies(self) -> tuple[str, ...]:
        return MISSING_STRATEGIES if self.missing == EVERY else (self.missing,)

    def _common(self) -> dict[str, Any]:
        return {"group": self.group, "reference": self.reference, **self.scoring.keywords}

    def _with_rescue(self) -> dict[str, Any]:
        return self._common() | ({"rescue": self.rescue, "estimand": self.estimand} if self.rescue else {})

    def _rows(self) -> pd.DataFrame:
        """The rows of the comparison, of one unit."""
        if self.estimate == VISITS:
            found = compare_over_visits(self.visits, adjust=self.adjust, **self._common())
        elif self.estimate == PREDNISONE:
            found = compare_prednisone(
                self.visits, self.week, **{name: self._common()[name] for name in ("group", "reference")}
            )
        elif self.missing == IMPUTED:
            found = compare_imputed(self.imputed(), self.week, level=self.level, adjust=self.adjust, **self._common())
        elif self.estimate == RESPONDERS:
            found = self._responders()
        elif self.estimate == SCORE:
            found = self._scores()
        else:
            found = pd.concat([self._responders(), self._scores()], ignore_index=True)
        found = to_pandas(found)
        found = found[(found["unit"] == _UNITS[self.estimate]) & found["reference"].notna()]
        if self.estimate == RESPONDERS and self.interval != EVERY:
            found = found[found["method"] == self.interval]
        return found.reset_index(drop=True)

    def _scores(self) -> pd.DataFrame:
        found = to_pandas(
            compare_scores(
                self.visits,
                self.week,
                missing=self._strategies,
                adjust=self.adjust,
                resamples=9999 if self.permutation else 1,
                seed=self.seed,
                **self._with_rescue(),
            )
        )
        return found if self.permutation else found[found["method"] != "permutation"]

    def _responders(self) -> pd.DataFrame:
        return to_pandas(
            compare_responders(
                self.visits, self.week, level=self.level, missing=self._strategies, **self._with_rescue()
            )
        )

    def _subgroup_rows(self) -> pd.DataFrame:
        asked = "mean difference" if self.estimate == SCORE else "difference"
        missing = self.missing if self.missing in MISSING_STRATEGIES else "complete"
        found = compare_subgroups(
            self.visits,
            self.week,
            by=self.by or "",
            estimate=asked,
            level=self.level,
            missing=missing,
            **self._with_rescue(),
        )
        return to_pandas(found)

    def imputed(self) -> Any:
        """The fillings up to the week, made once."""
        seen = weeks_of_each(self.visits[["patient_id", "week"]].to_dict("records"))
        planned = read_schedule(seen, baseline_week=self.scoring.baseline_week)
        weeks = tuple(sorted({int(week) for week in planned.weeks if week <= self.week} | {self.week}))
        rescue = self.rescue if self.estimand == HYPOTHETICAL else None
        if (weeks, rescue) not in self._imputed:
            self._imputed[weeks, rescue] = impute_measures(
                self.visits,
                weeks=weeks,
                group=self.group,
                rescue=rescue,
                imputations=self.imputations,
                seed=self.seed,
                **self.scoring.keywords,
            )
        return self._imputed[weeks, rescue]

    def _tipping_rows(self) -> pd.DataFrame:
        return to_pandas(tipping_point(self.imputed(), self.week, **self._common()))

    def forest(self) -> pd.DataFrame:
        """What the forest draws."""
        return effects_frame(self.results)

    def field(self) -> pd.DataFrame:
        """What the tipping point draws, for the first arm; empty until it is asked for."""
        if self.tipping is None:
            return pd.DataFrame()
        return tipping_point_frame(self.tipping, arm=str(self.tipping["arm"].iloc[0]))

    @property
    def headline(self) -> str:
        """The one sentence that says what is seen, of whom."""
        return headline_of(self)

    @property
    def remark(self) -> str:
        """What else must be said of what is shown."""
        said = []
        if self.estimate in (VISITS, PREDNISONE) and self.missing != "complete":
            said.append("Here missing values are left out, whatever is chosen for missing scores.")
        if self.by is not None and not self.can_have_subgroups:
            said.append("Subgroups are shown for the score and for responders.")
        elif self.by is not None:
            said.append("A subgroup may differ by chance: look at the interaction, and at the number of patients.")
            if self.missing in (EVERY, IMPUTED):
                said.append("Subgroups are shown for complete cases.")
        if self.adjust and self.estimate not in (SCORE, VISITS):
            said.append("Only mean differences are adjusted.")
        if self.rescue and self.estimate in (VISITS, PREDNISONE) and self.estimand != TREATMENT_POLICY:
            said.append("Here results after rescue are used as observed.")
        if self.rescue and self.missing == IMPUTED and self.estimand not in (TREATMENT_POLICY, HYPOTHETICAL):
            said.append("With multiple imputation, rescue is handled as treatment policy or hypothetical only.")
        notes = [text for name in ("because", "caution") if name in self.results for text in self.results[name] if text]
        on_top = self.headline
        sentences = [f"{note[:1].upper()}{note[1:]}." for note in dict.fromkeys(notes)]
        said += [one for one in sentences if one not in on_top]
        return " ".join(said)

    @property
    def tipping_sentence(self) -> str:
        """When the conclusion changes, in words."""
        return describe_tipping_point(self.field()) if self.tipping is not None else ""

    @property
    def methods(self) -> str:
        """The paragraph of methods of what is shown."""
        shown = [self.results] + ([self.tipping] if self.tipping is not None else [])
        return methods_paragraph(*shown)

    def table(self) -> pd.DataFrame:
        """The rows for a person to read."""
        lines = [line for line in self.forest().to_dict("records") if line["kind"] != "heading"]
        return pd.DataFrame(
            {
                "What": [line["label"] or line["text"] for line in lines],
                f"Estimate, {_UNITS[self.estimate]}": [
                    "" if line["kind"] == "interaction" else line["text"] for line in lines
                ],
                "Patients": [line["patients"] for line in lines],
                "Remark": [line["note"] for line in lines],
            }
        )

    def rows(self) -> pd.DataFrame:
        """The rows as they are exported."""
        return self.results

    def tipping_rows(self) -> pd.DataFrame:
        """The rows of the tipping point as they are exported; asking for the file is asking for them."""
        return self._tipping_rows() if self.tipping is None else self.tipping

    def label_of(self, name: str) -> str:
        """A column as a person says it."""
        if name in drawable():
            return measure_named(name).title
        text = spoken(name).replace("_", " ")
        return text[:1].upper() + text[1:]

    # ------------------------------------------------------------------------------------------------------ to go away

    def as_code(self) -> str:
        """The call that reproduces the view."""
        usual = {"group": "arm", "reference": None, "rescue": None, "imputations": 20, "seed": 0}
        given = {name: getattr(self, name) for name in usual if getattr(self, name) != usual[name]}
        kept = self.written() | given | self.scoring.keywords
        tables = ["visits"] * self.own_data + ["patients=patients"] * self._own_patients
        return call_as_code("explore_effects", tables, kept)


def _without_dates(table: pd.DataFrame) -> pd.DataFrame:
    """A table without its dates, which no comparison reads."""
    return table.drop(columns=[name for name in table if pd.api.types.is_datetime64_any_dtype(table[name].dtype)])
