"""Protocols as data: one TOML file each, read and checked (long: every mistake has a sentence of its own).

A file says whose text it is, then the criteria in the order of that text, each with the source's words, a rule and the
limits the rule compares with. Rules are tables of the words of `myositis_tools.rules`; a number stands in a limit, with
its operator as printed, its unit, source, place and evidence. Whatever the package does not understand is an error.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from myositis_tools import rules
from myositis_tools.criteria.criterion import KINDS, Criterion
from myositis_tools.criteria.protocol import CHECK_COLUMNS, DECISION_COLUMNS, Protocol
from myositis_tools.criteria.protocol_cases import read_cases
from myositis_tools.criteria.protocol_table import TomlTable, shown
from myositis_tools.errors import NotFoundError, ProtocolError, listed, nearest
from myositis_tools.frames import Column, columns
from myositis_tools.rules import Compare, Limit, Rule
from myositis_tools.tables import EVIDENCE, Source, records, source

FOLDER = resources.files(__package__).joinpath("protocols")
_FILE = [
    "key",
    "title",
    "registration",
    "version",
    "population",
    "source",
    "evidence",
    "caution",
    "sources",
    "columns",
    "criteria",
    "cases",
]
_CRITERION = ["key", "kind", "label", "words", "source", "place", "decision", "caution", "evidence", "rule", "limits"]
_LIMIT = [
    "label",
    "operator",
    "value",
    "unit",
    "minimum",
    "maximum",
    "step",
    "source",
    "place",
    "evidence",
    "decision",
    "borrowed",
]
_COLUMN = ["label", "type", "unit", "minimum", "maximum", "words", "description", "optional"]
_TYPES = ("yes_no", "number", "word")
_COMPARISONS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}
_ABOUT_A_COLUMN = (*_COMPARISONS, "between", "is_one_of")
_KINDS_OF_RULE = (*_ABOUT_A_COLUMN, "is_true", "all_of", "any_of", "at_least_n_of", "negate")
_TYPED = {">=": "≥", "<=": "≤"}
_TAKEN = {*CHECK_COLUMNS, *DECISION_COLUMNS}  # names of columns in results


def read_protocol(path_or_text: str | Path) -> Protocol:
    """Read a protocol from a TOML file or from the text of one.

    Nothing in it is run: the file can only say what the words of the grammar say. ``CONTRIBUTING.md`` and the files in
    ``myositis_tools/criteria/protocols/`` show how one is written.

    Parameters
    ----------
    path_or_text : str or path
        Where the file is; or, if it has more than one line, the text itself.

    Returns
    -------
    Protocol
        With its cases, if it has any; `assure` runs them.

    Raises
    ------
    ProtocolError
        For the first mistake found: wrong TOML, a key, column, word, operator, unit or source that is not known,
        something that is missing, said twice or never read, a value out of range. It names the file and the criterion.
    NotFoundError
        If there is no such file.

    Missing data
    ------------
    A column that the file declares ``optional`` may be missing from a screening table: what asks for it is *unknown*,
    and says that it was not asked.

    Source
    ------
    Each file names its own.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> protocol = mt.read_protocol('''
    ... key = "our_trial"
    ... title = "Our trial"
    ... source = "our_protocol"
    ... evidence = "verified"
    ... [sources.our_protocol]
    ... citation = "Our protocol, version 2."
    ... [[criteria]]
    ... key = "weakness"
    ... kind = "inclusion"
    ... label = "Weakness"
    ... words = "More than 5 % loss of strength, or a feeding tube"
    ... rule.any_of = [{ column = "mmt_loss_percent", more_than = "loss" }, { is_true = "feeding_tube" }]
    ... [criteria.limits.loss]
    ... label = "Loss above"
    ... operator = ">"
    ... value = 5
    ... unit = "%"
    ... minimum = 0
    ... maximum = 50
    ... step = 1
    ... ''')
    >>> protocol.criteria[0].rule.sentence
    'MMT loss > 5 % or feeding tube'
    """
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        return _protocol(path_or_text, "the text", "")
    path = Path(path_or_text)
    if not path.is_file():
        raise NotFoundError(
            f"There is no file {path.name!r}.",
            expected="the path of a protocol file, or its text in several lines",
            hint=f"the folder is {path.parent.as_posix()!r}; is the name spelled as it is there?",
        )
    return _read(path, path.name, f"mt.read_protocol({path.as_posix()!r})")


def shipped() -> tuple[str, ...]:
    """List the protocols that ship with the package, TIME IS MUSCLE first."""
    names = {file.name.removesuffix(".toml") for file in FOLDER.iterdir() if file.name.endswith(".toml")}
    return tuple(sorted(names, key=lambda name: (not name.startswith("time_is_muscle"), name)))


@cache
def read_shipped(key: str) -> Protocol:
    """Read one that ships with the package.

    Raises
    ------
    NotFoundError
        If there is no such protocol.
    """
    if key not in shipped():
        raise NotFoundError(
            f"There is no protocol {key!r}.", expected=listed(shipped(), most=20), hint=nearest(key, shipped())
        )
    origin = "mt.TIME_IS_MUSCLE" if key == "time_is_muscle" else f"mt.PROTOCOLS[{key!r}]"
    return _read(FOLDER.joinpath(f"{key}.toml"), f"{key}.toml", origin)


def _read(file: Any, name: str, origin: str) -> Protocol:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProtocolError(
            f"{name} is not a text file.", expected="TOML in UTF-8", hint="save it as plain text in UTF-8"
        ) from None
    return _protocol(text, name, origin)


# ------------------------------------------------------------------------------------------------------------ the file


def _protocol(text: str, file: str, origin: str) -> Protocol:
    top = TomlTable(_parsed(text, file), file, "")
    top.only(_FILE)
    key = top.name("key")
    own_sources = _own_sources(top)
    own_columns = _own_columns(top)
    criteria = _criteria(top, own_columns, own_sources)
    protocol = Protocol(
        key=key,
        title=top.text("title"),
        registration=top.text("registration", key),
        version=top.text("version", ""),
        text=_source(top, own_sources, top.text("source")),
        criteria=criteria,
        population=top.text("population", ""),
        caution=top.text("caution", "").removesuffix("."),
        origin=origin,
        own_sources=tuple(own_sources.values()),
    )
    _refuse_unread(top, "columns", own_columns, protocol.columns, "no criterion reads it")
    _refuse_unread(top, "sources", own_sources, [one.key for one in protocol.sources], "nothing cites it")
    return replace(protocol, cases=read_cases(top.get("cases", dict, default={}), protocol, where=top.file))


def _parsed(text: str, file: str) -> dict[str, Any]:
    import tomllib  # only who reads a protocol pays for it

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(
            f"{file} cannot be read as TOML: {error}.",
            expected='lines such as key = "text", each key once, an inline table { ... } on one line',
            hint="look at that line and the one before it",
        ) from None
    except ValueError:  # of more digits than Python reads
        raise ProtocolError(
            f"{file} holds a number that is too long.", expected="numbers as a source has them"
        ) from None
    except RecursionError:
        raise ProtocolError(f"{file} holds tables within tables without end.", expected="a protocol") from None


def _refuse_unread(top: TomlTable, of: str, declared: Iterable[str], read: Iterable[str], why: str) -> None:
    for name in declared:
        if name not in read:
            raise replace(top, place=f"{of}.{name}").refuse(
                f"{name!r} is declared and {why}.", expected="only what the criteria use", hint="is it spelled alike?"
            )


def _own_sources(top: TomlTable) -> dict[str, Source]:
    found = {}
    known = {str(row["key"]) for row in records("sources")}
    for key in top.get("sources", dict, default={}):
        table = top.table("sources", "sources").table(key, f"sources.{key}")
        table.checked_name(key)
        table.only(("citation", "url", "note"))
        if key in known:
            raise table.refuse(
                f"{key!r} is already a source of the package.", hint="choose another key, or leave it out"
            )
        found[key] = Source(key, table.text("citation"), table.text("url", ""), table.text("note", ""))
    return found


def _source(table: TomlTable, own: Mapping[str, Source], key: str) -> Source:
    if key in own:
        return own[key]
    known = [*own, *(str(row["key"]) for row in records("sources"))]
    if key not in known:
        raise table.refuse(
            f"There is no source {key!r}.",
            expected=f"a key of sources.csv, or [sources.{key}] in the file",
            hint=nearest(key, known),
        )
    return source(key)


def _own_columns(top: TomlTable) -> dict[str, Column]:
    found = {}
    for name in top.get("columns", dict, default={}):
        table = top.table("columns", "columns").table(name, f"columns.{name}")
        table.checked_name(name)
        table.only(_COLUMN)
        if name in columns("screening") or name.endswith(rules.explanation("")):
            raise table.refuse(
                f"{name!r} is already a column of the screening table.",
                expected="a column of your own that is not in it",
                hint="leave this table out, the criteria can read the column as it is; or choose another name",
            )
        found[name] = _own_column(table, name)
    return found


def _own_column(table: TomlTable, name: str) -> Column:
    kind = table.word("type", _TYPES)
    only = {"number": ("unit", "minimum", "maximum"), "word": ("words",), "yes_no": ()}[kind]
    for key in ("unit", "minimum", "maximum", "words"):
        if key in table.values and key not in only:
            raise table.refuse(f"A column of type {kind} has no {key!r}.", hint="leave it out, or change the type")
    words = table.get("words", list) if kind == "word" else []
    if not all(isinstance(word, str) and word for word in words) or len(set(words)) < len(words):
        raise table.refuse(f"words = {shown(words)} is not a list of words.", expected="each word once, as text")
    low, high = (table.number(key) if key in table.values else None for key in ("minimum", "maximum"))
    if kind == "number" and (low is None or (high is not None and low >= high)):
        raise table.refuse(
            "The column has no range.", expected="minimum = number, and maximum = a larger one if there is one"
        )
    unit = table.text("unit", "")
    return Column(
        table="screening",
        name=name,
        label=table.text("label"),
        type=kind,
        unit=unit,
        limit_unit=unit,
        minimum=low,
        maximum=high,
        better="",
        words=tuple(words),
        description=table.text("description", ""),
        optional=table.get("optional", bool, default=False),
    )


# -------------------------------------------------------------------------------------------------------- the criteria


def _criteria(
    top: TomlTable, own_columns: Mapping[str, Column], own_sources: Mapping[str, Source]
) -> tuple[Criterion, ...]:
    tables = top.get("criteria", list)
    if not tables or not all(isinstance(table, dict) for table in tables):
        raise top.refuse("The file has no criteria.", expected="[[criteria]] once for each criterion")
    known = {**columns("screening"), **own_columns}
    found: dict[str, Criterion] = {}
    limits: dict[str, str] = {}
    for number, values in enumerate(tables, start=1):
        key = values.get("key")
        table = replace(top, values=values, place=f"criterion {key!r}" if key else f"criterion number {number}")
        each = _Reader(top, table, known, own_sources).criterion()
        if each.key in found:
            raise table.refuse(f"The criterion {each.key!r} is said twice.", expected="every key once")
        for limit in each.limits:
            if limits.setdefault(limit.name, each.key) != each.key:
                raise table.refuse(
                    f"The limit {limit.name!r} is also one of criterion {limits[limit.name]!r}.",
                    expected="every limit in one criterion, under a name of its own",
                )
        found[each.key] = each
    return tuple(found.values())


@dataclass(frozen=True)
class _Reader:
    """Makes one criterion of its table."""

    top: TomlTable
    table: TomlTable
    known: Mapping[str, Column]
    own_sources: Mapping[str, Source]

    def criterion(self) -> Criterion:
        table = self.table
        table.only(_CRITERION)
        key = table.name("key")
        if key in _TAKEN:
            raise table.refuse(f"{key!r} is the name of a column of every result.", hint="choose another key")
        limits = table.get("limits", dict, default={})
        rule = self._rule(table.get("rule", dict), limits)
        used = [limit.name for limit in rule.limits]
        for name in limits:
            if name not in used:
                raise table.refuse(f"The rule does not use the limit {name!r}.", expected=f"the limits {listed(used)}")
        return Criterion(
            key=key,
            label=table.text("label"),
            kind=table.word("kind", KINDS),
            rule=rule,
            words=table.text("words"),
            source=self._source(table),
            place=table.text("place", ""),
            decision=table.text("decision", ""),
            caution=table.text("caution", ""),
            evidence=self._evidence(table),
        )

    def _source(self, table: TomlTable) -> Source:
        key = table.text("source", self.table.text("source", self.top.text("source")))
        return _source(table, self.own_sources, key)

    def _evidence(self, table: TomlTable) -> str:
        default = self.table.values.get("evidence", self.top.values.get("evidence"))
        return table.word("evidence", EVIDENCE, default)

    # ------------------------------------------------------------------------------------------------------- its rule

    def _rule(self, values: Any, limits: Mapping[str, Any]) -> Rule:
        if not isinstance(values, dict):
            raise self.table.refuse(f"{shown(values)} is not a rule.", expected="a table such as { is_true = ... }")
        kinds = [key for key in values if key in _KINDS_OF_RULE]
        beside = {"is_one_of": ("otherwise",), "at_least_n_of": ("of", "what")}.get(kinds[0] if kinds else "", ())
        about = ("column",) if kinds and kinds[0] in _ABOUT_A_COLUMN else ()
        for key in values:
            if key not in (*_KINDS_OF_RULE, *beside, *about) and (kinds or key != "column"):
                allowed = (*_KINDS_OF_RULE, *beside, *about)
                raise self.table.refuse(
                    f"{key!r} is not known in a rule.", expected=listed(allowed, most=20), hint=nearest(key, allowed)
                )
        if len(kinds) != 1:
            raise self.table.refuse(
                f"The rule {shown(values)} says {'nothing' if not kinds else ' and '.join(kinds)}.",
                expected=f"one of {listed(_KINDS_OF_RULE, most=20)}",
                hint="join two rules with all_of or any_of",
            )
        return self._of_kind(kinds[0], replace(self.table, values=values), limits)

    def _of_kind(self, kind: str, rule: TomlTable, limits: Mapping[str, Any]) -> Rule:
        if kind in ("all_of", "any_of"):
            return getattr(rules, kind)(*self._parts(rule.get(kind, list), limits, least=2))
        if kind == "negate":
            return rules.negate(self._rule(rule.get(kind, dict), limits))
        if kind == "at_least_n_of":
            parts = self._parts(rule.get("of", list), limits, least=2)
            return rules.at_least_n_of(self._count(rule.text(kind), limits, len(parts)), *parts, what=rule.text("what"))
        if kind == "is_true":
            return rules.is_true(self._column(rule.text(kind), "yes_no"))
        if kind == "is_one_of":
            column = self._column(rule.text("column"), "word")
            return rules.is_one_of(column, self._words(rule, column), otherwise=rule.text("otherwise", ""))
        column = self._column(rule.text("column"), "number")
        if kind == "between":
            ends = rule.get(kind, list)
            if len(ends) != 2 or not all(isinstance(end, str) for end in ends):
                raise rule.refuse(f"between = {shown(ends)} is not two limits.", expected='["low", "high"]')
            low, high = (self._limit(*end, column, limits) for end in zip(ends, ("at_least", "at_most"), strict=True))
            return rules.between(column, low, high)
        return getattr(rules, kind)(column, self._limit(rule.text(kind), kind, column, limits))

    def _parts(self, values: list[Any], limits: Mapping[str, Any], *, least: int) -> list[Rule]:
        if len(values) < least:
            raise self.table.refuse(f"{shown(values)} has fewer than {least} rules.", expected="a list of rules")
        return [self._rule(one, limits) for one in values]

    def _column(self, name: str, kind: str) -> Column:
        readable = [one for one, column in self.known.items() if column.type in _TYPES]
        if name not in readable:
            raise self.table.refuse(
                f"There is no column {name!r}.",
                expected="a column of the screening table, or one that the file declares",
                hint=f"{nearest(name, readable)} A column of your own needs [columns.{name}]",
            )
        column = self.known[name]
        if column.type != kind:
            raise self.table.refuse(
                f"The column {name!r} is of type {column.type}, not {kind}.",
                expected={"yes_no": "is_true", "word": "is_one_of", "number": listed(_COMPARISONS)}[column.type],
            )
        return column

    def _words(self, rule: TomlTable, column: Column) -> list[str]:
        words = rule.get("is_one_of", list)
        if not words:
            raise rule.refuse("is_one_of has no words.", expected=listed(column.words))
        for word in words:
            if word not in column.words:
                raise rule.refuse(
                    f"{shown(word)} is no word of {column.name}.",
                    expected=listed(column.words),
                    hint=nearest(word, column.words),
                )
        return words

    # ----------------------------------------------------------------------------------------------------- its limits

    def _limit(self, name: str, kind: str, column: Column, limits: Mapping[str, Any]) -> Limit:
        table = self._limit_table(name, limits)
        if "borrowed" in table.values:
            return self._borrowed(table, name, kind, column)
        self._same_operator(table, table.text("operator"), _COMPARISONS[kind], kind)
        unit = table.text("unit", "") if not column.unit else table.text("unit")
        if unit != column.unit:
            raise table.refuse(f"unit = {unit!r} is not the unit of {column.name}.", expected=f"unit = {column.unit!r}")
        low, high, step = (table.number(key) for key in ("minimum", "maximum", "step"))
        lowest = -math.inf if column.minimum is None else column.minimum
        highest = math.inf if column.maximum is None else column.maximum
        if not lowest <= low < high <= highest or step <= 0 or step > high - low:
            raise table.refuse(
                f"minimum = {low:g}, maximum = {high:g}, step = {step:g} is no range to try values in.",
                expected=f"minimum below maximum, both among the values of {column.name} ({column.expected}), and a "
                "step above 0 that fits between them",
            )
        return self._made(table, name, unit, (low, high, step))

    def _count(self, name: str, limits: Mapping[str, Any], parts: int) -> Limit:
        """A number of parts knows its own unit and range."""
        table = self._limit_table(name, limits)
        table.only([key for key in _LIMIT if key not in ("unit", "minimum", "maximum", "step", "borrowed")])
        self._same_operator(table, table.text("operator"), "≥", "at_least_n_of")
        if table.number("value") != round(table.number("value")):
            raise table.refuse("A number of parts is a whole number.", expected=f"1 to {parts}")
        return self._made(table, name, f"of {parts}", (1.0, float(parts), 1.0))

    def _limit_table(self, name: str, limits: Mapping[str, Any]) -> TomlTable:
        place = f"{self.table.place}, limit {name!r}"
        if not isinstance(limits.get(name), dict):
            known = list(limits)
            raise self.table.refuse(
                f"The limit {name!r} is missing.",
                expected=f"limits.{name} = {{ label = ..., operator = ..., value = ..., ... }} in the criterion",
                hint=nearest(name, known) if known else "a number stands in a limit, never in a rule",
            )
        table = replace(self.table, values=limits[name], place=place)
        table.checked_name(name)
        table.only(_LIMIT)
        return table

    def _same_operator(self, table: TomlTable, written: str, meant: str, kind: str) -> None:
        if _TYPED.get(written, written) != meant:
            raise table.refuse(
                f"operator = {written!r}, but the rule says {kind}, which is {meant!r}.",
                expected=", ".join(f"{word} for {sign!r}" for word, sign in _COMPARISONS.items()),
                hint="keep the operator as the source prints it, and change the rule",
            )

    def _made(self, table: TomlTable, name: str, unit: str, span: tuple[float, float, float]) -> Limit:
        value = table.number("value")
        if not span[0] <= value <= span[1]:
            raise table.refuse(
                f"value = {value:g} is outside its range.", expected=f"{span[0]:g} to {span[1]:g} {unit}".rstrip()
            )
        return Limit(
            name=name,
            label=table.text("label"),
            value=value,
            unit=unit,
            minimum=span[0],
            maximum=span[1],
            step=span[2],
            source=self._source(table).key,
            place=table.text("place", self.table.text("place", "")),
            evidence=self._evidence(table),
            decision=table.text("decision", ""),
            published=value,
        )

    def _borrowed(self, table: TomlTable, name: str, kind: str, column: Column) -> Limit:
        """The limit of the same name of a protocol that ships with the package."""
        table.only(("borrowed", "evidence", "decision"))
        lender = table.word("borrowed", shipped())
        lent = [
            leaf
            for each in read_shipped(lender).criteria
            for leaf in each.rule.leaves
            if isinstance(leaf, Compare) and leaf.limit.name == name
        ]
        if not lent or lent[0].column != column:
            raise table.refuse(
                f"{lender} has no limit {name!r} of {column.name}.", expected=listed(read_shipped(lender).limits)
            )
        self._same_operator(table, lent[0].operator, _COMPARISONS[kind], kind)
        limit = lent[0].limit
        evidence = table.word("evidence", EVIDENCE, limit.evidence)
        return replace(limit, evidence=evidence, decision=table.text("decision", limit.decision))
