"""How Sphinx makes the site out of the pages that `make_site.py` has gathered in build/site-source."""

import sys
from pathlib import Path

import myositis_tools

sys.path.insert(0, str(Path(__file__).parent))
from reference_pages import HOMES, relatives

project = "myositis_tools"
author = "The myositis_tools developers"
release = version = myositis_tools.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    # numpydoc drops a section that it does not know, and ours have *Missing data* and *Source*.
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "public_names",
]
exclude_patterns = ["README.md"]
suppress_warnings = ["mystnb.unknown_mime_type"]

# A public name of ours must lead somewhere. Pandas and its like are not on this machine, and a docstring may name
# a module of the house that has no page.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!(mt|myositis_tools)\.).*"), ("py:.*", r"myositis_tools\.(privacy|studies)\..*")]
default_role = "py:obj"

autodoc_default_options = {"members": True}
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autosummary_generate = True
autosummary_context = {"relatives": {name: relatives(name) for name in HOMES}}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_custom_sections = ["Missing data", "Source"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # the notebooks are committed with their outputs

html_theme = "pydata_sphinx_theme"
html_title = "myositis_tools"
html_static_path = ["../../build/site-static"]
html_css_files = ["site.css", "dark_figures.css"]
html_js_files = [("figures.js", {"defer": "defer"}), ("side_bar.js", {"defer": "defer"})]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "navbar_align": "left",
    "header_links_before_dropdown": 8,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": False,
    "footer_start": ["research"],
    "footer_end": [],
}
html_sidebars = {"index": [], "glossary": [], "evidence/decisions": []}  # nothing stands below them
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
templates_path = [str(Path(__file__).parent / "templates")]  # autosummary looks beside the pages otherwise
