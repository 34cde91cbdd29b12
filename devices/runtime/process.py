"""A process's life: its command line, its log, its signals, its watchdog, its end."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import sdnotify
import structlog
import typer

from devices.contract.afar import judge_afar
from devices.contract.config import BadConfigError, Problem, dump, parse_toml
from devices.runtime.settings import ProcessConfig

C = TypeVar("C", bound=ProcessConfig)
Serve = Callable[[Callable[[], None]], Coroutine[Any, Any, None]]
Told = Callable[[], Coroutine[Any, Any, None]]

EX_BUG = 1
EX_CONFIG = 78  # sysexits.h
_log = structlog.get_logger()


def command(name: str, kind: type[C], build: Callable[[C], Serve]) -> Callable[..., None]:
    """Return the process's command line: `--config FILE`, `--check`, `--dump-config`."""
    about = (sys.modules[build.__module__].__doc__ or name).partition("\n")[0]
    return command_line(kind, lambda loaded: run_process(name, build(loaded)), about)


def command_line(kind: type[C], start: Callable[[C], int], about: str) -> Callable[..., None]:
    """Return the same for a process with a start of its own; `start` returns the exit code."""

    def run(
        config: Annotated[Path, typer.Option(help="The configuration, a TOML file.")],
        *,
        check: Annotated[bool, typer.Option(help="Judge the configuration and end.")] = False,
        afar: Annotated[bool, typer.Option(help="Judge it as the province's settings.")] = False,
        trials: Annotated[bool, typer.Option(help="From afar, drivers for demos too.")] = False,
        dump_config: Annotated[bool, typer.Option(help="Print it with its defaults.")] = False,
    ) -> None:
        try:
            loaded = load(config, kind)
            if afar:
                _accept_afar(loaded, trials=trials)
            if dump_config:
                print(dump(loaded))  # noqa: T201 - this is the answer
            if not check and not dump_config:
                log_as_json(loaded.log_level)
                raise typer.Exit(start(loaded))
        except BadConfigError as error:  # of the file, or of one that it names
            for problem in error.problems:
                print(f"{config}: {problem}", file=sys.stderr)  # noqa: T201 - this is the answer
            raise typer.Exit(EX_CONFIG) from error

    run.__doc__ = about
    return run


def load(path: Path, kind: type[C]) -> C:
    """Return the configuration of a file; raises BadConfigError, also when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfigError((Problem("", f"cannot be read: {error}"),)) from error
    return parse_toml(text, kind)


def _accept_afar(config: ProcessConfig, *, trials: bool) -> None:
    """Raise BadConfigError where it says what settings of the province may not say."""
    if problems := judge_afar(config, trials=trials):
        raise BadConfigError(tuple(problems))


def log_as_json(level: str) -> None:
    """Write the log as one JSON object a line on stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, as_json],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=as_json, foreign_pre_chain=shared)
    )
    logging.basicConfig(level=logging.WARNING, handlers=[libraries], force=True)


async def signalled() -> None:
    """Wait for SIGTERM or SIGINT; in the main thread only."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()


def run_process(name: str, serve: Serve, told: Told = signalled) -> int:
    """Run until it is told to end, by a signal (0), or a bug ends it (1).

    Tells systemd when it is ready, and feeds its watchdog.
    """
    structlog.contextvars.bind_contextvars(part=name)
    try:
        asyncio.run(_until_told(name, serve, told))
    except BaseExceptionGroup as errors:
        _log.critical("bug", exc_info=errors)
        return EX_BUG
    except Exception as error:  # noqa: BLE001 - the process's root
        _log.critical("bug", exc_info=error)
        return EX_BUG
    return 0


async def _until_told(name: str, serve: Serve, told: Told) -> None:
    systemd = sdnotify.SystemdNotifier()

    def ready() -> None:
        systemd.notify("READY=1")
        _log.info("ready", process=name)

    async with asyncio.TaskGroup() as group:
        work = group.create_task(serve(ready), name=name)
        watchdog = group.create_task(_feed(systemd), name="watchdog")
        ended = group.create_task(told(), name="told")
        await asyncio.wait((work, ended), return_when=asyncio.FIRST_COMPLETED)
        systemd.notify("STOPPING=1")
        for task in (work, watchdog, ended):
            task.cancel()
    _log.info("ended", process=name)


async def _feed(systemd: sdnotify.SystemdNotifier) -> None:
    """Tell systemd that the loop turns, at a third of its deadline (sd_watchdog_enabled(3))."""
    meant = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    within_s = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6 if meant else 0
    while within_s:
        systemd.notify("WATCHDOG=1")
        await asyncio.sleep(within_s / 3)
