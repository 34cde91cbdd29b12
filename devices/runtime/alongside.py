"""Background work beside a body, with the body's own errors left as they are."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def alongside(*works: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Run the works while the body runs, and cancel them at its end.

    A work that fails cancels the body, and its error is raised. A single error is raised as itself,
    not as a group.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work, name=name) for work in works]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
    except BaseExceptionGroup as errors:
        if len(errors.exceptions) == 1:
            raise errors.exceptions[0] from None
        raise
