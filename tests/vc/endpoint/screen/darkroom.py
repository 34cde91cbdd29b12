"""The room's screens as pictures, by the program's own glass (SDL's offscreen driver).

`python -m tests.vc.endpoint.screen.darkroom OUT_DIR` takes one of every situation.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import av
from msgspec.structs import replace
from PIL import Image

from devices.window.kivy_settings import prepare
from tests.vc.example import STARTS_AT, example_plan
from vc.endpoint.camera.port import VideoUnit
from vc.endpoint.config import GlassScreenConfig
from vc.endpoint.happenings import Moment
from vc.endpoint.panels import PageOnGlass
from vc.endpoint.presses import Panel, Table
from vc.endpoint.room import Call, CallState
from vc.endpoint.view import Fault, Screen, screen
from vc.endpoint.viewer import Picture
from vc.media.clip import Clip, Footage
from vc.media.sitter import Sitter
from vc.messages import RoomNotice
from vc.state import (
    Ballot,
    Floor,
    Line,
    Paper,
    PaperOnShow,
    Phase,
    RequestStatus,
    SpeechRequest,
)

PLAN = example_plan()
SITE = PLAN.sites[1]
AT = Moment(now=STARTS_AT + timedelta(minutes=42), monotonic=1000.0)
HALL = GlassScreenConfig(width=1920, height=1080, fullscreen=False)
FIRST, SECOND = (one.id for one in SITE.delegates)

NOTICE = RoomNotice(
    conference=PLAN.id,
    member=SITE.id,
    title=PLAN.title,
    starts_at=PLAN.starts_at,
    join_before_s=PLAN.join_before_s,
    phase=Phase.LIVE,
    site_name=SITE.name,
    delegates=tuple(
        replace(one, name=name, position=position)
        for one, name, position in zip(
            SITE.delegates,
            ("Nguyễn Thị Hồng Nhung", "Trần Quốc Đạt"),
            ("Phó Chủ tịch UBND thành phố", "Trưởng phòng Kinh tế – Hạ tầng"),
            strict=True,
        )
    ),
    present=(FIRST,),
    agenda=PLAN.agenda,
    papers=(
        Paper(id="bao-cao", title="Báo cáo tình hình kinh tế - xã hội tháng 11", pages=12),
        Paper(id="de-an", title="Đề án chuyển đổi số cấp xã", pages=30),
    ),
    line=Line.GOOD,
    connected_sites=9,
    sites=10,
    recording=True,
)
OTHER = Floor(
    holder="cam-lo", since=AT.now - timedelta(minutes=2), until=AT.now + timedelta(seconds=133)
)
OWN = replace(OTHER, holder=SITE.id)
NOT_DONE = Table(refused="Bạn chưa điểm danh.", refused_at=AT.monotonic)
BALLOT = Ballot(
    id="b1",
    question="Thông qua kế hoạch đầu tư công trung hạn 2026–2030?",
    options=("Tán thành", "Không tán thành", "Không biểu quyết"),
    opened_at=AT.now,
    eligible=(FIRST, SECOND),
    votes={FIRST: 0},
    voted=(FIRST,),
)


def request(status: RequestStatus, reason: str = "") -> SpeechRequest:
    return SpeechRequest(
        id="r1", delegate=FIRST, site=SITE.id, status=status, at=AT.now, rejected_reason=reason
    )


def inside(notice: RoomNotice = NOTICE, age_s: float = 0.1) -> Call:
    return Call(
        state=CallState.IN, notice=notice, seen_at=AT.monotonic - age_s, has_picture=True,
        is_open=True, conference=notice.conference,
    )  # fmt: skip


def situations() -> Iterator[tuple[str, Screen]]:
    """Yield every situation of a room, with a name."""
    for name, call, table, fault in _calls():
        for language in ("vi", "en"):
            yield (
                f"{name}-{language}",
                screen(call, replace(table, language=language), AT, fault=fault),
            )


def _calls() -> Iterator[tuple[str, Call, Table, Fault]]:
    well, table = Fault(), Table()
    planned = replace(NOTICE, phase=Phase.PLANNED, starts_at=AT.now + timedelta(hours=3))
    yield "idle", Call(), table, well
    yield "cut-off", Call(), table, Fault(line=True)
    yield "expected", Call(state=CallState.EXPECTED, notice=planned), table, well
    later = replace(planned, starts_at=AT.now + timedelta(days=3))
    yield "expected-later", Call(state=CallState.EXPECTED, notice=later), table, Fault(camera=True)
    yield "joining", Call(state=CallState.JOINING, notice=NOTICE), table, well
    yield "rejoining", Call(state=CallState.REJOINING, notice=NOTICE), table, well
    text = "Chủ tọa đã khóa cuộc họp."
    yield "refused", Call(state=CallState.REFUSED, notice=NOTICE, text=text), table, well
    yield "left", Call(state=CallState.LEFT, notice=NOTICE), table, well
    yield "no-picture", replace(inside(), has_picture=False), table, well
    yield "lobby", inside(replace(NOTICE, phase=Phase.LOBBY, recording=False)), table, well
    speaking = replace(NOTICE, floor=OTHER, floor_name="Lê Văn Hòa – Huyện Cam Lộ")
    yield "watching", inside(speaking), table, well
    asked = replace(speaking, requests=(request(RequestStatus.PENDING),))
    yield "asked", inside(asked), table, well
    approved = replace(speaking, requests=(request(RequestStatus.APPROVED),), place_in_list=2)
    yield "approved", inside(approved), table, well
    refused = replace(
        speaking, requests=(request(RequestStatus.REFUSED, "Nội dung sẽ thảo luận buổi chiều"),)
    )
    yield "request-refused", inside(refused), table, well
    mine = replace(NOTICE, floor=OWN, floor_name="Nguyễn Thị Hồng Nhung", muted=False)
    yield "on-air", inside(mine), table, well
    yield "on-air-mic-off", inside(mine), Table(microphone_off=True), well
    over = replace(mine, floor=replace(OWN, until=AT.now - timedelta(seconds=12)))
    yield "over-time", inside(over), table, well
    yield "frozen", inside(speaking, age_s=3.4), table, well
    weak = replace(speaking, line=Line.BAD, video_off=True)
    yield "weak-line", inside(weak), NOT_DONE, Fault(sound=True)
    yield "who-speaks", inside(replace(speaking, present=())), Table(panel=Panel.SPEAKERS), well
    roll_call = replace(speaking, roll_call_open=True)
    yield "roll-call", inside(roll_call), Table(panel=Panel.ROLL_CALL), well
    voting = replace(speaking, ballot=BALLOT)
    yield "vote", inside(voting), Table(panel=Panel.VOTE), well
    done = replace(BALLOT, votes={FIRST: 0, SECOND: 1}, voted=(FIRST, SECOND))
    done_voting = replace(voting, ballot=done)
    yield "voted", inside(done_voting), Table(panel=Panel.VOTE, voter=SECOND), well
    reading = replace(speaking, paper=PaperOnShow(paper="bao-cao", page=3))
    yield "papers", inside(reading), Table(panel=Panel.PAPERS), well


class Darkroom:
    """A glass whose frames are turned by hand."""

    def __init__(self, config: GlassScreenConfig = HALL, mirror: Path | None = None) -> None:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
        prepare(Path(tempfile.gettempdir()), config)
        from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 - opens the window

        from vc.endpoint.screen.glass import Glass  # noqa: PLC0415 - after Kivy's settings
        from vc.endpoint.screen.theme import metrics  # noqa: PLC0415 - as above

        self._events = EventLoop
        self.touched: list[object] = []
        self.sizes = metrics(config.width, config.height, touch=config.touch)
        self.glass = Glass(self.sizes, self.touched.append, mirror)
        runTouchApp(self.glass.root, embedded=True)

    def turn(self) -> None:
        """Turn a few frames."""
        for _ in range(4):
            self._events.idle()

    def develop(self, shown: Screen, frame: av.VideoFrame | None = None) -> Image.Image:
        """Return the screen as the glass shows it."""
        self.glass.show(shown)
        if frame is None:
            self.glass.no_picture()
        else:
            self.glass.picture(Picture(frame=frame, rtp_time=0, arrival_us=0, decoded_us=0))
        self.turn()
        return self.picture()

    def touch(self, x: float, y: float) -> None:
        """Put a finger down, pixels from the left and the top."""
        window = self._events.window
        window.dispatch("on_mouse_down", x, y, "left", [])
        self.turn()
        window.dispatch("on_mouse_up", x, y, "left", [])
        self.turn()

    def picture(self) -> Image.Image:
        """Return what the glass shows now."""
        from kivy.graphics.opengl import (  # noqa: PLC0415 - see above
            GL_RGB,
            GL_UNSIGNED_BYTE,
            glReadPixels,
        )

        window = self._events.window
        pixels = glReadPixels(0, 0, window.width, window.height, GL_RGB, GL_UNSIGNED_BYTE)
        taken = Image.frombytes("RGB", (window.width, window.height), pixels)
        return taken.transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def wall() -> av.VideoFrame:
    """Return a picture as the conference sends one."""
    return Sitter(4, 1280, 720, 25, "Trung tâm").frame(3)


def sheet() -> bytes:
    """Return a paper's page."""
    from io import BytesIO  # noqa: PLC0415

    page = Image.new("RGB", (1240, 1754), "white")
    for line in range(26):
        page.paste("#334", (140, 200 + line * 55, 1100 - (line * 131) % 300, 214 + line * 55))
    out = BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def main(out: Path) -> None:
    """Take the pictures."""
    darkroom, frame = Darkroom(), wall()
    out.mkdir(parents=True, exist_ok=True)
    own = Clip.make(out / "clips", Footage(seed=1, width=320, height=180, kbps=300, seconds=1))
    for name, shown in situations():
        darkroom.glass.own(VideoUnit(data=own.units[0].data, captured_us=0, keyframe=True))
        time.sleep(0.1)
        if shown.panel and shown.panel.page:
            page: PageOnGlass = shown.panel.page
            darkroom.glass.page(page, sheet())
        darkroom.develop(shown, frame if shown.live != "none" else None).save(out / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
