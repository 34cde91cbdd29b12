"""The fan's speed: as it was told, or by the temperature."""

from firmware_bridge import frames

_STEPS = ((45_000, 40), (55_000, 70), (65_000, 100))  # from so many millidegrees on, percent
_FALLS_MC = 5_000  # so much cooler before it turns slower
_BLIND = 50  # percent without a sensor


class Fan:
    """`percent` is how fast it turns."""

    def __init__(self) -> None:
        self.percent = 0
        self._told = frames.BY_TEMPERATURE

    def tell(self, percent: int) -> None:
        """Turn so fast, or by the temperature again; raises ValueError."""
        if percent > 100 and percent != frames.BY_TEMPERATURE:  # noqa: PLR2004 - percent
            raise ValueError("0 to 100 percent, or 255")
        self._told = percent

    def turn(self, temperature_mc: int) -> None:
        """Follow the temperature."""
        if self._told != frames.BY_TEMPERATURE:
            self.percent = self._told
        elif temperature_mc == frames.NO_TEMPERATURE:
            self.percent = _BLIND
        else:
            warm = _step(temperature_mc)
            self.percent = (
                warm if warm > self.percent else min(self.percent, self._slower(temperature_mc))
            )

    def _slower(self, temperature_mc: int) -> int:
        return _step(temperature_mc + _FALLS_MC)


def _step(temperature_mc: int) -> int:
    percent = 0
    for least, speed in _STEPS:
        if temperature_mc >= least:
            percent = speed
    return percent
