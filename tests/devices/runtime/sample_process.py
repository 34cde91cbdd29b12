"""A process of the smallest kind, for the tests of its life."""

import asyncio
from collections.abc import Callable
from typing import Annotated

import msgspec
import typer

from devices.runtime.process import Serve, command
from devices.runtime.settings import ProcessConfig


class SampleConfig(ProcessConfig, frozen=True, kw_only=True):
    speed: Annotated[int, msgspec.Meta(ge=1)] = 1
    fails: bool = False


def build(config: SampleConfig) -> Serve:
    async def serve(ready: Callable[[], None]) -> None:
        ready()
        if config.fails:
            raise ZeroDivisionError
        await asyncio.Event().wait()

    return serve


if __name__ == "__main__":
    typer.run(command("sample", SampleConfig, build))
