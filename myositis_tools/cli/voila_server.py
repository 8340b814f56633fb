"""Voilà as this package starts it: what a closed tab took comes back, and no page asks another machine for anything."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import authenticated
from traitlets.config import Config
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler

from myositis_tools.cli.notebook_copies import PACKAGE
from myositis_tools.cli.servers import put_before

# A tab that is closed says so, and a page that is open keeps its Python however long it is idle. This is for the rest:
# the lid of a laptop that is closed for a coffee break, the network that is gone, and the browser that was killed.
KEPT_WITHOUT_A_PAGE_SECONDS = 1800
# How often it is looked for pages that are gone: often beside the time above, and it costs nothing.
LOOKED_FOR_SECONDS = 60

# A page may load nothing from elsewhere, so that no browser tells another machine what is looked at here.
OWN_HOST_ONLY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' data: blob: {sockets}; frame-ancestors 'self'"
)
_SOCKETS_OF_THIS_MACHINE = "ws://localhost:* ws://127.0.0.1:*"
_ELSEWHERE: list[TemporaryDirectory[str]] = []  # removed when the server ends


class PageKernels(AsyncMappingKernelManager):
    """The Pythons behind the pages: the time one is kept begins when its last page is gone."""

    def notify_disconnect(self, kernel_id: str) -> None:
        """Begin to count from now, not from the last click: an hour's reading is no absence."""
        super().notify_disconnect(kernel_id)
        self.count_from_now(kernel_id)

    def count_from_now(self, kernel_id: str) -> None:
        """Keep a kernel for the full time from now on."""
        if kernel_id in self._kernels:
            self._kernels[kernel_id].last_activity = datetime.now(UTC)


class PageHandler(TornadoVoilaHandler):
    """A page of Voilà that can say that it is closed: for that it needs a cookie, which Voilà forgets to set."""

    @authenticated
    async def get(self, path: str | None = None) -> None:
        """Send the page."""
        self.xsrf_token  # noqa: B018 (asking for it sets the cookie)
        # what has waited for hours for its page has been idle for hours: it is given the time to be shown
        for item in [item for pool in self.kernel_manager._pools.values() for item in pool if item.done()]:
            if not item.cancelled() and not item.exception():
                self.kernel_manager.count_from_now(item.result()["kernel_id"])
        await super().get(path)


class PageServer(Voila):
    """Voilà with pages that say when they are closed."""

    def init_handlers(self) -> list[Any]:
        """Take the handlers of Voilà, with our own for pages."""
        return [
            (route[0], PageHandler, *route[2:]) if route[1] is TornadoVoilaHandler else route
            for route in super().init_handlers()
        ]


def settings_of_pages(*, kept_seconds: int, looked_for_seconds: int) -> Any:
    """What every server of pages is started with."""
    write_elsewhere_if_home_is_read_only()
    settings: Any = Config()
    settings.Voila.tornado_settings = {
        "headers": {"Content-Security-Policy": OWN_HOST_ONLY.format(sockets=_SOCKETS_OF_THIS_MACHINE)}
    }
    settings.VoilaConfiguration.template = "myositis_tools"
    settings.VoilaConfiguration.multi_kernel_manager_class = PageKernels
    settings.MappingKernelManager.cull_idle_timeout = kept_seconds
    settings.MappingKernelManager.cull_interval = looked_for_seconds
    settings.MappingKernelManager.cull_connected = False
    put_before("JUPYTER_PATH", PACKAGE / "apps" / "jupyter")  # Voilà looks for templates there
    return settings


def write_elsewhere_if_home_is_read_only() -> None:
    """Let Jupyter keep what it must write in a folder that goes with the server, where it cannot write at home."""
    for variable, folder in (("JUPYTER_DATA_DIR", jupyter_data_dir()), ("JUPYTER_RUNTIME_DIR", jupyter_runtime_dir())):
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=folder).close()
        except OSError:
            place = TemporaryDirectory(prefix="jupyter_", ignore_cleanup_errors=True)
            _ELSEWHERE.append(place)
            put_before("JUPYTER_PATH", Path(folder))  # what is installed at home is still found
            os.environ[variable] = place.name


def serve_page(page: Path, options: list[str], *, environment: Mapping[str, str] = os.environ) -> None:
    """Start Voilà on one page, and stay until it is stopped."""
    settings = settings_of_pages(
        kept_seconds=int(environment.get("MYOSITIS_TOOLS_KEPT_SECONDS", KEPT_WITHOUT_A_PAGE_SECONDS)),
        looked_for_seconds=int(environment.get("MYOSITIS_TOOLS_LOOKED_FOR_SECONDS", LOOKED_FOR_SECONDS)),
    )
    # the kernel of the next page is ready before it is asked for
    settings.VoilaConfiguration.preheat_kernel = True
    settings.VoilaConfiguration.default_pool_size = 1
    PageServer.launch_instance(argv=[str(page), "--Voila.ip=127.0.0.1", *options], config=settings)
