"""What every column is, as ``tables/columns.csv`` states it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@cache
def dates() -> frozenset[str]:
    """Name every column that holds dates, of any table."""
    return frozenset(str(row["column"]) for row in records("columns") if row["type"] == "date")
