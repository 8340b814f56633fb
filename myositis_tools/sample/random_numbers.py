"""Random numbers that come out the same on every machine and every release of NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import numpy as np


class Draws:
    """Named streams of random numbers, all fixed by one seed.

    Each name has a stream of its own, so a new variable in the simulation leaves all the others as they were. Only
    the raw bits of PCG64 are used: NumPy promises never to change them, and promises nothing of the kind for
    ``Generator.normal`` and its like.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def uniform(self, name: str, *shape: int) -> np.ndarray:
        """Draw numbers from 0 up to, but never, 1."""
        bits = np.random.PCG64(np.random.SeedSequence([self._seed, crc32(name.encode())]))
        count = int(np.prod(shape))
        # The upper 53 bits of each word: as many as a double can hold.
        return ((bits.random_raw(count) >> np.uint64(11)) * 2.0**-53).reshape(shape)

    def normal(self, name: str, *shape: int) -> np.ndarray:
        """Draw standard normal numbers (Box and Muller)."""
        # Machines may differ in the last bit of a logarithm; the precision of the instruments rounds that away.
        first, second = self.uniform(name, 2, *shape)
        return np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * np.pi * second)

    def happens(self, name: str, chance: float | np.ndarray, *shape: int) -> np.ndarray:
        """Draw whether something happens that has this chance."""
        return self.uniform(name, *shape) < chance

    def whole(self, name: str, lowest: int, highest: int, *shape: int) -> np.ndarray:
        """Draw whole numbers; both ends can come."""
        return lowest + (self.uniform(name, *shape) * (highest - lowest + 1)).astype("int64")

    def choice(self, name: str, shares: Mapping[str, float], *shape: int) -> np.ndarray:
        """Draw words by their shares, which need not sum to one."""
        limits = np.cumsum(list(shares.values()))
        picked = np.searchsorted(limits, self.uniform(name, *shape) * limits[-1], side="right")
        return np.array(list(shares), dtype=object)[picked]
