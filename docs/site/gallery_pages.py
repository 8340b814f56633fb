"""Every figure with the code that makes it: the example of its docstring, which is run here and printed."""

from __future__ import annotations

import ast
import doctest
import json
from html import escape
from pathlib import Path
from typing import Any

from live_figures import place_of, save_figure
from reference_pages import HOMES, TASKS, WIDE

import myositis_tools as mt

PLOTS = [name for name in HOMES if name.startswith("plot_")]


def write_gallery(folder: Path, figures: Path) -> None:
    """Write a page for each figure, and one with all of them."""
    folder.mkdir(parents=True)
    tiles = {}
    for name in PLOTS:
        code, figure = made(name)
        save_figure(figures, name, figure)
        tiles[name] = _tile(name, figure)
        (folder / f"{name}.md").write_text(_page(name, code, figure), encoding="utf-8")
    (folder / "index.md").write_text(_all(tiles), encoding="utf-8")


def made(name: str) -> tuple[str, dict[str, Any]]:
    """The code of the docstring's example up to the figure, and the figure that it makes."""
    examples = doctest.DocTestParser().get_examples(getattr(mt.figures, name).__doc__)
    tree = ast.parse(source := "".join(example.source for example in examples))
    lines = []
    for statement in tree.body:
        [call] = [one for one in ast.walk(statement) if _calls(one, name)] or [None]
        if call is not None:
            lines.append(f"figure = {ast.get_source_segment(source, call)}")
            break
        lines.append(ast.get_source_segment(source, statement))
    code = "\n".join(lines)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 (our own docstring)
    return code, json.loads(names["figure"].to_json())


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name


def first_sentence(name: str) -> str:
    """What a function is, in a sentence without code marks."""
    return getattr(mt.figures, name).__doc__.strip().split("\n\n")[0].replace("\n", " ").replace("`", "")


def _tile(name: str, figure: dict[str, Any]) -> str:
    words = " ".join(first_sentence(name).split())
    return (
        f'<a class="mt-tile" href="{name}.html">{place_of(name, figure, thumbnail=True)}'
        f'<code>{name}</code><span class="mt-words">{escape(words)}</span></a>'
    )


def _page(name: str, code: str, figure: dict[str, Any]) -> str:
    raw = f"```{{raw}} html\n{place_of(name, figure)}\n```"
    return (
        f"# {name}\n\n{first_sentence(name)}\n\n{raw}\n\n```python\n{code}\nfigure.show()\n```\n\n"
        f"Options and what they mean: {{py:obj}}`mt.figures.{name} <myositis_tools.figures.{name}>`.\n"
    )


def _all(tiles: dict[str, str]) -> str:
    parts = [f"{WIDE}# Gallery", "Every figure, drawn from the synthetic sample. Choose one for its code."]
    for heading, names in TASKS["figures"].items():
        chosen = (
            [tiles[name] for full in names if (name := full.partition(".")[2]) in tiles] if heading != "title" else []
        )
        if chosen:
            parts += [f"## {heading}", '```{raw} html\n<div class="mt-tiles">\n' + "\n".join(chosen) + "\n</div>\n```"]
    parts.append("```{toctree}\n:hidden:\n\n" + "\n".join(tiles) + "\n```")
    return "\n\n".join(parts)
