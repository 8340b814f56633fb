"""What the trajectory app knows: the visits with their score, what is asked of them, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.fastest_engine import on_the_fastest
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError, listed, nearest, require_option
from myositis_tools.figures.measures import as_pandas, checked_visits, drawable, known_numbers, measure_named, spoken
from myositis_tools.figures.patient_profile import arrange_profile, chosen_columns
from myositis_tools.figures.theme import GROUP_COLOURS
from myositis_tools.figures.total_improvement import arrange_points
from myositis_tools.figures.trajectories import (
    RESPONSE,
    SCALES,
    SHOWN,
    SUMMARIES,
    arrange_trajectories,
    describe_trajectories,
    groups_of,
    require_scale,
)
from myositis_tools.frames import columns
from myositis_tools.scores import score_total_improvement
from myositis_tools.scores.core_set import scale_instruments
from myositis_tools.scores.improvement import ADDED

CHOICES = ("measure", "group", "scale", "show", "summary", "weeks", "patient_id")


class TrajectoriesModel(traitlets.HasTraits):
    """The state of the app and its results; it knows no widget.

    Attributes
    ----------
    measure : str
        The column that is drawn.
    group : str or None
        The column that makes the groups, ``response``, or None.
    scale, show, summary : str
        As in `trajectory_frame`.
    weeks : tuple of int
        The visits shown.
    patient_id : str or None
        The chosen patient.
    revision : int
        Goes up when something has changed; watch it to know when to draw.
    """

    measure = traitlets.Unicode()
    group = traitlets.Unicode(None, allow_none=True)
    scale = traitlets.Unicode("measured")
    show = traitlets.Unicode("both")
    summary = traitlets.Unicode("median")
    weeks = traitlets.Tuple()
    patient_id = traitlets.Unicode(None, allow_none=True)
    revision = traitlets.Int(0)

    def __init__(
        self,
        visits: Any,
        *,
        patients: Any = None,
        own_data: bool = True,
        baseline_week: int = 0,
        score_options: Mapping[str, Any] | None = None,
        **choices: Any,
    ) -> None:
        self.baseline_week, self.own_data = baseline_week, own_data
        self.score_options = dict(score_options or {})
        self._own_patients = patients is not None and own_data
        self.visits = self._score(as_pandas(visits), patients)
        self.planned_weeks = tuple(sorted(int(week) for week in self.visits["week"].unique()))
        seen = self.visits["patient_id"].value_counts(sort=False)
        self.followed = seen.index[seen > 1].to_list()
        self.ids = [*self.followed, *seen.index[seen == 1]]  # those with something to follow come first
        self.measures = self._find_measures()
        self._groups = self._find_groups()
        self._history: list[dict[str, Any]] = []
        super().__init__(**self._begin_with(choices))
        self._start = self.state()
        self._update()
        self._remember()
        self.observe(self._changed, names=list(CHOICES))

    def _score(self, visits: pd.DataFrame, patients: Any) -> pd.DataFrame:
        """Check the visits, score them if they can be scored, and put what is known of the patients beside them."""
        self.why_no_score = ""
        clean = checked_visits(visits, known_numbers(visits))
        others = [name for name in visits.columns if name not in clean.columns]
        clean = pd.concat([clean, visits[others].reset_index(drop=True)], axis=1)
        try:
            scored = _quickly_scored(clean, self.baseline_week, self.score_options)
            clean = pd.concat([clean.drop(columns=list(ADDED), errors="ignore"), scored[list(ADDED)]], axis=1)
        except MissingColumnError as error:
            self.why_no_score = error.what
            clean = clean.drop(columns=list(ADDED), errors="ignore")
        if patients is None:
            return clean
        table = as_pandas(patients)
        if "patient_id" not in table.columns:
            raise MissingColumnError(
                "The patients table has no column patient_id.",
                where=f"columns present: {listed(table.columns)}",
                expected="patient_id, the same names as in the visits",
            )
        known = table.assign(patient_id=table["patient_id"].astype(str)).drop_duplicates("patient_id")
        brought = [name for name in known.columns if name not in clean.columns]
        places = pd.Index(known["patient_id"]).get_indexer(clean["patient_id"])
        beside = known[brought].reset_index(drop=True).reindex(places).reset_index(drop=True)
        return pd.concat([clean, beside], axis=1)

    def _find_measures(self) -> tuple[str, ...]:
        return tuple(
            name
            for name in drawable()
            if name in self.visits.columns
            and pd.api.types.is_numeric_dtype(self.visits[name])
            and self.visits[name].notna().any()
            and not name.startswith("change_")
        )

    def _find_groups(self) -> dict[str, pd.Series]:
        """The columns that make a few groups of those who were followed."""
        own = self.visits[self.visits["patient_id"].isin(self.followed)]
        found = {}
        for name in self.visits.columns:
            if name in (*columns("visits"), *ADDED) and name not in ("arm", RESPONSE):
                continue
            values = own[name].dropna()
            is_word = not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)
            if is_word and 0 < values.nunique() < len(GROUP_COLOURS):
                try:
                    found[str(name)] = groups_of(own, name)
                except OptionError:
                    continue  # it changes from visit to visit
        return found

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns that can be grouped by."""
        return tuple(self._groups)

    def _begin_with(self, choices: dict[str, Any]) -> dict[str, Any]:
        strength = [one.key for one in scale_instruments("juvenile") if one.measure == "mmt"]
        first = next((name for name in strength if name in self.measures), self.measures[0] if self.measures else "")
        begin = dict(choices)
        begin["measure"] = begin.get("measure") or first
        if begin.get("group") == "arm" and "arm" not in self._groups:
            begin["group"] = None
        begin["weeks"] = self.planned_weeks if begin.get("weeks") is None else tuple(begin["weeks"])
        if begin.get("patient_id") is None and self.followed:
            begin["patient_id"] = self.followed[0]
        return begin

    # --------------------------------------------------------------------------------------------------- what is asked

    @traitlets.validate("measure")
    def _measure_is_there(self, proposal: dict[str, Any]) -> str:
        name = proposal["value"]
        if self.measures and name not in self.measures:
            measure_named(name)
            raise OptionError(
                f"There is nothing to draw of {name}.",
                where=self.why_no_score,
                expected=f"one of {listed(self.measures, most=30)}",
            )
        return name

    @traitlets.validate("group")
    def _group_is_there(self, proposal: dict[str, Any]) -> str | None:
        if proposal["value"] is not None:
            require_option("group", proposal["value"], self.groups)
        return proposal["value"]

    @traitlets.validate("scale", "show", "summary")
    def _word_is_known(self, proposal: dict[str, Any]) -> str:
        name = proposal["trait"].name
        require_option(name, proposal["value"], {"scale": SCALES, "show": SHOWN, "summary": SUMMARIES}[name])
        return proposal["value"]

    @traitlets.validate("weeks")
    def _weeks_are_planned(self, proposal: dict[str, Any]) -> tuple[int, ...]:
        chosen = set(proposal["value"])
        strange = sorted(chosen - set(self.planned_weeks))
        if strange or (self.planned_weeks and not chosen):
            raise OptionError(
                f"There is no visit at week {listed(strange)}." if strange else "No visit is chosen.",
                expected=f"weeks among {listed(self.planned_weeks, most=30)}",
                hint="choose at least one visit",
            )
        return tuple(week for week in self.planned_weeks if week in chosen)

    @traitlets.validate("patient_id")
    def _patient_exists(self, proposal: dict[str, Any]) -> str | None:
        name = proposal["value"]
        if name is not None and name not in self.ids:
            raise NotFoundError(
                f"There is no patient {name!r}.", expected=listed(self.ids, most=5), hint=nearest(name, self.ids)
            )
        return name

    @property
    def possible_scales(self) -> tuple[str, ...]:
        """The scales that the measure can be drawn on."""
        return tuple(scale for scale in SCALES if self._fits(self.measure, scale))

    def _fits(self, measure: str, scale: str) -> bool:
        try:
            require_scale(measure_named(measure), scale)
        except OptionError:
            return False
        return True

    def choose_measure(self, name: str) -> None:
        """Change the measure; a scale that it cannot be drawn on gives way to *as measured*."""
        scale = self.scale if name not in self.measures or self._fits(name, self.scale) else "measured"
        self.restore(self.state() | {"measure": name, "scale": scale})

    def state(self) -> dict[str, Any]:
        """Everything chosen, as plain values that `restore` takes back."""
        return {name: getattr(self, name) for name in CHOICES} | {"weeks": list(self.weeks)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave, all at once or not at all; what it does not name is as in the beginning."""
        before, wanted = self.state(), self._start | {name: state[name] for name in CHOICES if name in state}
        self._held = True
        try:
            for name in CHOICES:
                setattr(self, name, tuple(wanted[name]) if name == "weeks" else wanted[name])
            require_scale(measure_named(self.measure), self.scale)
        except Exception:
            for name in CHOICES:
                setattr(self, name, before[name])
            raise
        finally:
            self._held = False
        if self.state() != before:
            self._changed({"name": ""})

    _held = False

    def reset(self) -> None:
        """Back to the beginning; the chosen patient stays."""
        self.restore({"patient_id": self.patient_id})

    def undo(self) -> None:
        """Take the last change back; nothing happens where there is none."""
        if len(self._history) > 1:
            self._history.pop()
            self.restore(self._history.pop())

    def choose(self, place: int) -> None:
        """Choose the patient in a row of `patients`."""
        self.patient_id = self.ids[place]

    # ------------------------------------------------------------------------------------------------ what is answered

    def _changed(self, change: Any) -> None:
        if self._held:
            return
        if change["name"] != "patient_id":
            self._update()
        self._remember()
        self.revision += 1

    def _remember(self) -> None:
        if not self._history or self._history[-1] != self.state():
            self._history.append(self.state())

    def _update(self) -> None:
        self._all = self._arrange(self.visits, ()) if self.measures else pd.DataFrame(columns=["part"])

    def _arrange(self, visits: pd.DataFrame, highlight: Sequence[str]) -> pd.DataFrame:
        return arrange_trajectories(
            visits,
            measure_named(self.measure),
            groups=None if self.group is None else self._groups[self.group],
            scale=self.scale,
            show=self.show,
            summary=self.summary,
            highlight=highlight,
            weeks=self.weeks,
            baseline_week=self.baseline_week,
        )

    def trajectories(self) -> pd.DataFrame:
        """What the trajectories draw, the chosen patient pointed at."""
        if self.patient_id not in self.followed or not self.measures:
            return self._all
        own = self._arrange(self._visits_of(self.patient_id), [self.patient_id])
        pointed_at = own[own["part"] == "highlight"]
        return pd.concat([self._all, pointed_at], ignore_index=True)

    def _visits_of(self, patient_id: str | None) -> pd.DataFrame:
        own = self.visits[(self.visits["patient_id"] == patient_id).to_numpy()]
        weeks = pd.DataFrame({"week": self.planned_weeks, "patient_id": patient_id})
        return own.merge(weeks, how="right", on=["week", "patient_id"]) if len(own) else own

    def profile(self) -> pd.DataFrame:
        """What the profile of the chosen patient draws beside the points; empty if none is chosen."""
        own = self.visits[(self.visits["patient_id"] == self.patient_id).to_numpy()]
        if own.empty:
            return pd.DataFrame()
        scored = own if "enzyme" in own.columns else own.assign(enzyme=None)
        scales = chosen_columns(self.visits, scored, **self.score_options)
        return arrange_profile(own, scales, weeks=self.planned_weeks, infusion_weeks=None)

    def points(self) -> pd.DataFrame:
        """The points of the chosen patient at every planned visit after baseline."""
        own = self.visits[(self.visits["patient_id"] == self.patient_id).to_numpy()]
        return arrange_points(own, weeks=self.planned_weeks, baseline_week=self.baseline_week)

    @property
    def population(self) -> str:
        """Whose class limits are drawn."""
        return self.score_options.get("population", "adult")

    @property
    def headline(self) -> str:
        """The one sentence that says what is seen."""
        total, followed = len(self.ids), len(self.followed)
        if not self.measures or not followed:
            return f"Of {total} patients none was seen twice with a value that can be drawn."
        label = measure_named(self.measure).label
        how = {"measured": "", "change": ", change since baseline", "percent_of_range": ", change in % of range"}
        by = f", by {spoken(self.group).replace('_', ' ')}" if self.group else ""
        return f"{followed} of {total} patients were seen more than once: {label}{how[self.scale]}{by}.{self._last()}"

    def _last(self) -> str:
        """The summary at the last visit shown, in words."""
        rows = self._all[(self._all["part"] == "summary") & (self._all["patients"] > 0)]
        if rows.empty:
            return ""
        last = int(rows["week"].max())
        parts = [f"{row.group} {row.value:.4g} ({row.patients})" for row in rows[rows["week"] == last].itertuples()]
        return f" {self.summary.capitalize()} at week {last} (patients): {', '.join(parts)}."

    @property
    def remark(self) -> str:
        """What the summary is of, and what is missing."""
        said = describe_trajectories(self._all, summary=self.summary) if len(self._all) else ""
        return f"{said} {f'No score: {self.why_no_score}' if self.why_no_score else ''}".strip()

    def patients(self) -> pd.DataFrame:
        """One row a patient, for a person to search."""
        grouped = self.visits.groupby("patient_id", sort=False)
        table = pd.DataFrame({"Patient": self.ids})
        for name in self.groups:
            if name != RESPONSE:
                values = grouped[name].first().reindex(self.ids)
                table[name.replace("_", " ").capitalize()] = [
                    spoken(value) if known else "" for value, known in zip(values, values.notna(), strict=True)
                ]
        table["Visits"] = grouped["week"].size().reindex(self.ids).to_numpy()
        table["Last week"] = grouped["week"].max().reindex(self.ids).to_numpy()
        if "tis" in self.visits.columns:
            last = self.visits.loc[grouped["week"].idxmax().reindex(self.ids)]
            score, low, high = (last[name].to_numpy(dtype="float64") for name in ("tis", "tis_min", "tis_max"))
            table["Score then"] = [
                f"{tis:g}" if tis == tis else f"{least:g} to {most:g}" if least == least else ""
                for tis, least, most in zip(score, low, high, strict=True)
            ]
            table["Response then"] = [word if isinstance(word, str) else "" for word in last["response"]]
        return table

    def place_of(self, patient_id: str | None) -> int | None:
        """The row of a patient in `patients`."""
        return self.ids.index(patient_id) if patient_id in self.ids else None

    def scored(self) -> pd.DataFrame:
        """The visits with their score, as they are exported."""
        return self.visits

    # ------------------------------------------------------------------------------------------------------ to go away

    def as_code(self) -> str:
        """The call that reproduces the view."""
        chosen = {name: value for name, value in self.state().items() if name != "weeks"}
        if self.weeks != self.planned_weeks:
            chosen["weeks"] = list(self.weeks)
        if self.baseline_week:
            chosen["baseline_week"] = self.baseline_week
        usual = {"scale": "measured", "show": "both", "summary": "median"}
        kept = {name: value for name, value in (chosen | self.score_options).items() if usual.get(name) != value}
        tables = ["visits"] * self.own_data + ["patients=patients"] * self._own_patients
        options = [*tables, *(f"{name}={value!r}" for name, value in kept.items())]
        return (
            "import myositis_tools as mt\n\nmt.apps.explore_trajectories(\n"
            + "".join(f"    {part},\n" for part in options)
            + ")"
        )


def _quickly_scored(visits: pd.DataFrame, baseline_week: int, options: Mapping[str, Any]) -> pd.DataFrame:
    needed = visits[["patient_id", "week", *known_numbers(visits)]]
    table = on_the_fastest(needed) if len(needed) else needed
    scored = as_pandas(score_total_improvement(table, baseline_week=baseline_week, **options))
    numbers = [name for name in ADDED if columns("responses")[name].type == "number"]
    return scored.astype(dict.fromkeys(numbers, "float64"))
