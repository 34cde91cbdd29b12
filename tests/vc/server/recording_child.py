"""A recording in a process of its own, to be killed: `python -m ... DIRECTORY FRAMES LIMIT`.

Says `ready` once it recorded FRAMES pictures, then goes on until it is ended. LIMIT bytes are the
largest file it may write; beyond it says why it stopped.
"""

import asyncio
import itertools
import resource
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.vc.server.tape import running
from vc.server.record.recorder import Recorder


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def record(directory: Path, frames: int) -> None:
    async with Recorder(directory, min_free_bytes=0) as recorder:
        now = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
        await recorder.start("hop", "Giao ban", conference="giao-ban", now=now)
        recorder.chapter("Gio Linh")
        for n, packet in enumerate(itertools.islice(running(5_000, 0), 15_000)):
            recorder.put(packet)
            if n == frames * 3:
                await recorder.recordings()  # all that was put is written
                say("ready")
            if n % 10 == 0:
                await asyncio.sleep(0.001)
            if recorder.trouble is not None:
                say(recorder.trouble.code)
                await recorder.stop()
                return


if __name__ == "__main__":
    if limit := int(sys.argv[3]):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    asyncio.run(record(Path(sys.argv[1]), int(sys.argv[2])))
