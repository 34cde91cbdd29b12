"""The glass: Kivy's window in the main thread, one sheet of widgets at a time.

Import it only after `kivy_settings.prepare`: Kivy opens its window when it is first imported.
"""

import gc
from concurrent.futures import Future

from kivy.base import runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import ClearBuffers, ClearColor, Fbo
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex

from devices.window.loop import WaitLoop
from kiosk.ui.bridge import NewestScreen
from kiosk.ui.mirror import Mirror
from kiosk.ui.painting import ground, paint, places
from kiosk.ui.picture import Exposure
from kiosk.ui.screen import Screen
from kiosk.ui.theme import Metrics
from kiosk.ui.widgets import Textures, Touch

_SWEEP_AFTER_S = 0.5


class Glass:
    """The one window. `run` returns when `close` was called; `close` and `show` wake its loop."""

    def __init__(self, sizes: Metrics, touch: Touch, mirror: Mirror | None = None) -> None:
        self._sizes = sizes
        self._touch = touch
        self._mirror = mirror
        self._textures = Textures()
        self._loop = WaitLoop()
        self._newest = NewestScreen(self._wake)
        self._shown: Screen | None = None
        self._closing = False
        # widgets refer to one another: without this their textures, and a citizen's words, linger
        self._sweep = Clock.create_trigger(lambda _: gc.collect(), _SWEEP_AFTER_S)
        self.frames = 0
        self.root = Widget(size=(sizes.width, sizes.height), size_hint=(None, None))
        Window.bind(on_request_close=self._refuse_close, on_flip=self._count)

    def run(self) -> None:
        """Show screens until closed."""
        gc.freeze()  # the program stays as it is: a sweep looks at screens only, 4 ms and not 50
        runTouchApp(self.root)

    def show(self, screen: Screen) -> None:
        """Show a screen soon. May be called from any thread."""
        self._newest.put(screen)

    def behind_s(self) -> float:
        """Return for how long nothing was drawn that should be, or no touch taken. Any thread."""
        return max(self._newest.waited_s(), self._loop.stands_s())

    def expose(self) -> Future[Exposure]:
        """Take a picture of what is shown, soon; of a private screen none. Any thread."""
        exposure: Future[Exposure] = Future()

        def take(_: float) -> None:
            if exposure.set_running_or_notify_cancel():
                exposure.set_result(self._expose())

        Clock.schedule_once(take)
        self._loop.wake()
        return exposure

    def close(self) -> None:
        """End `run`. May be called from any thread."""
        self._closing = True
        Clock.schedule_once(lambda _: stopTouchApp())
        self._loop.wake()

    def draw(self, screen: Screen) -> None:
        """Put a screen on the glass now; on Kivy's thread. The same screen again costs nothing."""
        if screen == self._shown:
            return
        self._shown = screen
        self._sweep.cancel()
        self._sweep()
        self.root.clear_widgets()
        Window.clearcolor = get_color_from_hex(ground(screen))
        sheet = paint(screen, self._sizes, self._textures, self._touch)
        self.root.add_widget(sheet)
        if self._mirror:
            self._mirror.write(screen, tuple(places(sheet)))

    def _expose(self) -> Exposure:
        """Draw the shown sheet once more, beside the window; on Kivy's thread."""
        width, height = int(self._sizes.width), int(self._sizes.height)
        if self._shown is None or self._shown.private:
            return Exposure(width=width, height=height)
        film = Fbo(size=(width, height), with_stencilbuffer=True)
        with film:
            ClearColor(*get_color_from_hex(ground(self._shown)))
            ClearBuffers()
        sheet, window = self.root.canvas, Window.canvas
        place = window.indexof(sheet)
        window.remove(sheet)  # drawn by one at a time
        film.add(sheet)
        film.draw()
        pixels = bytes(film.texture.pixels)
        film.remove(sheet)
        window.insert(place, sheet)
        return Exposure(width=width, height=height, rgba=pixels)

    def _wake(self) -> None:
        Clock.schedule_once(self._draw_newest)
        self._loop.wake()

    def _draw_newest(self, _: float) -> None:
        if screen := self._newest.take():
            self.draw(screen)

    def _refuse_close(self, *_: object, **__: object) -> bool:
        """Keep the window open whatever a keyboard says; SIGTERM comes through `close`."""
        return not self._closing

    def _count(self, _: object) -> None:
        self.frames += 1
