"""The glass: Kivy's window in the main thread, one sheet of widgets at a time.

Import it only after `kivy_settings.prepare`: Kivy opens its window when it is first imported.
"""

import dataclasses
import gc
from concurrent.futures import Future

import msgspec
from kivy.base import runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import ClearBuffers, ClearColor, Fbo
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex

from devices.window.loop import WaitLoop
from kiosk.ui.bridge import NewestScreen
from kiosk.ui.languages.files import Shelf
from kiosk.ui.mirror import Mirror
from kiosk.ui.moving import Moving, NewestPictures
from kiosk.ui.painting import Sheet, ground, paint, places, small
from kiosk.ui.panel import GlassConfig
from kiosk.ui.picture import Exposure
from kiosk.ui.screen import Screen, Shared
from kiosk.ui.theme import metrics
from kiosk.ui.widgets import HAND, MovingPicture, Textures, Touch

NO_PACKS = Shelf()
_SWEEP_AFTER_S = 0.5


class Glass:
    """The one window. `run` returns when `close` was called; `close` and `show` wake its loop."""

    def __init__(
        self,
        panel: GlassConfig,
        touch: Touch,
        mirror: Mirror | None = None,
        languages: Shelf = NO_PACKS,
    ) -> None:
        """Write and draw in `languages` too, with what they bring."""
        self._panel = panel
        self._touch = touch
        self._mirror = mirror
        self._textures = Textures()
        own = languages.pictograms.items()
        self._textures_of = {code: Textures(drawn) for code, drawn in own if drawn}
        self._hand = dataclasses.replace(HAND, faces={**HAND.faces, **languages.faces})
        self._loop = WaitLoop()
        self._newest = NewestScreen(self._wake)
        self._moving = NewestPictures(self._wake_moving)
        self._shown: Screen | None = None
        self._closing = False
        # widgets refer to one another: without this a citizen's words linger
        self._sweep = Clock.create_trigger(lambda _: gc.collect(), _SWEEP_AFTER_S)
        self.frames = 0
        self.root = Widget(size=(panel.width, panel.height), size_hint=(None, None))
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

    def expose_shared(self) -> Future[Exposure]:
        """Take a picture for the officer in a call: of a shared screen, of no other. Any thread."""
        exposure: Future[Exposure] = Future()

        def take(_: float) -> None:
            if exposure.set_running_or_notify_cancel():
                exposure.set_result(self._expose_shared())

        Clock.schedule_once(take)
        self._loop.wake()
        return exposure

    def small_words(self, screen: Screen) -> Future[tuple[str, ...]]:
        """Lay a screen out, soon, show nothing of it, and return its words that are too small.

        Any thread.
        """
        words: Future[tuple[str, ...]] = Future()

        def lay(_: float) -> None:
            if words.set_running_or_notify_cancel():
                sheet = self._painted(screen)
                words.set_result(small(sheet, metrics(self._panel, screen.access)))
                _let_go(sheet)

        Clock.schedule_once(lay)
        self._loop.wake()
        return words

    def move(self, picture: Moving) -> None:
        """Show the newest picture of somebody, where a screen has a place for it. Any thread."""
        self._moving.put(picture)

    def forget_moving(self) -> None:
        """Forget whoever was seen. Any thread."""
        self._moving.clear()

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
        self._take_apart()
        Window.clearcolor = get_color_from_hex(ground(screen))
        sheet = self._painted(screen)
        self.root.add_widget(sheet)
        self._draw_moving()
        if self._mirror:
            self._mirror.write(screen, tuple(places(sheet)))

    def _painted(self, screen: Screen) -> Sheet:
        sizes = metrics(self._panel, screen.access)
        textures = self._textures_of.get(screen.written_in, self._textures)
        return paint(screen, sizes, textures, self._touch, hand=self._hand)

    def _take_apart(self) -> None:
        """Let go of what the sheet's words were drawn on: the sweep of its widgets comes late.

        While a citizen types it never comes, and every sheet's textures would stay until then.
        """
        gone = list(self.root.children)
        self.root.clear_widgets()
        for sheet in gone:
            _let_go(sheet)

    def _expose(self) -> Exposure:
        """Draw the shown sheet once more, beside the window; on Kivy's thread."""
        if self._shown is None or self._shown.private:
            return Exposure(width=self._panel.width, height=self._panel.height)
        return self._pictured(self._shown)

    def _expose_shared(self) -> Exposure:
        shown = self._shown
        if shown is None or shown.shared is not Shared.SEEN:
            why = shown.shared if shown else Shared.NOT
            return Exposure(width=self._panel.width, height=self._panel.height, shared=why)
        return msgspec.structs.replace(self._pictured(shown), shared=Shared.SEEN)

    def _pictured(self, shown: Screen) -> Exposure:
        width, height = self._panel.width, self._panel.height
        film = Fbo(size=(width, height), with_stencilbuffer=True)
        with film:
            ClearColor(*get_color_from_hex(ground(shown)))
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

    def _wake_moving(self) -> None:
        Clock.schedule_once(lambda _: self._draw_moving())
        self._loop.wake()

    def _draw_moving(self) -> None:
        pictures = {picture.who: picture for picture in self._moving.take()}
        for widget in self.root.walk(restrict=True):
            if isinstance(widget, MovingPicture) and widget.who in pictures:
                widget.show(pictures[widget.who])

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


def _let_go(sheet: Widget) -> None:
    for widget in list(sheet.walk(restrict=True)):
        widget.clear_widgets()
        widget.canvas.clear()
