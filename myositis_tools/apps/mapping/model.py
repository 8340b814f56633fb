"""What the mapping app knows: what was agreed to, and what it makes of the table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.app_model import AppModel
from myositis_tools.apps.declared_choices import Choice, as_given
from myositis_tools.apps.mapping.guidance import DATES, DECIMAL_SIGN, MISSING, THOUSANDS_SIGN, in_words_of_the_app
from myositis_tools.apps.mapping.limits import limit_in_words, words_of_limit
from myositis_tools.errors import MappingError, NotFoundError, listed, nearest
from myositis_tools.exchange import (
    ColumnMapping,
    TableMapping,
    apply_mapping,
    suggest_mapping,
    summarise_problems,
    validate,
)
from myositis_tools.exchange.files.cell_hints import EXCEL
from myositis_tools.exchange.layout.table_layout import one_row_a_patient
from myositis_tools.exchange.mapping.column_mapping import other_units
from myositis_tools.exchange.mapping.known_words import suggest_words
from myositis_tools.exchange.mapping.suggestions import MARGIN
from myositis_tools.exchange.mapping.written_as import Proposal, written_as
from myositis_tools.frames import Column, find_kind, refuse_nested, to_pandas
from myositis_tools.privacy.pseudonyms import described_by, patients_of

_EXAMPLES = 3
_ULN = "× ULN"
WRITTEN = ("decimal", "thousands", "date_format", "missing")  # how cells are


class MappingModel(AppModel):
    """The state of the app; it knows no widget.

    Attributes
    ----------
    choices : dict
        By heading what was agreed to: ``column, unit, upper_limit, words``, and ``missing`` where it has its own.
    """

    choices = Choice(kind=None).of(traitlets.Dict())
    decimal = Choice(DECIMAL_SIGN, options=(("point: 1.5", "."), ("comma: 1,5", ",")), check=as_given).of(
        traitlets.Unicode(".")
    )
    thousands = Choice(
        THOUSANDS_SIGN,
        options=(
            ("none", ""),
            ("point: 1.234", "."),
            ("comma: 1,234", ","),
            ("space: 1 234", " "),
            ("apostrophe: 1'234", "'"),
        ),
        check=as_given,
    ).of(traitlets.Unicode(""))
    date_format = Choice(
        DATES,
        title="How dates are written",
        options=(
            ("2026-03-31", ""),
            ("31-3-2026", "%d-%m-%Y"),
            ("31/3/2026", "%d/%m/%Y"),
            ("31.3.2026", "%d.%m.%Y"),
            ("3/31/2026", "%m/%d/%Y"),
            ("day numbers of Excel: 46112", EXCEL),
        ),
        check=as_given,
    ).of(traitlets.Unicode(""))
    missing = Choice(
        f"{MISSING}, between commas",
        "text",
        "Words for not recorded",
        placeholder="n.b., -99",
        take=lambda model, words: model.write(missing=words),
        write=", ".join,
    ).of(traitlets.Tuple())
    mapping: TableMapping
    applied: pd.DataFrame
    problems: pd.DataFrame

    def __init__(self, table: Any, kind: str, *, mapping: TableMapping | None = None, one_row: bool = False) -> None:
        self._one_row = one_row
        self.table = refuse_nested(to_pandas(table))
        self.headings = [str(name) for name in self.table.columns]
        self.kind, self.columns = kind, find_kind(kind).holding(self.headings).columns
        if mapping is not None and mapping.kind != kind:
            raise MappingError(f"The mapping is of {mapping.kind}, not of {kind}.", expected=f"kind={mapping.kind!r}")
        begin: dict[str, Any] = {}
        if mapping is not None:
            held = {
                each.heading: {
                    "column": each.column,
                    "unit": each.unit,
                    "upper_limit": each.upper_limit,
                    "words": dict(each.words),
                }
                | ({"missing": list(each.missing)} if each.missing else {})
                for each in mapping.columns
            }
            begin = {"choices": held} | {name: getattr(mapping, name) for name in WRITTEN}
        super().__init__(**begin)

    # ------------------------------------------------------------------------------------------------- what is offered

    @cached_property
    def suggestions(self) -> pd.DataFrame:
        """What `suggest_mapping` says of the table."""
        return suggest_mapping(self.table, self.kind)

    def suggested(self, heading: str) -> list[dict[str, Any]]:
        """The columns suggested for a heading, the likeliest first."""
        rows = self.suggestions[(self.suggestions["heading"] == heading) & self.suggestions["column"].notna()]
        return rows.to_dict("records")

    def waiting(self) -> list[str]:
        """The headings whose likely suggestion nobody has accepted yet, and whose column is still free."""
        taken = {choice["column"] for choice in self.choices.values()}
        first = self.suggestions[self.suggestions["likely"]]
        free = first[~first["heading"].isin(list(self.choices)) & ~first["column"].isin(list(taken))]
        return free.drop_duplicates("column")["heading"].tolist()

    def advice(self, heading: str) -> str:
        """Which column is suggested for a heading and why, what is asked of it, or why none is."""
        row = self.suggestions[self.suggestions["heading"] == heading].iloc[0]
        if not isinstance(row["column"], str):
            return str(row["reason"])
        if self.asked_of_several(heading):
            return f"a question: {row['reason']}"
        if not row["likely"]:
            return f"a question: is it {self.in_words(row['column'])}? {row['reason']}"
        return f"suggested: {self.in_words(row['column'])}, because {row['reason']}"

    def asked_of_several(self, heading: str) -> list[dict[str, Any]]:
        """The columns that a heading could stand for alike, of which a person says which; none where one is ahead."""
        rows = self.suggested(heading)
        alike = [row for row in rows if row["score"] > rows[0]["score"] - MARGIN]
        return alike if len(alike) > 1 and not rows[0]["likely"] else []

    @cached_property
    def written_advice(self) -> dict[str, str]:
        """What the cells say of how they are written, by the choice that it is about."""
        return {each.option: self._proposed(each) for each in written_as(self.table)}

    def _proposed(self, each: Proposal) -> str:
        control = getattr(type(self), each.option).metadata["choice"]
        options = [(text, value) for text, value in control.options]
        label = next((text for text, value in options if value == each.value), "")
        return f"{each.words}: choose '{label}'" if each.value and label else each.words

    def in_words(self, column: str) -> str:
        """A column by its label and unit."""
        definition = self.columns[column]
        unit = "" if definition.unit.rstrip("s") == definition.label else definition.unit
        return definition.heading + (f", {unit}" if unit else "")

    def examples(self, heading: str) -> str:
        """The first different values of a heading."""
        values = self.table.iloc[:, self.headings.index(heading)].dropna()
        return " · ".join(str(value) for value in list(dict.fromkeys(values.astype(object)))[:_EXAMPLES])

    def units(self, heading: str) -> list[str]:
        """The units that the numbers of a mapped heading can be in, the column's own first."""
        column = self._column(heading)
        return [column.unit, *other_units(column)] if column is not None and other_units(column) else []

    def needs_limit(self, heading: str) -> bool:
        """Whether a mapped heading can be divided by an upper limit of normal."""
        column = self._column(heading)
        return column is not None and column.unit == _ULN

    def _column(self, heading: str) -> Column | None:
        return self.columns[self.choices[heading]["column"]] if heading in self.choices else None

    # -------------------------------------------------------------------------------------------------- what is chosen

    def accept(self, heading: str, rank: int = 1) -> None:
        """Agree to a suggestion, with its unit, its upper limit and the words that are known."""
        rows = [row for row in self.suggested(heading) if row["rank"] == rank]
        if not rows:
            raise NotFoundError(f"Nothing is suggested for {heading!r}.", expected="a column of your own choice")
        self.change(choices=self.choices | {heading: self._of(rows[0])})

    def accept_likely(self) -> None:
        """Agree to every suggestion that is likely and whose column is free."""
        new = {heading: self._of(self.suggested(heading)[0]) for heading in self.waiting()}
        self.change(choices=self.choices | new)

    def _of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        values = self.table.iloc[:, self.headings.index(row["heading"])]
        limit = row["upper_limit"] if isinstance(row["upper_limit"], str) else None
        words = suggest_words(values, self.columns[row["column"]], row["heading"])
        return {"column": row["column"], "unit": row["unit"], "upper_limit": limit, "words": words}

    def choose(self, heading: str, column: str) -> None:
        """Say which column a heading stands for; an empty text takes it back."""
        choices = {name: choice for name, choice in self.choices.items() if name != heading}
        if column:
            given = next((row for row in self.suggested(heading) if row["column"] == column), None)
            row = given or {"heading": heading, "column": column, "unit": "", "upper_limit": None}
            choices[heading] = self._of(row)
        self.change(choices=choices)

    def set_unit(self, heading: str, unit: str) -> None:
        """Say in which unit the numbers of a mapped heading are."""
        own = unit == self.columns[self.choices[heading]["column"]].unit
        self._change(heading, unit="" if own else unit)

    def set_upper_limit(self, heading: str, limit: str) -> None:
        """Say which heading holds the upper limit of a mapped one; an empty text takes it back."""
        self._change(heading, upper_limit=limit or None)

    def write_upper_limit(self, heading: str, text: str) -> None:
        """Say the upper limit of a mapped heading in numbers: ``170``, or ``Geslacht: v = 170, m = 200``."""
        self._change(heading, upper_limit=limit_in_words(text))

    def upper_limit_in_words(self, heading: str) -> str:
        """The numbers of an upper limit as they are written; nothing where it is a heading, or none."""
        return words_of_limit(self.choices.get(heading, {}).get("upper_limit"))

    def set_missing(self, heading: str, words: str) -> None:
        """Say which words, between commas, mean *not recorded* under a mapped heading alone."""
        said = [word.strip() for word in words.split(",") if word.strip()]
        choice = {name: value for name, value in self.choices[heading].items() if name != "missing"}
        self.change(choices=self.choices | {heading: choice | ({"missing": said} if said else {})})

    def _change(self, heading: str, **changed: Any) -> None:
        self.change(choices=self.choices | {heading: self.choices[heading] | changed})

    def write(self, **changed: Any) -> None:
        """Say how cells are written: ``decimal, thousands, date_format``, and ``missing`` (words between commas)."""
        if isinstance(changed.get("missing"), str):
            changed["missing"] = [word.strip() for word in changed["missing"].split(",") if word.strip()]
        self.change(**changed)

    def _answer(self) -> None:
        for heading in self.choices:
            if heading not in self.headings:
                raise NotFoundError(
                    f"There is no heading {heading!r}.",
                    expected=listed(self.headings),
                    hint=nearest(heading, self.headings),
                )
        ordered = {name: self.choices[name] for name in self.headings if name in self.choices}
        written = {name: getattr(self, name) for name in WRITTEN}
        mapping = TableMapping(
            self.kind, [ColumnMapping(name, **choice) for name, choice in ordered.items()], **written
        )
        applied = apply_mapping(self.table, mapping)
        applied = one_row_a_patient(applied) if self._one_row else applied
        problems = validate(applied, self.kind)
        self.mapping, self.applied, self.problems, self.choices = mapping, applied, problems, ordered

    # ------------------------------------------------------------------------------------------------- what is the case

    @property
    def headline(self) -> str:
        """The one sentence on top."""
        many, mapped, waiting = len(self.headings), len(self.choices), len(self.waiting())
        wait = f"{waiting} suggestion{'s wait' if waiting != 1 else ' waits'} for your consent"
        if not mapped:
            return f"None of {many} headings is mapped yet; {wait}."
        errors = int((self.problems["severity"] == "error").sum())
        warnings = len(self.problems) - errors
        said = f"{mapped} of {many} headings are mapped{f'; {wait}' if waiting else ''}."
        counted = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
        return f"{said} {len(self.applied)} rows: {counted}."

    def summary(self) -> pd.DataFrame:
        """The problems counted, under headings for people."""
        names = {"severity": "Severity", "column": "Column", "problem": "Problem", "rows": "Rows", "values": "Values"}
        counted = summarise_problems(self.problems)
        counted["hint"] = counted["hint"].pipe(in_words_of_the_app)
        counted["rows"] = (
            counted["rows"].astype("float64").where(counted["rows"] > 0)
        )  # of a whole column none is named
        return counted[[*names, "hint"]].rename(columns=names | {"hint": "What to do"})

    def listed_problems(self) -> pd.DataFrame:
        """The problems one by one, under headings for people."""
        names = {"row": "Row", "patient_id": "Patient", "column": "Column", "value": "Value", "problem": "Problem"}
        shown = self.problems[[*names, "expected", "hint"]].rename(columns=names)
        shown["hint"] = shown["hint"].pipe(in_words_of_the_app)
        shown = shown.rename(columns={"expected": "Expected", "hint": "What to do"})
        return shown.astype(object).where(shown.notna(), "")

    def preview(self) -> pd.DataFrame:
        """The mapped columns as they would be written, under their own names."""
        names = [each.column for each in self.mapping.columns]
        shown = self.applied[names] if names else self.table
        made = {}
        for name in shown.columns:
            values = shown[name]
            is_date = pd.api.types.is_datetime64_any_dtype(values.dtype)
            plain = values.dt.strftime("%Y-%m-%d") if is_date else values
            made[str(name)] = plain.astype(object).where(values.notna(), "").map(_short)
        return pd.DataFrame(made, index=shown.index)

    def patients(self) -> list[Any]:
        """The patients in the order of the table."""
        return patients_of(self.applied)

    def described(self, table: pd.DataFrame) -> pd.DataFrame:
        """What of the mapped table is handed over unless more is asked for."""
        return described_by("visits", self.kind)(table)

    def as_code(self) -> str:
        """The code that does the same."""
        return (
            f"import myositis_tools as mt\n\n{self.mapping.code()}\nproblems = mt.validate({self.kind}, {self.kind!r})"
        )


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
