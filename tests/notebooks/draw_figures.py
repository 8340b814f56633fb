"""A picture beside every figure of a saved notebook, for viewers without Jupyter and without a network.

nbconvert's pages and slides, Markdown and a viewer of repositories know nothing of plotly. JupyterLab shows the figure
and leaves the picture alone, and nbval compares no pictures.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import struct
import zlib
from typing import Any

import numpy as np
from nbconvert.preprocessors import Preprocessor
from playwright.sync_api import Page, sync_playwright
from plotly.offline import get_plotlyjs

FIGURE = "application/vnd.plotly.v1+json"
PICTURE = "image/png"
WIDTH = 900  # pixels, as the figures are looked at
HEIGHT = 450  # of a figure that names none
MOST_COLOURS = 128
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--font-render-hinting=none"]

_DRAW = """async ([figure, width, height]) => {
    const layout = {...figure.layout, width, height, autosize: false};
    await Plotly.newPlot('figure', figure.data, layout, {staticPlot: true});
    const picture = new Image();
    picture.src = await Plotly.toImage('figure', {format: 'svg', width, height});
    await picture.decode();
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.fillStyle = 'white';
    canvas.fillRect(0, 0, width, height);
    canvas.drawImage(picture, 0, 0);
    Plotly.purge('figure');
    const {data} = canvas.getImageData(0, 0, width, height);
    let text = '';
    for (let start = 0; start < data.length; start += 32768)
        text += String.fromCharCode(...data.subarray(start, start + 32768));
    return btoa(text);
}"""


class DrawFigures(Preprocessor):
    """Put a picture, with its title as its alternative text, beside each plotly figure of a notebook."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """For nbconvert, after it has run the notebook."""
        outputs = [output for cell in nb.cells for output in cell.get("outputs", [])]
        drawn = [output for output in outputs if FIGURE in output.get("data", {})]
        if drawn:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("MYOSITIS_TOOLS_CHROMIUM") or None, args=ARGUMENTS
                )
                page = browser.new_page()
                page.set_content("<div id='figure'></div>")
                page.add_script_tag(content=get_plotlyjs())
                for output in drawn:
                    figure = json.loads(json.dumps(output.data[FIGURE]))
                    output.data[PICTURE] = base64.b64encode(picture_of(page, figure)).decode() + "\n"
                    output.metadata[PICTURE] = {"alt": title_of(figure)}
                browser.close()
        return nb, resources


def picture_of(page: Page, figure: dict[str, Any]) -> bytes:
    """A figure as a PNG of few colours, drawn in a page that holds plotly."""
    height = int(figure.get("layout", {}).get("height") or HEIGHT)
    pixels = base64.b64decode(page.evaluate(_DRAW, [figure, WIDTH, height]))
    return png_of(np.frombuffer(pixels, dtype=np.uint8).reshape(height, WIDTH, 4)[..., :3])


def title_of(figure: dict[str, Any]) -> str:
    """What a figure says above itself, without its marks of style: for a reader who does not see it."""
    text = (figure.get("layout", {}).get("title") or {}).get("text") or "Figure"
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def png_of(pixels: np.ndarray) -> bytes:
    """Rows of red, green and blue as a PNG with a palette of the most frequent colours; others become the nearest."""
    height, width, _ = pixels.shape
    codes = (pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)).ravel()
    every, place, count = np.unique(codes, return_inverse=True, return_counts=True)
    most = every[np.lexsort((every, -count.astype(np.int64)))[:MOST_COLOURS]]
    palette, others = (np.stack([code >> 16, code >> 8 & 255, code & 255], 1).astype(int) for code in (most, every))
    nearest = np.empty(len(every), dtype=np.uint8)
    for start in range(0, len(every), 4096):
        apart = others[start : start + 4096, None] - palette[None]
        nearest[start : start + 4096] = (apart**2).sum(axis=2).argmin(axis=1)
    rows = nearest[place].reshape(height, width)
    lines = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()  # 0: a row as it is
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", palette.astype(np.uint8).tobytes()), (b"IDAT", zlib.compress(lines, 9))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in [*chunks, (b"IEND", b"")])


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
