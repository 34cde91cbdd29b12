"""The glass: Kivy's window in the main thread; the picture below, words and buttons over it.

Import it only after `kivy_settings.prepare`: Kivy opens its window when it is first imported.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from kivy.base import runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.texture import Texture
from kivy.input import MotionEvent
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex
from msgspec.structs import replace

from devices.window.loop import WaitLoop
from vc.endpoint.camera.port import VideoUnit
from vc.endpoint.panels import PageOnGlass
from vc.endpoint.presses import AnyPress
from vc.endpoint.screen.brush import Brush, png_texture
from vc.endpoint.screen.mirror import Mirrored, Touchable, write_mirror
from vc.endpoint.screen.painting import Place, paint
from vc.endpoint.screen.theme import GROUND, Metrics
from vc.endpoint.screen.yuv_picture import YuvPicture
from vc.endpoint.view import Live, Screen
from vc.endpoint.viewer import Picture, Viewer
from vc.rtp.receive import VideoFrameData

_OLD_LIGHT = 0.35
_OWN_EVERY_US = 80_000

Touch = Callable[[AnyPress], None]


class Glass:
    """The one window. `run` returns when `close` was called; everything else is for any thread."""

    def __init__(self, sizes: Metrics, touch: Touch, mirror: Path | None = None) -> None:
        self._sizes = sizes
        self._touch = touch
        self._mirror = mirror
        self._lock = threading.Lock()
        self._loop = WaitLoop()
        self._closing = False
        self._screen: Screen | None = None
        self._shown: Screen | None = None
        self._picture: Picture | None = None
        self._own: Picture | None = None
        self._forget = False
        self._since = 0.0
        self._places: tuple[Place, ...] = ()
        self._page: tuple[PageOnGlass, Texture] | None = None
        self._page_png: tuple[PageOnGlass, bytes] | None = None
        self._brush = Brush()
        self._own_viewer = Viewer(self._take_own, lambda: None)
        self._own_us = 0
        self.root = _Root(self._pressed)
        self.root.size = (sizes.whole.w, sizes.whole.h)
        self._live = YuvPicture(sizes.picture)
        self._self = YuvPicture(sizes.own)
        self.root.add_widget(self._live)
        self.root.add_widget(self._self)
        self.root.canvas.after.add(self._brush.group)
        Window.clearcolor = get_color_from_hex(GROUND)
        Window.bind(on_request_close=self._refuse_close)

    @property
    def drawn(self) -> int:
        """How many pictures of the conference were drawn."""
        return int(self._live.drawn)

    def run(self) -> None:
        """Show until closed."""
        try:
            runTouchApp(self.root)
        finally:
            self._own_viewer.end()

    def close(self) -> None:
        """End `run`."""
        self._closing = True
        Clock.schedule_once(lambda _: stopTouchApp())
        self._loop.wake()

    def show(self, screen: Screen) -> None:
        """Show this soon, around the picture."""
        with self._lock:
            if screen == self._screen:
                return
            self._screen = screen
        self._wake()

    def picture(self, picture: Picture) -> None:
        """Show the newest picture of the conference."""
        with self._lock:
            waiting, self._picture, self._forget = self._picture, picture, False
        if waiting is None:  # else a wake is on its way
            self._wake()

    def no_picture(self) -> None:
        """Forget the picture."""
        with self._lock:
            self._picture, self._forget = None, True
        self._wake()

    def own(self, unit: VideoUnit) -> None:
        """Show the own camera's picture, small; 12 a second are enough."""
        self._own_viewer.put(VideoFrameData("h264", unit.data, unit.captured_us, 0, unit.keyframe))

    def page(self, page: PageOnGlass, png: bytes) -> None:
        """Have this page's picture ready."""
        with self._lock:
            self._page_png = (page, png)
        self._wake()

    def behind_s(self) -> float:
        """Return for how long nothing was drawn that should be."""
        with self._lock:
            waited = time.monotonic() - self._since if self._since else 0.0
        return max(waited, self._loop.stands_s())

    def draw(self) -> None:
        """Draw what is new; on Kivy's thread."""
        with self._lock:
            screen, picture, own, forget = self._screen, self._picture, self._own, self._forget
            png, self._page_png = self._page_png, None
            self._picture = self._own = None
            self._forget, self._since = False, 0.0
        if forget:
            self._live.clear()
        if picture:
            self._live.show(picture.frame)
        if own and self._shown and self._shown.own_picture:
            self._self.show(own.frame)
        if png:
            self._page = (png[0], png_texture(png[1]))
        if screen and (screen != self._shown or png):
            self._lay(screen)

    def _lay(self, screen: Screen) -> None:
        self._shown = screen
        self._live.lit(_OLD_LIGHT if screen.live is Live.OLD else 1.0)
        if not screen.own_picture or (screen.panel and screen.panel.page):
            self._self.clear()
        place = self._sizes.own
        if screen.panel:  # a panel stands at the right: oneself is seen at the left
            place = replace(place, x=self._sizes.picture.x + self._sizes.unit * 1.5)
        self._self.move(place)
        self._places = paint(screen, self._sizes, self._brush, self._page_of)
        if self._mirror:
            write_mirror(self._mirror, self._mirrored(screen))

    def _page_of(self, page: PageOnGlass) -> Texture | None:
        return self._page[1] if self._page and self._page[0] == page else None

    def _take_own(self, picture: Picture) -> None:
        if picture.decoded_us - self._own_us < _OWN_EVERY_US:
            return
        self._own_us = picture.decoded_us
        with self._lock:
            waiting, self._own = self._own, picture
        if waiting is None:
            self._wake()

    def _wake(self) -> None:
        with self._lock:
            is_first = self._since == 0.0
            if is_first:
                self._since = time.monotonic()
        if is_first:
            Clock.schedule_once(lambda _: self.draw())
            self._loop.wake()

    def _pressed(self, x: float, y: float) -> None:
        for place in self._places:
            rect = place.rect
            if rect.x <= x < rect.x + rect.w and rect.y <= y < rect.y + rect.h:
                self._touch(place.press)
                return

    def _refuse_close(self, *_: object, **__: object) -> bool:
        """Keep the window open whatever a keyboard says; SIGTERM comes through `close`."""
        return not self._closing

    def _mirrored(self, screen: Screen) -> Mirrored:
        height = self._sizes.whole.h
        return Mirrored(
            screen=screen,
            places=tuple(
                Touchable(
                    press=one.press,
                    left=one.rect.x,
                    top=height - one.rect.y - one.rect.h,
                    width=one.rect.w,
                    height=one.rect.h,
                )
                for one in self._places
            ),
        )


class _Root(Widget):  # type: ignore[misc]  # kivy has no types
    """All of the window; a touch acts as the finger comes down."""

    def __init__(self, pressed: Callable[[float, float], None]) -> None:
        super().__init__(size_hint=(None, None))
        self._pressed = pressed

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not touch.is_mouse_scrolling:
            self._pressed(*touch.pos)
        return True
