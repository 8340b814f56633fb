"""What every column is, as ``tables/columns.csv`` states it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from myositis_tools.errors import listed
from myositis_tools.tables import records

NUMERIC = ("number", "integer")  # the types of column that hold numbers
IDENTIFIERS = ("patient_id", "case_id")  # kept as the numbers or texts that they are; other texts are made texts


@dataclass(frozen=True)
class Column:
    """What a column is, as ``tables/columns.csv`` states it, and ``private_columns.csv`` whether it is private."""

    table: str
    name: str
    label: str
    type: str
    unit: str
    limit_unit: str
    minimum: float | None
    maximum: float | None
    better: str
    words: tuple[str, ...]
    description: str
    optional: bool = False
    private: str = ""
    sum_of: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The label as a heading or a sentence begins with it."""
        return self.label[:1].upper() + self.label[1:]

    @property
    def expected(self) -> str:
        """The permitted values, for a message."""
        if self.words:
            return listed(self.words)
        if self.type == "yes_no":
            return "True, False or missing"
        if self.type in NUMERIC:
            if self.minimum is None and self.maximum is None:
                return f"a {'whole ' if self.type == 'integer' else ''}number{f' ({self.unit})' if self.unit else ''}"
            low = "any" if self.minimum is None else f"{self.minimum:g}"
            high = "" if self.maximum is None else f" to {self.maximum:g}"
            open_end = " or more" if self.minimum is not None and self.maximum is None else ""
            return f"{low}{high}{open_end}{' ' + self.unit if self.unit else ''}"
        return f"a {self.type}"


@cache
def columns(table: str) -> Mapping[str, Column]:
    """The columns of a table by name, in the order they are defined; patients may hold any column of screening."""
    private = {str(row["column"]): str(row["private"]) for row in records("private_columns") if row["table"] == table}
    return MappingProxyType(
        (dict(columns("screening")) if table == "patients" else {})
        | {
            str(row["column"]): Column(
                table=table,
                name=str(row["column"]),
                label=str(row["label"]),
                type=str(row["type"]),
                unit=str(row["unit"] or ""),
                limit_unit=str(row["limit_unit"] or ""),
                minimum=row["minimum"],  # type: ignore[arg-type]
                maximum=row["maximum"],  # type: ignore[arg-type]
                better=str(row["better"] or ""),
                words=tuple(str(row["words"]).split("|")) if row["words"] else (),
                description=str(row["description"]),
                private=private.get(str(row["column"]), ""),
            )
            for row in records("columns")
            if row["table"] == table
        }
    )


def bounds_of(name: str) -> tuple[str, str]:
    """Name the columns of the least and the most that a number column can be, where only that is known."""
    return f"{name}_min", f"{name}_max"


def with_bounds(known: Mapping[str, Column], present: Collection[str]) -> Mapping[str, Column]:
    """Add to the columns of a table the bounds that stand beside its number columns.

    Every number may have them, ``<column>_min`` and ``<column>_max``, with its own unit and range. Only those that are
    `present` are added: no table need have them.
    """
    found: dict[str, Column] = {}
    for name, column in known.items():
        found[name] = column
        if column.type not in NUMERIC:
            continue
        for bound, which in zip(bounds_of(name), ("lowest", "highest"), strict=True):
            if bound in present and bound not in known:
                label = f"{column.label}, {which} possible"
                said = f"The {which} that {name} can be; a limit is asked of both bounds"
                found[bound] = replace(column, name=bound, label=label, description=said)
    return MappingProxyType(found)


@cache
def dates() -> frozenset[str]:
    """Name every column that holds dates, of any table."""
    return frozenset(str(row["column"]) for row in records("columns") if row["type"] == "date")
