"""A public name in a docstring, `attrition`, leads to its page in the reference, whichever module says it."""

from __future__ import annotations

import docutils.nodes
from reference_pages import HOMES
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def find_public_name(
    app: Sphinx, environment: BuildEnvironment, node: pending_xref, content: docutils.nodes.Node
) -> docutils.nodes.Node | None:
    """Look for the name as a reader types it: `mt.attrition`, `screening.attrition` or `attrition`."""
    target = node.get("reftarget", "").removesuffix("()")
    start, _, name = target.rpartition(".")
    if name not in HOMES or (start and start.split(".")[0] not in ("mt", "myositis_tools", HOMES[name], "tables")):
        return None
    return environment.get_domain("py").resolve_xref(
        environment,
        node.get("refdoc", environment.docname),
        app.builder,
        "obj",
        f"myositis_tools.{HOMES[name]}.{name}",
        node,
        content,
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Join Sphinx."""
    app.connect("missing-reference", find_public_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
