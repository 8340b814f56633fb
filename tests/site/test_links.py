"""The site that `make site` built: every name has its page, every link leads somewhere, nothing comes from outside."""

import re
import zlib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import myositis_tools as mt
from tests.public import NAMES

SITE = Path(__file__).parents[2] / "build/site"
# What a browser loads without being asked.
_LOADED = {
    ("script", "src"),
    ("img", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("source", "src"),
    ("object", "data"),
}


class Page(HTMLParser):
    """The links, anchors and loaded files of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors, self.loaded = [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        self.links += [values["href"]] if tag == "a" and values.get("href") else []
        self.loaded += [values[name] for kind, name in _LOADED if kind == tag and values.get(name)]


@pytest.fixture(scope="module")
def pages():
    found = {path: Page(path) for path in SITE.rglob("*.html") if "_static" not in path.parts}
    assert len(found) > len(NAMES)
    return found


def test_every_public_name_has_a_page():
    text = zlib.decompress((SITE / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode()
    listed = {line.split(" ")[0].rpartition(".")[2] for line in text.splitlines() if " py:" in line}
    assert sorted(set(NAMES) - listed) == []
    names = {path.stem.rpartition(".")[2] for path in (SITE / "reference/names").glob("*.html")}
    assert names == set(NAMES)


def test_every_link_within_leads_to_a_page_and_a_place_on_it(pages):
    lost = []
    for path, page in pages.items():
        for link in [*page.links, *page.loaded]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.is_file() or (anchor and target in pages and anchor not in pages[target].anchors):
                lost.append((str(path.relative_to(SITE)), link))
    assert lost == []


def test_a_page_loads_nothing_from_another_host(pages):
    outside = [(path.name, place) for path, page in pages.items() for place in page.loaded if urlsplit(place).netloc]
    assert outside == []
    styles = [path for path in SITE.rglob("*.css") if re.search(r"url\(['\"]?(https?:)?//", path.read_text("utf-8"))]
    assert styles == []


def test_every_figure_and_every_notebook_has_its_page():
    plots = {name for name in mt.figures.__all__ if name.startswith("plot_")}
    assert {path.stem for path in (SITE / "gallery").glob("plot_*.html")} == plots
    notebooks = {path.stem for path in (SITE.parents[1] / "notebooks").glob("*.ipynb")}
    assert {path.stem for path in (SITE / "notebooks").glob("*.html")} == notebooks


def test_every_number_that_is_not_verified_is_told():
    told = (SITE / "evidence/index.html").read_text(encoding="utf-8")
    assert all(name.replace("<", "&lt;") in told for name in mt.reference.catalogue(evidence="unverified")["name"])
    assert told.index("Unverified") < told.index("Secondary")
