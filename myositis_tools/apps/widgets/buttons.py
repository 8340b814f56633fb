"""Buttons that need the browser: copy a text to the clipboard, hand over a file, or a picture of what is shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from myositis_tools.apps.widgets.scripts import script


class CopyButton(anywidget.AnyWidget):
    """Copy `text` to the clipboard and say so on the button."""

    _esm = (
        script("copy_text.js")
        + """
    function render({ model, el }) {
      const button = document.createElement("button");
      button.className = "mt-button";
      const name = () => { button.textContent = model.get("label"); };
      let later = 0;
      name();
      model.on("change:label", name);
      button.addEventListener("click", async () => {
        const text = model.get("text");
        await copyText(text);
        button.textContent = "Copied";
        clearTimeout(later);
        later = setTimeout(name, 1500);
      });
      el.append(button);
    }
    export default { render };
    """
    )
    text = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode("Copy").tag(sync=True)


class DownloadButton(anywidget.AnyWidget):
    """Hand a file to the browser; it is made when the button is pressed.

    Parameters
    ----------
    label : str
        The words on the button.
    make : callable
        Gives the file's name and its bytes.
    on_error : callable
        Told when `make` fails.
    """

    _esm = """
    function render({ model, el }) {
      const button = document.createElement("button");
      button.className = "mt-button";
      button.textContent = model.get("label");
      button.addEventListener("click", () => {
        button.disabled = true;
        button.textContent = "Making the file ...";
        model.send({ type: "make" });
      });
      const hand_over = (message, buffers) => {
        button.disabled = false;
        button.textContent = model.get("label");
        if (message.type !== "made") return;
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([buffers[0]]));
        link.download = message.name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      };
      model.on("msg:custom", hand_over);
      el.append(button);
      return () => model.off("msg:custom", hand_over);
    }
    export default { render };
    """
    label = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, label: str, make: Callable[[], tuple[str, bytes]], on_error: Callable[[Exception], None], **kwargs: Any
    ) -> None:
        super().__init__(label=label, **kwargs)
        self._make, self._on_error = make, on_error
        self.on_msg(self._asked)

    def _asked(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if content.get("type") != "make":
            return
        try:
            name, data = self._make()
        except Exception as error:
            logging.getLogger(__name__).exception("A file could not be made.")
            self.send({"type": "failed"})
            self._on_error(error)
            return
        self.send({"type": "made", "name": name}, buffers=[data])


class PictureButton(anywidget.AnyWidget):
    """Save the figures in sight as pictures; the browser that drew them makes the files.

    The camera on a figure knows one format; the button names another to it for a moment and presses it.
    """

    _esm = """
    function render({ model, el }) {
      const button = document.createElement("button");
      button.className = "mt-button";
      button.textContent = model.get("label");
      button.addEventListener("click", () => {
        for (const plot of el.closest(".mt-desk")?.querySelectorAll(".js-plotly-plot") ?? []) {
          const camera = plot.querySelector(".modebar-btn[data-title^='Download plot']");
          if (!plot.clientWidth || !camera) continue;
          const options = plot._context.toImageButtonOptions, before = { ...options };
          Object.assign(options, { format: model.get("format"), scale: 2 });
          camera.click();
          Object.assign(options, { scale: 1 }, before);
        }
      });
      el.append(button);
    }
    export default { render };
    """
    label = traitlets.Unicode().tag(sync=True)
    format = traitlets.Enum(["png", "svg"]).tag(sync=True)
