"""A deadline that moves on while there is progress, as far as a bound."""

import asyncio
from types import TracebackType
from typing import Self


class Patience:
    """An asynchronous context; raises TimeoutError when its body stands still, or never ends.

    Still for `still_s` since the beginning or the last `moved`; in all `most_s`.
    """

    def __init__(self, still_s: float, most_s: float) -> None:
        self._still_s = still_s
        self._most_s = most_s
        self._end_s = 0.0
        self._limit = asyncio.timeout(None)

    async def __aenter__(self) -> Self:
        self._end_s = asyncio.get_running_loop().time() + self._most_s
        await self._limit.__aenter__()
        self.moved()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._limit.__aexit__(kind, error, trace)

    def moved(self) -> None:
        """Say that there is progress."""
        if self._limit.expired():
            return  # it is too late
        now_s = asyncio.get_running_loop().time()
        self._limit.reschedule(min(self._end_s, now_s + self._still_s))
