"""Every public function that takes a table, with a small table of each kind and a call that reads it.

What takes a table is found by its signature, so that a new function without a call here fails a test. A figure is asked
for what it draws, `*_frame`, where it has that: `plot_*` draws the same frame and reads nothing else.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import plotly.graph_objects as go

import myositis_tools as mt
from myositis_tools import figures
from myositis_tools.frames import columns
from myositis_tools.report import Report
from tests.property.second_opinions import INSTRUMENTS
from tests.public import FUNCTIONS

IN_PANDAS = "pd.DataFrame"  # a parameter that is a table of pandas, and of no other engine
OF_ANY_ENGINE = ("Any", "IntoFrame")
FRAME_OF = {"trajectories": "trajectory_frame", "haq_categories": "haq_contributions", "muscle_map": "muscle_receipt"}

# Criteria of numbers, of words, of yes and no and of several measures; more would only take longer.
_ASKED = ("adult", "iim_subtype", "minimal_disability", "informed_consent")
PROTOCOL = mt.TIME_IS_MUSCLE.without(*[one.key for one in mt.TIME_IS_MUSCLE.criteria if one.key not in _ASKED])

Given = Callable[[pd.DataFrame], Any]


@dataclass(frozen=True)
class Call:
    """A public function, the tables that it takes by their parameters, and what else it is told."""

    function: Callable[..., Any]
    tables: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, as_given: Given = lambda table: table, made: Mapping[str, pd.DataFrame] | None = None) -> Any:
        """Call it with each table as a user gives it, and say what came out."""
        known = inspect.signature(self.function).parameters
        given = {}
        for name, kind in self.tables.items():
            table = (made or tables())[kind]
            given[name] = table if IN_PANDAS in str(known[name].annotation) else as_given(table)
            given[name] = {kind: table} if "Mapping" in str(known[name].annotation) else given[name]
        several = [given.pop(name) for name in self.tables if known[name].kind is known[name].VAR_POSITIONAL]
        with TemporaryDirectory() as folder:
            place = {name: Path(folder, file) for name, file in _PLACES.get(self.function.__name__, {}).items()}
            return shown(self.function(*several, **given, **place, **self.options))


_PLACES = {
    "write_adam": {"path": "adtis.csv"},
    "write_r_handover": {"folder": "for R"},
    "write_template": {"path": "template.xlsx"},
}


def taking_tables() -> dict[str, tuple[Callable[..., Any], list[str]]]:
    """Every public function, and question of a protocol, that takes a table, with the parameters that are tables."""
    everything = {
        name: function for name, function in FUNCTIONS.items() if inspect.isfunction(function) and not _is_drawn(name)
    }
    everything |= {f"Protocol.{name}": getattr(PROTOCOL, name) for name in ("check", "decide", "verdicts")}
    found = {}
    for name, function in everything.items():
        parameters = [one.name for one in inspect.signature(function).parameters.values() if is_table(one)]
        if parameters:
            found[name] = (function, parameters)
    return found


def _is_drawn(name: str) -> bool:
    """Whether a function draws what another gives."""
    what = name.removeprefix("plot_")
    return what != name and (what in FRAME_OF or f"{what}_frame" in figures.__all__)


def is_table(parameter: inspect.Parameter) -> bool:
    said = str(parameter.annotation)
    is_one = said.startswith(OF_ANY_ENGINE) or (IN_PANDAS in said and not said.startswith("Callable"))
    return is_one and parameter.kind is not parameter.VAR_KEYWORD


# ---------------------------------------------------------------------------------------------------------- the tables


@cache
def tables() -> dict[str, pd.DataFrame]:
    """A small table of each kind, in pandas."""
    visits = mt.load_visits().dropna(subset="arm").query("week in (0, 4, 12)")
    seen = visits.groupby(["arm", "patient_id"], sort=False)["haq_di"].count()
    chosen = [name for arm in ("IVIg", "placebo") for name in seen[arm][seen[arm] == 3].index[:6]]
    visits = visits[visits["patient_id"].isin(chosen)]
    sexes = mt.load_patients().set_index("patient_id")["sex"]
    visits = visits.assign(sex=visits["patient_id"].map(sexes), rescue_week=float("nan")).reset_index(drop=True)
    visits.loc[visits["patient_id"] == chosen[0], "rescue_week"] = 6.0
    patients, medications, events = mt.load_patients(), mt.load_medications(), mt.load_events()
    screening = mt.load_screening()
    own = patients["patient_id"].isin([*chosen, *events["patient_id"].head(4)])
    made = {
        "visits": visits,
        "patients": patients[own].drop(columns="trap").reset_index(drop=True),
        "medications": medications[medications["patient_id"].isin(chosen)].reset_index(drop=True),
        "events": events.head(4),
        "screening": screening[screening["patient_id"].isin(chosen)].reset_index(drop=True),
        "cases": _cases(),
        "doses": pd.DataFrame({"drug": ["prednisone", "dexamethasone"], "dose_mg_day": [20.0, 7.5]}),
        "labs": _labs(),
        "tests": pd.DataFrame({"sex": ["female", "male"], "age_years": [50.5, 61.0], "height_cm": [165.0, 180.5]}),
        "wide": pd.DataFrame({"patient_id": ["A", "B"], "haq_di_w0": [1.5, 0.25], "haq_di_w12": [0.5, None]}),
        "long": visits[["patient_id", "week", "haq_di", "mmt8_150"]],
        "site": pd.DataFrame({"Patient": ["A", "A"], "Week": [0, 12], "HAQ": [1.5, 0.5]}),
        "endurance": pd.DataFrame({"fi3_shoulder_flexion": [60.0, 30.0], "fi3_neck_flexion": [12.0, None]}),
        "power": mt.load_power().head(12),
        "windows": pd.DataFrame({"patient_id": chosen[:3], "medications_recorded": [True, False, True]}),
    }
    made["tests"] = made["tests"].assign(fvc_litres=[2.5, 3.25])
    made["endurance"] = made["endurance"].assign(fi3_hip_flexion=[6.0, 60.0])
    dates = {"from_date": pd.Timestamp("2023-01-01"), "to_date": pd.Timestamp("2024-06-30")}
    made["windows"] = made["windows"].assign(**dates)
    made |= {name: _sheets(name) for name in INSTRUMENTS}
    made["grades"] = made["MITAX"]
    made["juvenile"] = visits[["patient_id", "week"]].assign(cmas_52=50.0, ck_u_l=120.5, mmt8_80=79.5)
    made["juvenile"]["physician_global_cm"] = visits["physician_global_cm"]
    made["scored"] = mt.score_total_improvement(visits)
    made["compared"] = mt.compare_choices(visits)
    made["imputed"] = mt.impute_measures(visits, imputations=2)
    made["effects"] = mt.compare_scores(visits, 12, resamples=1).query("unit == 'points'")
    made["tipping"] = mt.tipping_point(made["imputed"], 12, worse_by=[0, 10], reference_better_by=[0, 10])
    made["problems"] = mt.validate(visits.assign(haq_di=31.0), "visits")
    made["trials"] = mt.simulate_trial(mt.TrialAssumptions.of_sample(), patients_per_arm=4, trials=3, seed=1)
    made["suggestions"] = mt.suggest_mapping(made["site"], "visits")
    return made


def _cases() -> pd.DataFrame:
    asked = [name for name, column in columns("cases").items() if column.type == "yes_no"]
    cases = pd.DataFrame({name: pd.array([True, False, pd.NA], "boolean") for name in asked})
    return cases.assign(case_id=["A", "B", "C"], onset_age_years=[35.5, 60.0, None], better_explained=False)


def _labs() -> pd.DataFrame:
    units = ["U/L", "ukat/L"]
    return pd.DataFrame(
        {"test": ["ck", "ldh"], "value": [900.5, 4.5], "unit": units, "upper_limit": [180.25, 4.0]}
    ).assign(upper_limit_unit=units)


def _sheets(name: str) -> pd.DataFrame:
    instrument = INSTRUMENTS[name]
    blank = dict.fromkeys([*instrument.words, *instrument.flags])
    rows = [blank | {item: min(score, most) for item, most in instrument.items.items()} for score in (0.0, 1.0)]
    return instrument.frame(rows).astype(dict.fromkeys(instrument.words, "object"))


# ----------------------------------------------------------------------------------------------------------- the calls

_MAPPING = mt.TableMapping(
    "visits",
    [mt.ColumnMapping("Patient", "patient_id"), mt.ColumnMapping("Week", "week"), mt.ColumnMapping("HAQ", "haq_di")],
)
_PATIENT = {"patient_id": "P015"}
_AT_A_VISIT = _PATIENT | {"week": 12}
_OF_COURSES = {"protocol": mt.TIME_IS_MUSCLE}  # the protocol of the others asks nothing of courses
_SWEEP = {"limit": "minimum_age_years", "values": [18, 60]}
_MADE_ON = {"made_on": date(2026, 1, 1)}
# What is asked beside the usual: a table has the name of its parameter, or the one that stands here.
SPECIAL: dict[str, dict[str, Any]] = {
    "accept_suggestions": {"kind": "visits", "table": "site"},
    "apply_mapping": {"mapping": _MAPPING, "table": "site"},
    "choices_frame": {"week": 12},
    "classify": {"criteria_set": "enmc_224"},
    "compare_imputed": {"week": 12},
    "compare_over_visits": {"adjust": ["haq_di"], "covariance": "exchangeable"},
    "compare_prednisone": {"to_week": 12},
    "compare_protocols": {"protocols": [PROTOCOL]},
    "compare_responders": {"week": 12, "method": "newcombe"},
    "compare_scores": {"week": 12, "adjust": ["haq_di"], "resamples": 1, "rescue": "rescue_week"},
    "compare_subgroups": {"week": 12, "by": "sex"},
    "explain_eular_acr": {"case_id": "A"},
    "explain_total_improvement": _AT_A_VISIT,
    "explore_effects": {"week": 12},
    "haq_contributions": {"items": "HAQ-DI"},
    "impute_measures": {"imputations": 1},
    "judge_exposures": _OF_COURSES,
    "long_to_wide": {"table": "long"},
    "map_columns": {"table": "site"},
    "measure_heatmap_frame": {"week": 12},
    "medication_timeline_frame": _PATIENT | _OF_COURSES,
    "methods_paragraph": {"results": "effects"},
    "missingness_frame": {"table": "visits"},
    "muscle_receipt": {"muscles": "MMT-26"},
    "patient_profile_frame": _PATIENT,
    "plot_eular_acr_items": {"case_id": "A"},
    "prednisone_and_response_frame": {"week": 12},
    "prednisone_between": {"to_week": 12},
    "patient_card": _PATIENT | _MADE_ON,
    "receipt_frame": _AT_A_VISIT,
    "report_cohort": _MADE_ON,
    "report_patient": _PATIENT | _MADE_ON,
    "rescued_patients": {"week": 12, "rescue": "rescue_week"},
    "score_cdasi": {"items": "CDASI"},
    "score_chaq": {"items": "CHAQ"},
    "score_cmas": {"items": "CMAS"},
    "score_functional_index": {"items": "endurance", "version": "fi3"},
    "score_fvc_percent": {"equation": "gli_global_2022"},
    "score_haq_di": {"items": "HAQ-DI"},
    "score_ibm_frs": {"items": "IBM-FRS"},
    "score_inactive_disease": {"visits": "juvenile"},
    "score_mdi": {"items": "MDI, adult", "population": "adult"},
    "score_mmt": {"muscles": "MMT-8, both", "scale": "mmt8_150"},
    "score_myoact": {"visits": "MYOACT"},
    "sensitivity": _SWEEP,
    "sensitivity_frame": _SWEEP,
    "suggest_mapping": {"kind": "visits", "table": "site"},
    "tipping_point": {"week": 12, "worse_by": [0, 10], "reference_better_by": [0]},
    "to_five_point_grades": {"muscles": "MMT-8, both"},
    "total_improvement_frame": _PATIENT,
    "trajectory_frame": {"measure": "haq_di"},
    "two_measures_frame": {"x": "haq_di", "y": "tis", "week": 12},
    "validate": {"table": "visits", "kind": "visits"},
    "waterfall_frame": {"week": 12},
    "wide_to_long": {"table": "wide"},
    "write_template": {"tables": "visits"},
}


def every_call() -> dict[str, Call]:
    """A call of every function that takes a table."""
    found = {}
    for name, (function, parameters) in taking_tables().items():
        special = SPECIAL.get(name, {})
        given = {one: special.get(one, one) for one in parameters}
        options = {option: value for option, value in special.items() if option not in given}
        if "protocol" in inspect.signature(function).parameters:
            options.setdefault("protocol", PROTOCOL)
        found[name] = Call(function, given, options)
    return found


# ------------------------------------------------------------------------------------------------------ what comes out


def shown(found: Any) -> Any:
    """What a call gave as plain values: every cell, every word, every mark of a picture."""
    if isinstance(found, pd.DataFrame | str | dict) or found is None:
        return found
    if isinstance(found, go.Figure):
        return found.to_json()
    if isinstance(found, Report):
        parts = [
            (part.heading, part.sentences, [str(getattr(one, "html", "")) or one.words for one in part.shown])
            for part in found.sections
        ]
        made = {name: said for name, said in found.made.items() if not name.startswith("Table")}  # how it was stored
        return [found.title, found.headline, made, parts]
    if isinstance(found, Path):
        return found.name
    if isinstance(found, list):
        return [one.read_bytes() for one in found]
    if type(found).__name__.endswith("View"):
        asked = ("headline", "counts", "results", "receipt", "problems", "applied", "visits")
        kept = {name: getattr(found.model, name, None) for name in asked}
        return {name: value for name, value in kept.items() if not callable(value)}
    return found
