"""What the video process tells of itself, every two seconds."""

import time

from vc.engine.port import EngineFigures

EVERY_S = 2.0


class Figures:
    """Sums since the last report."""

    def __init__(self, now: float) -> None:
        self._since = now
        self._cpu = time.process_time()
        self._spent = {"decode": 0.0, "compose": 0.0, "encode": 0.0}
        self._times = dict.fromkeys(self._spent, 0)
        self._counts = dict.fromkeys(("late_ticks", "dropped", "broken", "unsent", "keyframes"), 0)
        self._waits: list[float] = []

    def spent(self, step: str, seconds: float) -> None:
        """Add one `decode`, `compose` or `encode`."""
        self._spent[step] += seconds
        self._times[step] += 1

    def count(self, what: str, number: int = 1) -> None:
        """Add to `late_ticks`, `dropped`, `broken`, `unsent` or `keyframes`."""
        self._counts[what] += number

    def waited(self, seconds: float) -> None:
        """Add how long a picture had been here when it left in a composed one."""
        self._waits.append(seconds)

    def report(self, now: float) -> EngineFigures:
        """Return the figures and begin anew. Times are means in ms; CPU in cores."""
        lasted = max(now - self._since, 1e-6)
        cpu = time.process_time()
        figures = {
            "video_cores": (cpu - self._cpu) / lasted,
            "video_decoded_fps": self._times["decode"] / lasted,
            "video_fps": self._times["encode"] / lasted,
            **{
                f"video_{step}_ms": 1000 * spent / max(1, self._times[step])
                for step, spent in self._spent.items()
            },
            **{f"video_{what}": float(number) for what, number in self._counts.items()},
        }
        if self._waits:
            ordered = sorted(self._waits)
            figures["video_through_p95_ms"] = 1000 * ordered[int(0.95 * (len(ordered) - 1))]
        self._since, self._cpu = now, cpu
        self._spent = dict.fromkeys(self._spent, 0.0)
        self._times = dict.fromkeys(self._times, 0)
        self._counts = dict.fromkeys(self._counts, 0)
        self._waits.clear()
        return EngineFigures(figures={name: round(value, 3) for name, value in figures.items()})
