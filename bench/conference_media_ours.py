"""`python -m bench.conference_media_ours FOLDER SIZE FRAMES RESULT`: ten sites, no sockets.

What the server's video process does: decode, compose with names, encode; as fast as it can.
"""

import sys
import time
from pathlib import Path

import cv2

from bench.conference_clips import SITES, clip_of
from vc.engine.focus.video_figures import Figures
from vc.engine.focus.video_pictures import Pictures, VideoConfig
from vc.engine.port import Tile, View
from vc.media.clip import ClipPlayer

_NAMES = ("Văn phòng UBND tỉnh", "Thành phố Đông Hà", "Huyện Hướng Hóa", "Huyện Đakrông")


def main() -> None:
    folder, size, frames = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    cv2.setNumThreads(1)
    players = [ClipPlayer(clip_of(folder, size, site)) for site in range(SITES)]
    pictures = Pictures(VideoConfig(), Figures(time.monotonic()))
    tiles = tuple(
        Tile(
            source=f"s{site}",
            x=320 * (site % 4),
            y=180 * (site // 4),
            width=320,
            height=180,
            title=_NAMES[site % len(_NAMES)],
            badge="muted",
        )
        for site in range(SITES)
    )
    numbers = {"main": 100, **{f"s{site}": site for site in range(SITES)}}
    pictures.arrange((View(name="main", tiles=tiles),), numbers)
    (output,) = pictures.views.outputs
    with Path(sys.argv[4]).open("wb") as written:
        for _ in range(frames):
            for slot, player in enumerate(players):
                unit = player.next()
                now_us = time.monotonic_ns() // 1000
                pictures.take(slot, "h264", unit.data, now_us, keyframe=unit.keyframe)
            pictures.note_shown()
            written.write(output.encoder.encode(output.stage.frame).data)


if __name__ == "__main__":
    main()
