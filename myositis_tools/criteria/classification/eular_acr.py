"""The 2017 EULAR/ACR classification criteria: points, probability, subgroup (long: one criteria set, whole).

There are two models, with and without a muscle biopsy, that weigh the same items differently. Points are held in whole
tenths until they leave, so that a sum is exact and an edge is an edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import add
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import tables
from myositis_tools.criteria.classification.cases import TABLE, about, joined, label, not_recorded, output_schema
from myositis_tools.errors import NotFoundError, listed, nearest
from myositis_tools.frames import columns, enter, plain_rows, refuse_values
from myositis_tools.rules import NOT_RECORDED, is_at_least
from myositis_tools.scores.arithmetic import first_true
from myositis_tools.tables import records
from myositis_tools.verdict import choose, kleene_and, kleene_not, kleene_or

KEY = "eular_acr_2017"
WITH_BIOPSY, WITHOUT_BIOPSY = "with_biopsy", "without_biopsy"
MODELS = (WITHOUT_BIOPSY, WITH_BIOPSY)
ADDED = tuple(columns("eular_acr"))

_AGE = "onset_age_years"
_RASHES = ("heliotrope", "gottron_papules", "gottron_sign")
_WEAKNESSES = ("proximal_upper_weakness", "proximal_lower_weakness", "neck_flexors_weaker", "leg_proximal_weaker")
_TREE_ONLY = ("finger_flexor_weakness", "treatment_response")
# Columns on the way, none of which leaves.
_LOW, _HIGH = "_tenths_low", "_tenths_high"
_LEVEL_LOW, _LEVEL_HIGH = "_level_low", "_level_high"
_BIOPSY, _APPLIES, _KNOWN, _BY_PROBABILITY = "_has_biopsy", "_applies", "_score_known", "_level_by_probability"


@dataclass(frozen=True)
class Item:
    """One line of the score table: a finding that gives points, or the age at onset with the points of its bands.

    Attributes
    ----------
    column : str
        The column of the cases.
    kind : str
        ``age``, ``finding`` or ``biopsy``.
    steps : tuple of (float or None, int)
        Where the points begin, and how many tenths there are from there on; a finding begins at nothing.
    source, evidence : str
        Where the points come from.
    """

    column: str
    kind: str
    steps: tuple[tuple[float | None, int], ...]
    source: str
    evidence: str

    @property
    def most(self) -> int:
        """The most tenths that it can give."""
        return max(tenths for _, tenths in self.steps)

    def tenths(self) -> nw.Expr:
        """The tenths that it gives; null where it is not recorded."""
        answer = nw.col(self.column)
        if self.kind != "age":
            return answer.cast(nw.Int64) * self.most
        gains = zip(self.steps, (0, *(tenths for _, tenths in self.steps)), strict=False)
        return reduce(
            add, [is_at_least(answer, start or 0).cast(nw.Int64) * (now - so_far) for (start, now), so_far in gains]
        )


@cache
def items(model: str) -> tuple[Item, ...]:
    """The items of a model in the order of the score table."""
    found: dict[str, list[tables.Record]] = {}
    for row in records("eular_acr_weights"):
        if row[f"tenths_{model}"] is not None:
            found.setdefault(str(row["column"]), []).append(row)
    return tuple(_item(model, column, rows) for column, rows in found.items())


def _item(model: str, column: str, rows: Sequence[tables.Record]) -> Item:
    steps = tuple((row["minimum_onset_age_years"], int(row[f"tenths_{model}"])) for row in rows)  # type: ignore[arg-type]
    said = dict.fromkeys(f"{tables.source(str(row['source'])).citation} {row['place']}." for row in rows)
    evidence = max((str(row["evidence"]) for row in rows), key=tables.EVIDENCE.index)
    return Item(column, str(rows[0]["kind"]), steps, " ".join(said), evidence)  # type: ignore[arg-type]


@cache
def categories(model: str) -> tuple[tables.Record, ...]:
    """The categories of a model from the lowest upward."""
    rows = [row for row in records("eular_acr_categories") if row["model"] == model]
    return tuple(sorted(rows, key=lambda row: float(row["minimum_tenths"] or 0)))


def needs() -> tuple[str, ...]:
    """The columns of the cases that are read."""
    return (*(item.column for item in items(WITH_BIOPSY)), "biopsy_available", *_TREE_ONLY, "better_explained")


# ------------------------------------------------------------------------------------------------------------ public


def classify_eular_acr(cases: IntoFrameT) -> IntoFrameT:
    """Classify cases by the 2017 EULAR/ACR criteria for idiopathic inflammatory myopathy.

    Each item that is present gives points; the points depend on whether a muscle biopsy is available. The sum decides
    the category, and a case that is at least probable goes through the tree of subgroups. The criteria apply only
    where no other disease explains the picture better.

    Parameters
    ----------
    cases : pandas, Polars, DuckDB or PySpark frame
        One row a case: ``onset_age_years`` and, as yes/no, ``proximal_upper_weakness``, ``proximal_lower_weakness``,
        ``neck_flexors_weaker``, ``leg_proximal_weaker``, ``heliotrope``, ``gottron_papules``, ``gottron_sign``,
        ``dysphagia``, ``anti_jo1``, ``enzymes_elevated``, ``biopsy_available``, ``biopsy_endomysial``,
        ``biopsy_perimysial_perivascular``, ``biopsy_perifascicular_atrophy``, ``biopsy_rimmed_vacuoles``,
        ``finger_flexor_weakness``, ``treatment_response`` and ``better_explained``.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``score``, ``score_min``, ``score_max`` (points), ``probability``,
        ``probability_min``, ``probability_max``, ``category`` (``definite``, ``probable``, ``possible``, ``not IIM``),
        ``subgroup``, ``cutoff_discordant`` (the unrounded probability would give another category), ``because`` and
        ``caution``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there or holds what cannot be, such as a biopsy finding in a case without a biopsy.

    Missing data
    ------------
    An item that is not recorded makes ``score`` missing; the bounds count it as absent and as present. Where it is
    unknown whether there is a biopsy the bounds hold for both models, unless a biopsy finding is present. ``category``
    is given where both bounds agree on it, ``subgroup`` where what is known decides the tree. Where it is not recorded
    whether another disease explains the picture better, the bounds are given and the category is missing; where one
    does, the criteria do not apply and all is missing. ``because`` names what is not recorded. In the tree, a case
    without a biopsy has no rimmed vacuoles, and a case never treated has no ``treatment_response``.

    Source
    ------
    ``tables.load("eular_acr_weights")``, ``eular_acr_models``, ``eular_acr_categories``, ``eular_acr_subgroups``;
    decisions C1 and C2. The constants of the probability and the tree are not verified in the paper, which
    ``caution`` says on every row.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.criteria import classify_eular_acr
    >>> from myositis_tools.criteria.classification.eular_acr import needs
    >>> cases = pd.DataFrame({name: [False, False] for name in needs()}).assign(
    ...     onset_age_years=[54, 30], heliotrope=True, gottron_papules=True, enzymes_elevated=[True, None])
    >>> classify_eular_acr(cases)[["score", "score_min", "score_max", "category", "subgroup"]]
       score  score_min  score_max  category                    subgroup
    0    8.6        8.6        8.6  definite  amyopathic_dermatomyositis
    1    NaN        6.5        7.8       NaN  amyopathic_dermatomyositis
    """
    entrance = enter(cases, TABLE, needs=needs())
    frame = _with_bounds(_with_biopsy(entrance.frame))
    frame = frame.with_columns(**_numbers())
    frame = frame.with_columns(category=_category_word(_decided()))
    frame = frame.with_columns(subgroup=_subgroup())
    frame = frame.with_columns(because=_because(), caution=_caution(str(about(KEY)["caution"])))
    return entrance.leave(frame, ADDED)


def explain_eular_acr(cases: IntoFrameT, case_id: str | int) -> IntoFrameT:
    """Account for one case's EULAR/ACR score, item by item.

    Parameters
    ----------
    cases : pandas, Polars, DuckDB or PySpark frame
        As for `classify_eular_acr`, with a column ``case_id``.
    case_id : str or int
        The case.

    Returns
    -------
    frame of the same kind
        One row an item, in the order of the score table: ``model``, ``item``, ``label``, ``answer``, ``points``,
        ``points_open`` (what it could still add), ``points_possible``, ``source``, ``evidence``. Of one model, the
        points add up to ``score_min``, and with the open points to ``score_max``.

    Raises
    ------
    NotFoundError
        If there is no such case.
    MyositisToolsError
        Whatever `classify_eular_acr` refuses.

    Missing data
    ------------
    An item that is not recorded has no points, and says in ``points_open`` what it could give. Where it is unknown
    whether there is a biopsy, the items of both models are listed, one after the other.

    Source
    ------
    Each row names its own, with the evidence for it.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.criteria import explain_eular_acr
    >>> from myositis_tools.criteria.classification.eular_acr import needs
    >>> cases = pd.DataFrame({name: [False] for name in needs()}).assign(
    ...     case_id="A", onset_age_years=54, heliotrope=True, anti_jo1=None)
    >>> receipt = explain_eular_acr(cases, "A")
    >>> receipt.loc[[0, 5, 9], ["label", "answer", "points", "points_open"]]
                   label        answer  points  points_open
    0       age at onset      54 years     2.1          0.0
    5     heliotrope rash          yes     3.1          0.0
    9   anti-Jo-1 antibody  not recorded     NaN          3.9
    """
    entrance = enter(cases, TABLE, needs=("case_id", *needs()), unique=("case_id",))
    earned = {_earned(model, item): item.tenths() for model in MODELS for item in items(model)}
    own = _with_biopsy(entrance.frame).filter(nw.col("case_id").cast(nw.String) == str(case_id))
    found = plain_rows(own.with_columns(**earned).select(_BIOPSY, *needs(), *earned))
    if not found:
        raise _no_case(entrance.frame, case_id)
    (case,) = found
    models = MODELS if case[_BIOPSY] is None else [WITH_BIOPSY if case[_BIOPSY] else WITHOUT_BIOPSY]
    lines = [_line(model, item, case) for model in models for item in items(model)]
    schema = output_schema("eular_acr_receipt")
    return entrance.leave_rows({name: [line[name] for line in lines] for name in schema}, schema)


# ------------------------------------------------------------------------------------------------------ the numbers


def _with_biopsy(frame: Any) -> Any:
    """Say which model holds: a finding that is present needs a biopsy, and contradicts a case without one."""
    findings = [nw.col(item.column) for item in items(WITH_BIOPSY) if item.kind == "biopsy"]
    is_found = kleene_or(findings).fill_null(False)
    refuse_values(
        frame,
        "biopsy_available",
        ~nw.col("biopsy_available") & is_found,
        expected="True in a case with a biopsy finding",
        hint="a finding is present although no biopsy is available; correct one of the two",
    )
    return frame.with_columns(nw.coalesce(nw.col("biopsy_available"), nw.when(is_found).then(is_found)).alias(_BIOPSY))


def _with_bounds(frame: Any) -> Any:
    """Add tenths and category level at both bounds: of each model first, then of the model that holds."""
    for model in MODELS:
        earned = [(item.tenths(), item.most) for item in items(model)]
        frame = frame.with_columns(
            reduce(add, [tenths.fill_null(0) for tenths, _ in earned]).alias(f"{_LOW}_{model}"),
            reduce(add, [tenths.fill_null(most) for tenths, most in earned]).alias(f"{_HIGH}_{model}"),
        )
        frame = frame.with_columns(
            _level(nw.col(f"{_LOW}_{model}"), model).alias(f"{_LEVEL_LOW}_{model}"),
            _level(nw.col(f"{_HIGH}_{model}"), model).alias(f"{_LEVEL_HIGH}_{model}"),
            _probability(nw.col(f"{_LOW}_{model}"), model).alias(f"_p{_LOW}_{model}"),
            _probability(nw.col(f"{_HIGH}_{model}"), model).alias(f"_p{_HIGH}_{model}"),
        )
    frame = frame.with_columns(
        *(_of_the_model(name, nw.min_horizontal).alias(name) for name in (_LOW, _LEVEL_LOW, f"_p{_LOW}")),
        *(_of_the_model(name, nw.max_horizontal).alias(name) for name in (_HIGH, _LEVEL_HIGH, f"_p{_HIGH}")),
    )
    applies = kleene_not(nw.col("better_explained"))
    known = ~nw.col(_BIOPSY).is_null() & (nw.col(_LOW) == nw.col(_HIGH)) & applies.fill_null(True)
    frame = frame.with_columns(applies.alias(_APPLIES), known.alias(_KNOWN))
    by_model = [_level_by_probability(nw.col(f"_p{_LOW}"), model) for model in (WITH_BIOPSY, WITHOUT_BIOPSY)]
    level = nw.when(nw.col(_BIOPSY)).then(by_model[0]).otherwise(by_model[1])
    return frame.with_columns(nw.when(nw.col(_KNOWN)).then(level).alias(_BY_PROBABILITY))


def _of_the_model(name: str, of_both: Any) -> nw.Expr:
    with_one, without = nw.col(f"{name}_{WITH_BIOPSY}"), nw.col(f"{name}_{WITHOUT_BIOPSY}")
    return choose(nw.col(_BIOPSY), met=with_one, not_met=without, unknown=of_both(with_one, without))


def _level(tenths: nw.Expr, model: str) -> nw.Expr:
    """Count the categories above the lowest that are reached."""
    return reduce(add, [(tenths >= int(row["minimum_tenths"])).cast(nw.Int64) for row in categories(model)[1:]])  # type: ignore[arg-type]


def _level_by_probability(probability: nw.Expr, model: str) -> nw.Expr:
    limits = [float(row["minimum_probability"]) for row in categories(model)[1:]]  # type: ignore[arg-type]
    return reduce(add, [(probability >= limit).cast(nw.Int64) for limit in limits])


def _probability(tenths: nw.Expr, model: str) -> nw.Expr:
    constant = next(float(row["constant"]) for row in records("eular_acr_models") if row["model"] == model)  # type: ignore[arg-type]
    return 1 / (1 + (constant - _points(tenths)).exp())


def _points(tenths: nw.Expr) -> nw.Expr:
    # Polars multiplies by the reciprocal of a plain number and would give 5.300000000000001
    return tenths / (tenths * 0 + 10)


def _numbers() -> dict[str, nw.Expr]:
    """What leaves as numbers; nothing where the criteria do not apply."""
    low, high = _points(nw.col(_LOW)), _points(nw.col(_HIGH))
    p_low, p_high = nw.col(f"_p{_LOW}"), nw.col(f"_p{_HIGH}")
    may_apply = nw.col(_APPLIES).fill_null(True)
    known = {"score": low, "probability": p_low, "cutoff_discordant": nw.col(_BY_PROBABILITY) != nw.col(_LEVEL_LOW)}
    bounds = {"score_min": low, "score_max": high, "probability_min": p_low, "probability_max": p_high}
    found: dict[str, nw.Expr] = {name: nw.when(nw.col(_KNOWN)).then(value) for name, value in known.items()}
    return found | {name: nw.when(may_apply).then(value) for name, value in bounds.items()}


# ------------------------------------------------------------------------------------------------------- the words


def _decided() -> nw.Expr:
    """The level where both bounds agree on it and the criteria apply."""
    agrees = (nw.col(_LEVEL_LOW) == nw.col(_LEVEL_HIGH)) & nw.col(_APPLIES)
    return nw.when(agrees).then(nw.col(_LEVEL_LOW))


def _category_word(level: nw.Expr) -> nw.Expr:
    named = enumerate(str(row["category"]) for row in categories(WITH_BIOPSY))
    return first_true([(level == number, nw.lit(word)) for number, word in named])


def _reaches_the_tree() -> nw.Expr:
    """Whether the tree is asked: true where even the lower bound reaches its category, false where none does."""
    asked = {row["minimum_category"] for row in records("eular_acr_subgroups")}
    names = [row["category"] for row in categories(WITH_BIOPSY)]
    (least,) = (names.index(name) for name in asked)
    return (nw.col(_LEVEL_LOW) >= least) & nw.col(_APPLIES)


def _subgroup() -> nw.Expr:
    """The one leaf of the tree whose conditions all hold."""
    is_rash = kleene_or([nw.col(name) for name in _RASHES])
    is_weak = kleene_or([nw.col(name) for name in _WEAKNESSES])
    # Without a biopsy nobody has seen a vacuole: this one part of the tree is then answered, not open.
    vacuoles = kleene_and([nw.col(_BIOPSY), nw.col("biopsy_rimmed_vacuoles")])
    untouched = kleene_and([nw.col("finger_flexor_weakness"), ~nw.col("treatment_response")])
    is_inclusion_body = kleene_or([untouched, vacuoles])
    conditions = {
        "juvenile_dermatomyositis": is_rash,
        "juvenile_myositis_other": ~is_rash,
        "dermatomyositis": is_rash & is_weak,
        "amyopathic_dermatomyositis": is_rash & ~is_weak,
        "inclusion_body_myositis": ~is_rash & is_inclusion_body,
        "polymyositis": ~is_rash & ~is_inclusion_body,
    }
    leaves = []
    for row in records("eular_acr_subgroups"):
        condition = conditions[str(row["subgroup"])] & _of_age(row) & _reaches_the_tree()
        leaves.append((condition, nw.lit(str(row["subgroup"]))))
    return first_true(leaves)


def _of_age(leaf: tables.Record) -> nw.Expr:
    if leaf["below_onset_age_years"] is not None:
        return ~is_at_least(nw.col(_AGE), float(leaf["below_onset_age_years"]))
    return is_at_least(nw.col(_AGE), float(leaf["minimum_onset_age_years"]))  # type: ignore[arg-type]


def _because() -> nw.Expr:
    """What is not recorded, what stays open, what the probability would say; or that the criteria do not apply."""
    in_both = [item.column for item in items(WITHOUT_BIOPSY)]
    on_biopsy = [item.column for item in items(WITH_BIOPSY) if item.kind == "biopsy"]
    low, high = _category_word(nw.col(_LEVEL_LOW)), _category_word(nw.col(_LEVEL_HIGH))
    is_open = nw.col(_LEVEL_LOW) != nw.col(_LEVEL_HIGH)
    between = nw.concat_str(nw.lit("category between "), low, nw.lit(" and "), high)
    by_probability = _category_word(nw.col(_BY_PROBABILITY))
    is_rash = kleene_or([nw.col(name) for name in _RASHES])
    asks_tree = nw.col("subgroup").is_null() & _reaches_the_tree()
    parts = [
        nw.when(nw.col(_APPLIES).is_null()).then(nw.lit(f"{label('better_explained')} {NOT_RECORDED}")),
        *not_recorded(in_both),
        nw.when(nw.col(_BIOPSY).is_null()).then(
            nw.lit(f"whether there is a {label('biopsy_available')} {NOT_RECORDED}")
        ),
        *(nw.when(nw.col(_BIOPSY)).then(words) for words in not_recorded(on_biopsy)),
        nw.when(is_open).then(between),
        *(nw.when(asks_tree & ~is_rash).then(words) for words in not_recorded(_TREE_ONLY)),
        nw.when(asks_tree).then(nw.lit("subgroup open")),
        nw.when(nw.col("cutoff_discordant")).then(
            nw.concat_str(nw.lit("at a cut-off: the unrounded probability would say "), by_probability)
        ),
    ]
    no_entry = nw.lit("another disease explains the picture better: the criteria do not apply")
    return nw.when(nw.col("better_explained").fill_null(False)).then(no_entry).otherwise(joined(parts))


def _caution(words: str) -> nw.Expr:
    return nw.when(~nw.col(_KNOWN).is_null()).then(nw.lit(words))  # a column, so that pandas sees text and no literal


# ------------------------------------------------------------------------------------------------------ the receipt


def _earned(model: str, item: Item) -> str:
    return f"_earned_{model}_{item.column}"


def _line(model: str, item: Item, case: dict[str, Any]) -> dict[str, Any]:
    answer, tenths = case[item.column], case[_earned(model, item)]
    if answer is None:
        words = NOT_RECORDED
    elif item.kind == "age":
        words = f"{answer:g} {columns(TABLE)[item.column].unit}"
    else:
        words = "yes" if answer else "no"
    return {
        "model": model,
        "item": item.column,
        "label": label(item.column),
        "answer": words,
        "points": None if tenths is None else int(tenths) / 10,
        "points_open": item.most / 10 if tenths is None else 0.0,
        "points_possible": item.most / 10,
        "source": item.source,
        "evidence": item.evidence,
    }


def _no_case(frame: Any, case_id: str | int) -> NotFoundError:
    rows = plain_rows(frame.select("case_id").unique().sort("case_id").head(13))
    known = [str(row["case_id"]) for row in rows]
    return NotFoundError(
        f"There is no case {case_id!r}.",
        where="column case_id",
        expected=listed(known),
        hint=nearest(case_id, known) if known else "the table is empty",
    )
