"""Sound and pictures of the pages: a real Chromium, the real server, its engine of three processes.

What a browser cannot do is taken from it before its page begins; what it sends and gets is read
from its own getStats.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.counterparts.chromium import CALLS, chromium, complaints, until
from tests.vc.server.hall import CHAIR_PIN, OPERATOR_PIN, PLAN
from tests.vc.server.pages.driving import Person
from tests.vc.server.pages.serving import Server, served
from tests.vc.server.paper import LANDSCAPE, pdf
from vc.server.config import FocusConfig

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
NAME = "Lê Thị Khách"
WITHIN_S = 60.0
CAMERA, SCREEN, PAGE = "green", "magenta", "white"
"""What is most of Chromium's made-up camera, of the shared screen below, and of a paper."""

LISTENING = """
window.peers = [];
window.patches = 0;
const Peer = RTCPeerConnection;
window.RTCPeerConnection = class extends Peer {
  constructor(...given) { super(...given); window.peers.push(this); }
};
const ask = window.fetch;
window.fetch = (url, options = {}) => {
  const answers = options.headers?.["Content-Type"] === "application/sdp";
  window.patches += options.method === "PATCH" && answers;
  return ask(url, options);
};
"""
NO_H264 = """
for (const Part of [RTCRtpReceiver, RTCRtpSender]) {
  const all = Part.getCapabilities.bind(Part);
  Part.getCapabilities = (kind) => {
    const one = all(kind);
    return { ...one, codecs: one.codecs.filter(({ mimeType }) => mimeType !== "video/H264") };
  };
}
"""
PLAYS_VP9_ALONE = """
const prefer = RTCRtpTransceiver.prototype.setCodecPreferences;
RTCRtpTransceiver.prototype.setCodecPreferences = function (codecs) {
  const all = RTCRtpReceiver.getCapabilities("video").codecs;
  const vp9 = all.filter(({ mimeType }) => mimeType === "video/VP9");
  return prefer.call(this, this.direction === "recvonly" ? vp9 : codecs);
};
"""
SHARES = """
navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
  const pen = canvas.getContext("2d");
  let n = 0;
  setInterval(() => {
    pen.fillStyle = "rgb(200, 0, 200)"; pen.fillRect(0, 0, 1280, 720);
    pen.fillStyle = "white"; pen.fillRect(8 * (n++ % 100), 0, 8, 8);
  }, 100);
  return canvas.captureStream(10);
};
"""
FLOWS = """
const done = arguments[0];
(async () => {
  const told = [];
  for (const peer of window.peers.filter((one) => one.connectionState === "connected")) {
    const all = await peer.getStats();
    for (const one of all.values()) {
      if (one.type !== "inbound-rtp" && one.type !== "outbound-rtp") continue;
      told.push({ ...one, codec: all.get(one.codecId)?.mimeType || "" });
    }
  }
  done(JSON.stringify(told));
})();
"""
SHARE_OF = """
const LOOKS = {
  green: (red, green, blue) => green > red + 40 && green > blue + 40,
  magenta: (red, green, blue) => red > green + 60 && blue > green + 60,
  white: (...colours) => colours.every((one) => one > 220),
};
const video = document.querySelector("video.picture"), [looks] = arguments;
if (!video || !video.videoWidth) return 0;
const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
const pen = canvas.getContext("2d");
pen.drawImage(video, 0, 0, 320, 180);
const { data } = pen.getImageData(0, 0, 320, 180);
let like = 0;
for (let at = 0; at < data.length; at += 4) like += LOOKS[looks](...data.slice(at, at + 3));
return like / (data.length / 4);
"""
ALL_CLOSED = "return peers.every((one) => one.connectionState === 'closed')"
Flow = dict[str, Any]


class Desk:
    """The chair's side, by the API."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._does("/api/sign-in", {"role": "operator", "pin": OPERATOR_PIN})
        self._does(f"/api/conferences/{PLAN.id}/open")
        self._does("/api/sign-in", {"role": "chair", "pin": CHAIR_PIN})

    def act(self, kind: str, **fields: Any) -> None:
        self._does("/api/acts", {"type": kind, **fields})

    def link(self, member: str = "") -> dict[str, str]:
        told: dict[str, str] = self._does("/api/links", {"name": NAME, "member": member})
        return told

    def add_paper(self, pdf: bytes) -> str:
        form = {"conference": PLAN.id, "title": "Tờ trình"}
        answer = self._client.post("/api/papers", data=form, files={"file": ("to-trinh.pdf", pdf)})
        assert answer.is_success, answer.text
        return str(answer.json()["id"])

    @property
    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = self._client.get("/api/state").json()
        return told

    def _does(self, path: str, body: Any = None) -> Any:
        answer = self._client.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()


@contextlib.contextmanager
def browser(folder: Path, server: Server, *scripts: str) -> Iterator[Person]:
    """Start a browser in which these scripts run before the page's own."""
    with chromium(folder / "profile", flags=CALLS) as page:
        for script in (LISTENING, *scripts):
            page.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        yield Person(page, server)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path / "state", engine=FocusConfig()) as one:
        yield one


@pytest.fixture
def desk(server: Server) -> Iterator[Desk]:
    headers = {"Origin": server.url}
    with httpx.Client(base_url=server.url, headers=headers, timeout=20) as client:
        yield Desk(client)


def comes(person: Person, link: dict[str, str]) -> None:
    person.page.get(link["url"])
    person.sees("name").send_keys(NAME)
    person.the("pin").send_keys(link["pin"])
    person.the("enter").click()
    person.clicks("#go-in")


def is_let_in(desk: Desk) -> str:
    """Let the one who waits in, and return who it is."""
    waiting: list[dict[str, str]] = until(lambda: desk.state["waiting"], "a guest at the door")
    guest = waiting[0]["id"]
    desk.act("let_in", member=guest)
    return guest


def flow(person: Person, kind: str, medium: str, holds: Callable[[Flow], bool], what: str) -> Flow:
    """Return a medium's statistics in one direction, once they are as they should be."""

    def look() -> Flow | None:
        told: list[Flow] = json.loads(person.page.execute_async_script(FLOWS))
        every = (one for one in told if (one["type"], one["kind"]) == (kind, medium))
        return next((one for one in every if holds(one)), None)

    return until(look, what, within_s=WITHIN_S) or {}


def encoded(person: Person, *, more_than: int = 20) -> Flow:
    what = "pictures go out"
    return flow(
        person, "outbound-rtp", "video", lambda one: one.get("framesEncoded", 0) > more_than, what
    )


def decoded(person: Person, *, more_than: int = 20) -> Flow:
    what = "pictures come back"
    return flow(
        person, "inbound-rtp", "video", lambda one: one.get("framesDecoded", 0) > more_than, what
    )


def hears(person: Person) -> None:
    what = "sound comes back"
    flow(person, "inbound-rtp", "audio", lambda one: one.get("packetsReceived", 0) > 50, what)


def on_the_wall(person: Person, looks: str) -> float:
    """Return how much of the composed picture looks so."""
    return float(person.page.execute_script(SHARE_OF, looks))


def wall_shows(person: Person, looks: str, least: float) -> None:
    what = f"{least:.0%} {looks} on the wall"
    until(lambda: on_the_wall(person, looks) > least, what, within_s=WITHIN_S)


def wall_hides(person: Person, looks: str) -> None:
    until(lambda: on_the_wall(person, looks) < 0.05, f"no {looks}", within_s=WITHIN_S)


def test_a_guest_by_the_join_page_sends_and_sees_himself_on_the_wall(
    tmp_path: Path, server: Server, desk: Desk
) -> None:
    with browser(tmp_path, server) as person:
        comes(person, desk.link())
        person.reads("Đang chờ duyệt", "#waiting")
        assert person.page.execute_script("return peers.length") == 0, "outside, nothing flows"
        guest = is_let_in(desk)
        assert encoded(person)["codec"] == "video/H264"
        seen = decoded(person)
        assert (seen["codec"], seen["frameWidth"], seen["frameHeight"]) == ("video/H264", 1280, 720)
        hears(person)
        wall_shows(person, CAMERA, 0.4)
        until(lambda: not person.all("#cover"), "a live picture")
        desk.act("set_video_off", member=guest, off=True)
        wall_hides(person, CAMERA)
        assert complaints(person.page) == []
        desk.act("expel", member=guest)
        person.reads("Đã được mời ra", "#out")
        until(lambda: person.page.execute_script(ALL_CLOSED), "nothing flows any more")


def test_a_browser_without_h264_sends_and_sees_vp8(
    tmp_path: Path, server: Server, desk: Desk
) -> None:
    with browser(tmp_path, server, NO_H264) as person:
        comes(person, desk.link("gio-linh"))
        assert encoded(person)["codec"] == "video/VP8"
        assert decoded(person)["codec"] == "video/VP8"
        wall_shows(person, CAMERA, 0.4)


def test_a_player_that_can_nothing_of_ours_is_offered_what_there_is_and_answers(
    tmp_path: Path, server: Server, desk: Desk
) -> None:
    """WHEP: 406 with an offer, taken up with PATCH."""
    with browser(tmp_path, server, PLAYS_VP9_ALONE) as person:
        comes(person, desk.link("gio-linh"))
        assert decoded(person)["codec"] == "video/H264"
        assert person.page.execute_script("return patches") >= 1


def test_a_shared_screen_and_then_a_paper_are_large_on_the_wall(
    tmp_path: Path, server: Server, desk: Desk
) -> None:
    with browser(tmp_path, server, SHARES) as person:
        comes(person, desk.link("gio-linh"))
        wall_shows(person, CAMERA, 0.4)
        person.clicks("#share-button")
        until(lambda: _member(desk, "gio-linh")["sharing"], "the screen arrives", within_s=WITHIN_S)
        desk.act("start_content", member="gio-linh")
        assert desk.state["layout"] == "content"
        wall_shows(person, SCREEN, 0.4)
        person.clicks("#share-button")
        until(lambda: not _member(desk, "gio-linh").get("sharing"), "the screen is gone")
        wall_hides(person, SCREEN)
        paper = desk.add_paper(pdf(3, LANDSCAPE))
        desk.act("show_paper", paper=paper, page=2)
        wall_shows(person, PAGE, 0.3)
        person.reads("2 / 3", "#papers #page-number")


def _member(desk: Desk, member: str) -> dict[str, Any]:
    return next(one for one in desk.state["members"] if one["id"] == member)
