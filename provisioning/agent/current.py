"""The identity in use, for those who stand on it."""

import asyncio

from provisioning.agent.identity import Identity


class Current:
    """Knows the newest identity; whoever stands on an older one hears of it."""

    def __init__(self) -> None:
        self._identity: Identity | None = None
        self._changed = asyncio.Event()

    @property
    def identity(self) -> Identity | None:
        """The identity in use now."""
        return self._identity

    def put(self, identity: Identity) -> None:
        """Use this one from now on."""
        self._identity = identity
        self._changed.set()
        self._changed = asyncio.Event()

    async def other_than(self, known: Identity | None) -> Identity:
        """Return the identity in use, as soon as it is another one than this."""
        while self._identity is None or self._identity == known:
            await self._changed.wait()
        return self._identity
