"""Sources and views together: what comes is decoded and drawn at once, into every view it is in."""

import time
from collections.abc import Mapping
from pathlib import Path

import av

from devices.contract.config import Config
from vc.engine.focus.video_figures import Figures
from vc.engine.focus.video_haste import Haste, HasteConfig
from vc.engine.focus.video_source import Freshness, Source
from vc.engine.focus.video_stage import is_content
from vc.engine.focus.video_views import Views
from vc.engine.port import View
from vc.media.still import still
from vc.media.titles import Missing
from vc.media.video import Codec


class VideoConfig(Config, frozen=True, kw_only=True):
    """The video process."""

    max_pixels: int = 1920 * 1088
    freshness: Freshness = Freshness()
    haste: HasteConfig = HasteConfig()


class Pictures:
    """Every source's newest picture, and the views that are made of them."""

    def __init__(self, config: VideoConfig, figures: Figures) -> None:
        self.views = Views()
        self.haste = Haste(config.haste)
        self._config = config
        self._figures = figures
        self._sources: dict[int, Source] = {}
        self._ready: dict[int, float] = {}

    def take(self, slot: int, codec: Codec, data: bytes, time_us: int, *, keyframe: bool) -> bool:
        """Decode and draw what a slot sent; tells whether to ask the member for a keyframe now."""
        source = self._source(slot)
        began = time.monotonic()
        if self.haste.too_late(began - time_us / 1e6):
            source.wish.lack()
            self._figures.count("dropped")
            return False
        broken = source.broken
        picture = source.take(codec, data, began, keyframe=keyframe)
        decoded = time.monotonic()
        self._figures.count("broken", source.broken - broken)
        if picture is not None:
            self._figures.spent("decode", decoded - began)
            self._draw(slot, picture, time_us)
            self._figures.spent("compose", time.monotonic() - decoded)
        return source.wish.due(began) if not source.resting(began) else False

    def gone(self, slot: int) -> None:
        """Forget a slot's session."""
        if slot in self._sources:
            self._sources[slot].gone()

    def arrange(self, views: tuple[View, ...], numbers: Mapping[str, int]) -> None:
        """Show these views and no others; raises ValueError when one cannot be: nothing changes."""
        self.views.arrange(views, numbers, time.monotonic_ns() // 1000)
        for name, number in numbers.items():
            self._source(number).content = is_content(name)
        self.note_shown()
        self.refresh()

    def show_still(self, slot: int, path: str) -> None:
        """Make a PNG the slot's picture, or none any more; raises UnusablePictureError."""
        source = self._source(slot)
        source.still = still(Path(path)) if path else None
        if source.still is not None:
            for stage in self.views.stages:
                stage.draw(slot, source.still)

    def refresh(self) -> None:
        """Put cards where pictures are missing, and pictures where they are there again."""
        for stage in self.views.stages:
            stage.refresh(self._missing, self._picture)

    def note_shown(self) -> None:
        """Keep awake who is in a view."""
        now = time.monotonic()
        for stage in self.views.stages:
            for slot in stage.slots:
                self._source(slot).in_view(now)

    def left(self, slots: frozenset[int], now: float) -> None:
        """Note that a composed picture with these slots went out."""
        for slot in slots:
            if (arrived := self._ready.pop(slot, None)) is not None:
                self._figures.waited(now - arrived)

    def _draw(self, slot: int, picture: av.VideoFrame, time_us: int) -> None:
        for stage in self.views.stages:
            if stage.draw(slot, picture):
                self.views.arrived(stage, slot, time.monotonic_ns() // 1000)
                self._ready[slot] = time_us / 1e6

    def _source(self, slot: int) -> Source:
        if slot not in self._sources:
            self._sources[slot] = Source(self._config.freshness, self._config.max_pixels)
        return self._sources[slot]

    def _missing(self, slot: int) -> Missing | None:
        return self._source(slot).missing(time.monotonic())

    def _picture(self, slot: int) -> av.VideoFrame | None:
        return self._source(slot).picture
