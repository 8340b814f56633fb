"""The Pythons behind the pages of a class: made ready a few at a time, never more than there are places."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

from voila.voila_kernel_manager import voila_kernel_manager_factory

from myositis_tools.cli.classroom.room_places import ASK_AGAIN_SECONDS, PlaceAnswer, RoomPlaces
from myositis_tools.cli.voila_server import PageKernels

# One learner's page uses one core: what computes in threads would otherwise take them all from the others.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS")
ONE_CORE_EACH = dict.fromkeys(_THREADS, "1")
# The window of the teacher shows the address; a remark of each kernel about its transport would push it out.
_ERRORS_ONLY = ["--IPKernelApp.log_level=ERROR"]
_AFTER_A_FAILURE_SECONDS = 5.0
_FAILURES_TOLD = 3  # one may be chance

_KernelPool: Any = voila_kernel_manager_factory(PageKernels, preheat_kernel=True, default_pool_size=1)


class RoomKernels(_KernelPool):
    """A pool for each page of the class, all within the places of the room.

    Parameters
    ----------
    places : RoomPlaces
        Who has which.
    pages : dict of str to int
        The notebooks, and how many of each are made ready.
    cores : int
        How many are made ready at a time.
    """

    def __init__(self, *, places: RoomPlaces, pages: dict[str, int], cores: int, **given: Any) -> None:
        self.places, self.pages = places, pages
        self._hands = asyncio.Semaphore(max(1, cores))
        self._connected: set[str] = set()
        self._ending: set[Any] = set()
        self._failed_in_a_row = 0
        super().__init__(**given)

    # The pool

    def fill_if_needed(self, delay: float | None = None, notebook_name: str | None = None, **_: Any) -> None:
        """Make pages ready, as many as there are places for; what was asked of the last page is not handed on."""
        name = str(notebook_name)
        if name not in self.pages:
            return
        wanted = min(self.pages[name], self.places.free)
        self.kernel_pools_config = {name: {"pool_size": wanted, "kernel_env_variables": ONE_CORE_EACH}}
        super().fill_if_needed(delay=delay or 0, notebook_name=name, extra_arguments=_ERRORS_ONLY)

    def fill_all(self, delay: float = 0) -> None:
        """Make pages of every kind ready, where a place has become free."""
        for name in self.pages:
            self.fill_if_needed(delay, name)

    async def _initialize(self, notebook_path: str, kernel_id: str | None = None, **given: Any) -> Any:
        """Make a page ready, a few at a time: all at once would take as long, and the first would come last."""
        await self._hands.acquire()
        try:
            made = await super()._initialize(notebook_path, kernel_id, **given)
        except BaseException:
            self._hands.release()
            raise
        made["task"].add_done_callback(lambda _: self._hands.release())
        self._failed_in_a_row = 0
        return made

    def _ready(self, name: str) -> list[Any]:
        """The items of a pool whose page is there; what failed is taken out and made again a little later."""
        pool = self._pools.get(name, [])
        failed = [item for item in pool if item.done() and (item.cancelled() or item.exception())]
        for item in failed:
            self.log.error("A page could not be made ready: %s", "cancelled" if item.cancelled() else item.exception())
            pool.remove(item)
        self._failed_in_a_row += len(failed)
        if failed:
            self.fill_if_needed(_AFTER_A_FAILURE_SECONDS, name)
        return [item for item in pool if item.done() and item.result()["task"].done()]

    # The places

    async def ask(self, name: str, seat: int) -> PlaceAnswer:
        """Ask for a page; where one is granted, the next call of `get_rendered_notebook` gives it."""
        answer = self._ask(name, seat)
        if not answer.granted and answer.why != "making":
            left = self.places.left_behind(seat, self._connected.__contains__, time.monotonic())
            for kernel in left:
                await self.shutdown_kernel(kernel)
            if left:
                answer = self._ask(name, seat)
        if answer.why == "making" and self._failed_in_a_row >= _FAILURES_TOLD:
            return replace(answer, why="failing", again_seconds=ASK_AGAIN_SECONDS)
        return answer

    def _ask(self, name: str, seat: int) -> PlaceAnswer:
        now, ready = time.monotonic(), self._ready(name)
        answer = self.places.ask(seat, len(ready), now)
        if answer.granted:
            pool = self._pools[name]
            pool.remove(ready[0])
            pool.insert(0, ready[0])
            self.places.take(ready[0].result()["kernel_id"], seat, now)
            self.count_from_now(ready[0].result()["kernel_id"])
            self._give_up_spare(ready[0])
        return answer

    def _give_up_spare(self, given: Any) -> None:
        """End what is ready beyond the places that are left; what has just been given is no spare."""
        for name, pool in self._pools.items():
            spare = max(0, len(pool) - (given in pool) - self.places.free)
            for item in [item for item in self._ready(name) if item is not given][:spare]:
                ending = asyncio.ensure_future(self.shutdown_kernel(item.result()["kernel_id"]))
                self._ending.add(ending)
                ending.add_done_callback(self._ending.discard)

    # What happens to a kernel

    def notify_connect(self, kernel_id: str) -> None:
        """A browser shows the page."""
        super().notify_connect(kernel_id)
        self._connected.add(kernel_id)

    def notify_disconnect(self, kernel_id: str) -> None:
        """A browser does not show it any more, or the network is gone."""
        super().notify_disconnect(kernel_id)
        if not self._kernel_connections.get(kernel_id, 0):
            self._connected.discard(kernel_id)
            if kernel_id in self.places.taken:
                self.places.take(kernel_id, self.places.taken[kernel_id][0], time.monotonic())

    async def shutdown_kernel(self, kernel_id: str, *arguments: Any, **given: Any) -> Any:
        """End a kernel, give its place back, and make a page ready for the next."""
        for name in self.pages:
            self._ready(name)  # what failed is out of the pools, where it would be in the way
        self.places.give_back(kernel_id, time.monotonic())
        self._connected.discard(kernel_id)
        try:
            return await super().shutdown_kernel(kernel_id, *arguments, **given)
        finally:
            self.fill_all(delay=1)

    async def shutdown_all(self, *arguments: Any, **given: Any) -> None:
        """End all, and make nothing ready any more."""
        self.pages = {}
        await super().shutdown_all(*arguments, **given)
