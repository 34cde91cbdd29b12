"""Whether somebody may still have what was begun for them: a stream, a terminal.

It is looked at again every so many seconds, and at once when the audit log says that it may have
changed: somebody's sessions or roles, or where boxes stand. What another process does (`motcua
person` on the server) is seen at the next look.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from devices.contract.errors import MotcuaError
from devices.runtime.worker import Worker
from provisioning.controller.access import AnyConnection, still_holds
from provisioning.controller.accounts.chain import AuditRecord
from provisioning.controller.accounts.door import Door
from provisioning.controller.accounts.records import Known
from provisioning.controller.rights import Places, Right

_MOVES = frozenset({"box.placed", "site.changed", "site.removed", "units.corrected"})
_AT_ONCE = 16  # of hundreds that watch; the store's thread has others to serve, too
Still = Callable[[str, str], Awaitable[bool]]
"""Whether the person with this login may still do it at this box."""


class Look:
    """Somebody who is to be looked at again: `at_most` bounds a wait until then."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._limit: asyncio.Timeout | None = None
        self._due = False

    @contextlib.asynccontextmanager
    async def at_most(self) -> AsyncIterator[None]:
        """Raise TimeoutError in the block when it is time to look again."""
        if self._due:
            self._due = False
            raise TimeoutError
        try:
            async with asyncio.timeout(self._every_s) as self._limit:
                yield
        finally:
            self._limit = None

    def now(self) -> None:
        """Let it be time."""
        if self._limit is None or self._limit.expired():
            self._due = True
        else:
            self._limit.reschedule(asyncio.get_running_loop().time())


class Standing:
    """Everybody for whom something goes on."""

    def __init__(self, door: Door, store: Worker, every_s: float) -> None:
        self._door = door
        self._store = store
        self._every_s = every_s
        self._looks: dict[str, set[Look]] = {}
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextlib.contextmanager
    def look(self, login: str) -> Iterator[Look]:
        """Have somebody looked at again as long as the block lasts."""
        self._loop = asyncio.get_running_loop()
        look = Look(self._every_s)
        looks = self._looks.setdefault(login, set())
        looks.add(look)
        try:
            yield look
        finally:
            looks.discard(look)
            if not looks:
                self._looks.pop(login, None)

    async def is_lost(self, connection: AnyConnection, known: Known, token: str) -> bool:
        """Whether the session has ended, or no longer reaches what it was let in for.

        So it has while nobody can tell: a browser comes again by itself, and is told why not.
        """
        try:
            async with self._few:
                now = await self._door.known(token, used=False)
        except MotcuaError:
            return True
        if now is None or now.person.grants != known.person.grants:
            return True
        return self._door.owes(now) != self._door.owes(known) or not still_holds(
            connection, now.person
        )

    def still(self, right: Right, places: Places) -> Still:
        """Return whether somebody, signed in anywhere, has a right at a box; False when unknown."""

        async def may(login: str, box: str) -> bool:
            try:
                person = await self._store.do(self._door.sessions.person, login)
            except MotcuaError:
                return False
            return person is not None and person.may(right, places.path(box))

        return may

    def heard(self, record: AuditRecord) -> None:
        """Look again at whom a record of the audit log may be about. On any thread."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # it is closed: nothing goes on
                loop.call_soon_threadsafe(self._look_again, record)

    def _look_again(self, record: AuditRecord) -> None:
        everybody = record.action in _MOVES
        logins = list(self._looks) if everybody else {record.actor, record.subject}
        for login in logins:
            for look in self._looks.get(login, ()):
                look.now()
