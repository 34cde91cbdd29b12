"""Leaving a system alone that does not answer, so that who asks hears at once that it is away."""

import asyncio

from kiosk.backoffice.errors import RestingError


class Rest:
    """After `after` calls in vain in a row a system rests for `for_s`, and one asks again then.

    That one call decides: in vain, and it rests anew; an answer, whatever it says, ends it.
    """

    def __init__(self, *, after: int, for_s: float) -> None:
        self._after = after
        self._for_s = for_s
        self._in_vain = 0
        self._until = 0.0

    def judge(self) -> None:
        """Raise RestingError while the system is left alone."""
        left_s = self._until - asyncio.get_running_loop().time()
        if left_s > 0:
            raise RestingError(again_in_s=left_s, untouched=True)

    def in_vain(self) -> None:
        """Count a call without an answer."""
        self._in_vain += 1
        if self._in_vain >= self._after:
            self._until = asyncio.get_running_loop().time() + self._for_s

    def answered(self) -> None:
        """Take note of an answer."""
        self._in_vain = 0
