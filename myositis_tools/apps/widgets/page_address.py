"""The address of a page of its own: what it names when the page is opened, and what it is to say from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets


class PageAddress(anywidget.AnyWidget):
    """Read the page's address once, write it when what is seen changes, and bring the top of the page into sight.

    Parameters
    ----------
    on_address : callable
        Told what the address of the page names, and as ``reads`` the language of the browser.

    Attributes
    ----------
    address : dict of str to str
        What the address of the page is to say.
    """

    _esm = """
    function render({ model, el }) {
      el.style.display = "none";
      const asked = Object.fromEntries(new URLSearchParams(window.location.search));
      asked.reads = navigator.language.slice(0, 2).toLowerCase();
      model.send({ type: "address", address: asked });
      const keep = () => {
        const other = new URL(window.location.href);
        for (const [name, value] of Object.entries(model.get("address"))) other.searchParams.set(name, value);
        window.history.replaceState(null, "", other);
      };
      model.on("change:address", keep);
    }
    export default { render };
    """
    address: Any = traitlets.Dict().tag(sync=True)

    def __init__(self, on_address: Callable[[Mapping[str, str]], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._on_address = on_address
        self.on_msg(self._told)

    def _told(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if content.get("type") == "address":
            self._on_address({str(name): str(value) for name, value in content["address"].items()})


class PageTop(anywidget.AnyWidget):
    """Bring what stands below it into sight, and the keyboard to its heading, when another page is turned to."""

    _esm = """
    function render({ model, el }) {
      el.style.display = "none";
      const turn = () => {
        const desk = el.closest(".mt-desk");
        if (!desk) return;
        desk.scrollIntoView({ block: "start" });
        const heading = desk.querySelector(".mt-exercise .mt-title");
        heading?.setAttribute("tabindex", "-1");
        heading?.focus({ preventScroll: true });
      };
      const later = () => setTimeout(turn, 50);
      model.on("msg:custom", later);
      return () => model.off("msg:custom", later);
    }
    export default { render };
    """

    def turn(self) -> None:
        """Another page was turned to."""
        self.send({"type": "turn"})
