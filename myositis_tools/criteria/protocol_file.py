"""Protocols as data: one TOML file each, read and checked (long: every mistake has a sentence of its own).

A file says whose text it is, then the criteria in the order of that text, each with the source's words, a rule and the
limits the rule compares with. Rules are tables of the words of `myositis_tools.rules`; a number stands in a limit, with
its operator as printed, its unit, source, place and evidence. Whatever the package does not understand is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from myositis_tools import rules
from myositis_tools.criteria.course_rules import CourseRules
from myositis_tools.criteria.criterion import KINDS, Criterion
from myositis_tools.criteria.protocol import CHECK_COLUMNS, DECISION_COLUMNS, Protocol
from myositis_tools.criteria.protocol_cases import read_cases
from myositis_tools.criteria.protocol_courses import own_look_backs, read_courses
from myositis_tools.criteria.protocol_table import TomlTable, shown
from myositis_tools.criteria.rule_reader import TYPES, RuleReader, named_source
from myositis_tools.errors import NotFoundError, ProtocolError, listed, nearest
from myositis_tools.frames import NUMERIC, Column, bounds_of, columns
from myositis_tools.rules import Compare
from myositis_tools.tables import Source, records

FOLDER = resources.files(__package__).joinpath("protocols")
_FILE = [
    "key",
    "title",
    "registration",
    "version",
    "population",
    "edition_of",
    "source",
    "evidence",
    "caution",
    "sources",
    "columns",
    "courses",
    "criteria",
    "cases",
]
_CRITERION = ["key", "kind", "label", "words", "source", "place", "decision", "caution", "evidence", "rule", "limits"]
_COLUMN = ["label", "type", "unit", "minimum", "maximum", "words", "description", "optional", "sum_of"]
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
        text=named_source(top, own_sources, top.text("source")),
        criteria=criteria,
        population=top.text("population", ""),
        caution=top.text("caution", "").removesuffix("."),
        origin=origin,
        own_sources=tuple(own_sources.values()),
        edition_of=top.word("edition_of", shipped()) if "edition_of" in top.values else "",
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


def _own_columns(top: TomlTable) -> dict[str, Column]:
    found = {}
    for name in top.get("columns", dict, default={}):
        table = top.table("columns", "columns").table(name, f"columns.{name}")
        table.checked_name(name)
        if name in columns("screening") and table.values == {"optional": True}:
            found[name] = replace(columns("screening")[name], optional=True)
            continue
        table.only(_COLUMN)
        if name in columns("screening") or name.endswith(rules.explanation("")):
            raise table.refuse(
                f"{name!r} is already a column of the screening table.",
                expected="a column of your own that is not in it",
                hint="leave this table out, the criteria can read the column as it is, or say only optional = true; or "
                "choose another name",
            )
        found[name] = _own_column(table, name)
    numbers = [name for name, column in {**columns("screening"), **found}.items() if column.type in NUMERIC]
    for bound in [bound for name in numbers for bound in bounds_of(name) if bound in found]:
        raise top.refuse(
            f"[columns.{bound}]: {bound!r} is a bound of the number {bound.rpartition('_')[0]!r}.",
            expected="another name",
            hint="every number column may have these bounds beside it in a table; they need no declaration",
        )
    return found


def _own_column(table: TomlTable, name: str) -> Column:
    kind = table.word("type", TYPES)
    only = {"number": ("unit", "minimum", "maximum", "sum_of"), "word": ("words",), "yes_no": ()}[kind]
    for key in ("unit", "minimum", "maximum", "words", "sum_of"):
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
    parts = tuple(table.get("sum_of", list, default=[]))
    _refuse_unlike_parts(table, parts, unit)
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
        optional=table.get("optional", bool, default=bool(parts)),
        sum_of=parts,
    )


def _refuse_unlike_parts(table: TomlTable, parts: tuple[Any, ...], unit: str) -> None:
    """Refuse a sum of anything but numbers of the screening table that have its unit and a range."""
    known = columns("screening")
    for part in parts:
        column = known.get(part) if isinstance(part, str) else None
        if column is None or column.type != "number" or column.unit != unit or column.maximum is None:
            fitting = [one.name for one in known.values() if one.unit == unit and one.maximum is not None]
            raise table.refuse(
                f"sum_of names {shown(part)}, which cannot be a part of a number in {unit or 'no unit'!r}.",
                expected=listed(fitting, most=20),
            )


# -------------------------------------------------------------------------------------------------------- the criteria


def _criteria(
    top: TomlTable, own_columns: Mapping[str, Column], own_sources: Mapping[str, Source]
) -> tuple[Criterion, ...]:
    tables = top.get("criteria", list)
    if not tables or not all(isinstance(table, dict) for table in tables):
        raise top.refuse("The file has no criteria.", expected="[[criteria]] once for each criterion")
    known = {**columns("screening"), **own_columns}
    courses = _courses(top, own_columns, own_sources)
    known |= own_look_backs(courses)
    of_courses = {limit.name for limit in courses.limits}
    found: dict[str, Criterion] = {}
    limits: dict[str, str] = {}
    for number, values in enumerate(tables, start=1):
        key = values.get("key")
        table = replace(top, values=values, place=f"criterion {key!r}" if key else f"criterion number {number}")
        each = _criterion(RuleReader(top, table, known, own_sources, shipped, _comparisons, courses))
        if each.key in found:
            raise table.refuse(f"The criterion {each.key!r} is said twice.", expected="every key once")
        for limit in each.limits:
            if limit.name not in of_courses and limits.setdefault(limit.name, each.key) != each.key:
                raise table.refuse(
                    f"The limit {limit.name!r} is also one of criterion {limits[limit.name]!r}.",
                    expected="every limit in one criterion, under a name of its own",
                )
        found[each.key] = each
    return tuple(found.values())


def _courses(top: TomlTable, own_columns: Mapping[str, Column], own_sources: Mapping[str, Source]) -> CourseRules:
    """What the file says of courses of treatment, or what the file says that it borrows from."""
    table = top.table("courses", "courses")
    if "borrowed" in table.values:
        table.only(("borrowed",))
        return read_shipped(table.word("borrowed", shipped())).courses
    return read_courses(RuleReader(top, table, own_columns, own_sources, shipped, _comparisons))


def _criterion(reader: RuleReader) -> Criterion:
    table = reader.table
    table.only(_CRITERION)
    key = table.name("key")
    if key in _TAKEN:
        raise table.refuse(f"{key!r} is the name of a column of every result.", hint="choose another key")
    limits = table.get("limits", dict, default={})
    rule = reader.rule(table.get("rule", dict), limits)
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
        source=reader.source(table),
        place=table.text("place", ""),
        decision=table.text("decision", ""),
        caution=table.text("caution", ""),
        evidence=reader.evidence(table),
    )


def _comparisons(key: str) -> list[Compare]:
    """The comparisons of a protocol that ships with the package, of which limits can be borrowed."""
    leaves = [leaf for each in read_shipped(key).criteria for leaf in each.rule.leaves]
    return [leaf for leaf in leaves if isinstance(leaf, Compare)]
