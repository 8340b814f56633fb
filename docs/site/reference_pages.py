"""The pages of the reference: names by task, columns of tables, protocols, the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

import pandas as pd
import typer.testing

import myositis_tools as mt
from myositis_tools.cli import make_commands
from myositis_tools.html_tables import html_table

TASKS = tomllib.loads((Path(__file__).parent / "reference.toml").read_text(encoding="utf-8"))
NAMES = [name for page in TASKS.values() for heading, names in page.items() if heading != "title" for name in names]
# At the head of a page that has no list of its headings beside it, for it needs the width.
WIDE = "---\nhtml_theme.sidebar_secondary.remove: true\n---\n\n"
HOMES = {name.partition(".")[2]: name.partition(".")[0] for name in NAMES}


def relatives(name: str) -> list[str]:
    """The names under the same heading, and between a figure and the table that it draws."""
    pairs = {"plot_" + last.removesuffix("_frame"): last for last in HOMES if last.endswith("_frame")}
    pair = [pairs.get(name), *(plot for plot, table in pairs.items() if table == name)]
    [heading] = [
        names for page in TASKS.values() for names in list(page.values())[1:] if f"{HOMES[name]}.{name}" in names
    ]
    near = [] if name.endswith("_frame") else [full.partition(".")[2] for full in heading]
    return [f"{HOMES[other]}.{other}" for other in dict.fromkeys([*pair, *near]) if other in HOMES and other != name]


def write_reference(folder: Path) -> None:
    """Write all of them, and the list that leads to them."""
    folder.mkdir(parents=True)
    for key, page in TASKS.items():
        (folder / f"{key}.rst").write_text(_names(page), encoding="utf-8")
    (folder / "index.md").write_text(_index(), encoding="utf-8")
    (folder / "columns.md").write_text(_columns(), encoding="utf-8")
    (folder / "command_line.md").write_text(_command_line(), encoding="utf-8")
    protocols = folder / "protocol_files"
    protocols.mkdir()
    for key, protocol in mt.PROTOCOLS.items():
        page = f'{WIDE}# {protocol.title}\n\n`mt.PROTOCOLS["{key}"]`\n\n{as_raw(protocol._repr_html_())}'
        (protocols / f"{key}.md").write_text(page, encoding="utf-8")


def _index() -> str:
    pages = {f"{key}.rst": str(page["title"]) for key, page in TASKS.items()}
    pages |= {"columns.md": "Columns of the tables", "command_line.md": "Command line"}
    protocols = {f"protocol_files/{key}.md": protocol.title for key, protocol in mt.PROTOCOLS.items()}
    links = {place: f"- [{title}]({place})" for place, title in (pages | protocols).items()}
    parts = [
        "# Reference",
        "Every public name, by what you want to do. `import myositis_tools as mt` stands before all.",
    ]
    parts += ["\n".join(links[place] for place in pages), "## Protocols as they are asked here"]
    parts += ["\n".join(links[place] for place in protocols)]
    return "\n\n".join([*parts, toctree(place.rpartition(".")[0] for place in links)])


def toctree(pages: Iterable[str]) -> str:
    """The order of pages for the side bar, not shown on the page itself."""
    return "```{toctree}\n:hidden:\n\n" + "\n".join(pages) + "\n```\n"


def as_raw(text: str) -> str:
    """HTML for a page in Markdown, in a box that scrolls where it is too wide."""
    return f'```{{raw}} html\n<div class="mt-wide" tabindex="0" role="group" aria-label="Table">\n{text}\n</div>\n```\n'


def trap_patients() -> str:
    """The patients of the sample who teach something, each with the lesson."""
    patients = mt.load_patients().set_index("trap")["patient_id"]
    traps = mt.reference.tables.load("simulation_trap_patients")
    rows = [[patients[trap], lesson] for trap, lesson in zip(traps["trap"], traps["lesson"], strict=True)]
    one = patients[traps["trap"].iloc[0]]
    words = (
        "Some of the synthetic patients are drawn to teach one thing each. Look at one: "
        f'`mt.report_patient("{one}", screening=mt.load_screening(), visits=mt.load_visits())`.'
    )
    return f"# Patients who teach something\n\n{words}\n\n{as_raw(html_table(['patient', 'lesson'], rows))}"


def _names(page: Mapping[str, object]) -> str:
    lines = [str(page["title"]), "=" * len(str(page["title"])), ""]
    for heading, names in page.items():
        if heading != "title":
            lines += [
                heading,
                "-" * len(heading),
                "",
                ".. autosummary::",
                "   :toctree: names",
                "   :nosignatures:",
                "",
            ]
            lines += [*(f"   ~myositis_tools.{name}" for name in names), ""]
    return "\n".join(lines)


def _columns() -> str:
    columns = mt.reference.tables.load("columns")
    ends = ["minimum", "maximum"]
    columns[ends] = columns[ends].map(lambda end: "" if pd.isna(end) else f"{end:g}")
    labels = {kind.kind: kind.label for kind in mt.reference.tables.load("table_kinds").itertuples()}
    parts = [
        "# Columns of the tables",
        "What a column holds, its unit, and the values that it can have. A value outside is an error that names it.",
    ]
    for kind, rows in columns.groupby("table", sort=False):
        table = html_table(
            ["column", "what it is", "type", "unit", "values"],
            [
                [
                    row.column,
                    row.description or row.label,
                    row.type.replace("_", " "),
                    row.unit,
                    row.words.replace("|", " · ") or _range(row.minimum, row.maximum),
                ]
                for row in rows.fillna("").astype(str).itertuples()
            ],
        )
        parts += [f"## {str(kind).replace('_', ' ')}", labels.get(kind, ""), as_raw(table)]
    return "\n\n".join(parts)


def _range(lowest: str, highest: str) -> str:
    if lowest and highest:
        return f"{lowest} to {highest}"
    return f"{lowest} or more" if lowest else f"up to {highest}" if highest else ""


def _command_line() -> str:
    run = typer.testing.CliRunner()
    commands = make_commands()
    told = run.invoke(commands, ["--help"], prog_name="myositis-tools", env={"COLUMNS": "100"}).output
    parts = ["# Command line", "What each command says of itself (`--help`).", _shown(told)]
    for name in sorted(typer.main.get_command(commands).commands):
        told = run.invoke(commands, [name, "--help"], prog_name="myositis-tools", env={"COLUMNS": "100"}).output
        parts += [f"## {name}", _shown(told)]
    return "\n\n".join(parts)


def _shown(text: str) -> str:
    return as_raw(f"<pre>{escape(text.strip())}</pre>")
