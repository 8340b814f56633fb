"""Photograph the views of the front door on the sample, so that a reader of the repository sees the product.

``make pictures`` runs it: it opens the page that `myositis-tools open` opens, in the Chromium of the browser tests.
"""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.browser.server import Server
from tests.notebooks.draw_figures import png_of

PLACE = Path(__file__).parent / "pictures"
WIDTHS = {1400: "", 900: "_narrow"}
HEIGHT = 900
# Each picture: the address, and what is waited for.
VIEWS = {
    "cohort": "view=cohort",
    "who_fits": "view=who_fits&patient_id=P084",
    "follow_up": "view=follow_up&patient_id=P084",
    "patient": "view=patient&patient_id=P084",
    "trial": "view=trial",
    "design": "view=design",
    "calculator": "view=calculator",
    "eular_acr": "view=eular_acr",
    "haq_di": "view=haq_di",
    "mmt": "view=mmt",
}

_PIXELS = """async (text) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${text}`;
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    canvas.drawImage(picture, 0, 0);
    const {data} = canvas.getImageData(0, 0, picture.width, picture.height);
    let signs = '';
    for (let start = 0; start < data.length; start += 32768)
        signs += String.fromCharCode(...data.subarray(start, start + 32768));
    return [picture.width, picture.height, btoa(signs)];
}"""


def photograph(page: Page, base: str, address: str, place: Path) -> None:
    """Open a view and save what is in sight, once nothing has moved for a while."""
    page.goto(f"{base}/?{address}")
    page.wait_for_selector(".mt-desk:visible")
    page.wait_for_function("() => [...document.querySelectorAll('.mt-desk')].some(desk => desk.offsetHeight > 300)")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(3000)
    place.write_bytes(of_few_colours(page, page.screenshot()))


def of_few_colours(page: Page, picture: bytes) -> bytes:
    """A picture at a fifth of its size, as those of the notebooks are."""
    wide, high, text = page.evaluate(_PIXELS, base64.b64encode(picture).decode())
    return png_of(np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(high, wide, 4)[..., :3])


def main() -> None:
    """Make every picture at both widths."""
    folder = Path(tempfile.mkdtemp())
    server = Server("app", folder, "calculator")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ["MYOSITIS_TOOLS_CHROMIUM"], args=["--no-sandbox"]
            )
            for width, ending in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": HEIGHT})
                page.set_default_timeout(120_000)
                for name, address in VIEWS.items():
                    photograph(page, server.base, address, PLACE / f"{name}{ending}.png")
                page.close()
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
