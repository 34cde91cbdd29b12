"""Ten sites decoded, composed and encoded once: ours, FFmpeg and GStreamer, processor time."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import av

from bench.conference_clips import SITES, SIZES, stream_of
from bench.table import Table, spread

ROUNDS, FRAMES = 3, 750
KBPS, BUFFER_KBIT = 1500, 240
_PLACES = [(320 * (site % 4), 180 * (site // 4)) for site in range(SITES)]
_OURS = "motcua: decode, compose, names and states, encode"
_FFMPEG = "FFmpeg, xstack, as it comes"
_FFMPEG_TUNED = "FFmpeg, xstack, bilinear, one thread everywhere"
_GSTREAMER = "GStreamer, compositor, one thread a codec"
_TOLERATED = 8
"""Pictures a peer may leave out at its start and end."""


def measure() -> Table:
    """Return processor time a composed picture, and ours as a share of each peer's."""
    for program in ("ffmpeg", "gst-launch-1.0"):
        if not shutil.which(program):
            sys.exit(f"{program} is missing: apt install ffmpeg gstreamer1.0-tools")
    with tempfile.TemporaryDirectory() as name:
        spent = {size: _spent(Path(name), size) for size in SIZES}
    return Table(
        title="Conference: ten sites on one wall",
        how=(
            f"{SITES} sites (moving pictures, H.264 constrained baseline, 0.7 and 1.5 Mbit/s) are "
            "decoded, scaled to 320 x 180, composed and encoded once (1280 x 720, 25 a second, "
            f"x264 ultrafast, zerolatency, {KBPS} kbit/s), {FRAMES / 25:.0f} s of it as fast as "
            f"it goes; {ROUNDS} rounds taken in turn. Processor ms (user and system, the start of "
            "the program included) a composed picture. Decoding alone is 3.4 and 9.5 ms of each. "
            "Only ours draws the sites' names and states."
        ),
        head=("", *(f"{size}: CPU ms" for size in SIZES), *(f"{size}: ours is" for size in SIZES)),
        rows=tuple(_row(name, spent) for name in (_OURS, _FFMPEG, _FFMPEG_TUNED, _GSTREAMER)),
    )


def _row(name: str, spent: dict[str, dict[str, list[float]]]) -> tuple[str, ...]:
    ratios = [
        spread([ours / theirs for ours, theirs in zip(own[_OURS], own[name], strict=True)], 2)
        for own in spent.values()
    ]
    return (name, *(spread(own[name], 2) for own in spent.values()), *ratios)


def _spent(folder: Path, size: str) -> dict[str, list[float]]:
    streams = [stream_of(folder, size, site, FRAMES) for site in range(SITES)]
    ours = [sys.executable, "-m", f"{__package__}.conference_media_ours"]
    results = [folder / f"{number}.h264" for number in range(4)]
    commands = {
        _OURS: [*ours, str(folder), size, str(FRAMES), str(results[0])],
        _FFMPEG: _ffmpeg(streams, results[1], (), ""),
        _FFMPEG_TUNED: _ffmpeg(streams, results[2], ("-threads", "1"), ":flags=bilinear"),
        _GSTREAMER: _gstreamer(streams, results[3]),
    }
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for (name, command), result in zip(commands.items(), results, strict=True):
            spent[name].append(_cpu_ms(command) / FRAMES)
            _check(result)
    return spent


def _cpu_ms(command: list[str]) -> float:
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert started.stderr
    said = started.stderr.read()
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        sys.exit(f"{command[0]}: {said.decode(errors='replace')[-800:]}")
    return (used.ru_utime + used.ru_stime) * 1000


def _check(result: Path) -> None:
    with av.open(str(result), format="h264") as opened:
        seen = sum(len(packet.decode()) for packet in opened.demux(video=0))
        size = opened.streams.video[0].width, opened.streams.video[0].height
    assert size == (1280, 720), f"{result.name}: {size}"
    assert abs(seen - FRAMES) <= _TOLERATED, f"{result.name}: {seen} pictures of {FRAMES}"


def _ffmpeg(streams: list[Path], result: Path, threads: tuple[str, ...], flags: str) -> list[str]:
    inputs = [
        word for path in streams for word in (*threads, "-r", "25", "-f", "h264", "-i", str(path))
    ]
    scaled = [f"[{n}:v]scale=320:180{flags}[s{n}]" for n in range(SITES)]
    layout = "|".join(f"{x}_{y}" for x, y in _PLACES)
    names = "".join(f"[s{n}]" for n in range(SITES))
    stacked = f"{names}xstack=inputs={SITES}:layout={layout}:fill=black[wall]"
    graph = ";".join([*scaled, stacked, "[wall]pad=1280:720,format=yuv420p[out]"])
    filters = ("-filter_threads", "1", "-filter_complex_threads", "1") if threads else ()
    return [
        *("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *filters),
        *inputs,
        *("-filter_complex", graph, "-map", "[out]", "-c:v", "libx264", "-preset", "ultrafast"),
        *("-tune", "zerolatency", "-profile:v", "baseline", *threads, "-g", "100000"),
        *("-b:v", f"{KBPS}k", "-maxrate", f"{KBPS}k", "-bufsize", f"{BUFFER_KBIT}k"),
        *("-x264-params", "scenecut=0", "-f", "h264", str(result)),
    ]


def _gstreamer(streams: list[Path], result: Path) -> list[str]:
    pads = [
        f"sink_{n}::xpos={x} sink_{n}::ypos={y} sink_{n}::width=320 sink_{n}::height=180"
        for n, (x, y) in enumerate(_PLACES)
    ]
    wall = (
        f"compositor name=wall background=black {' '.join(pads)}"
        " ! video/x-raw,format=I420,width=1280,height=720,framerate=25/1"
        f" ! x264enc speed-preset=ultrafast tune=zerolatency bitrate={KBPS} threads=1"
        f" vbv-buf-capacity={1000 * BUFFER_KBIT // KBPS} key-int-max=100000 sliced-threads=false"
        " ! video/x-h264,profile=constrained-baseline,stream-format=byte-stream"
        f" ! filesink location={result}"
    )
    sites = [
        f"filesrc location={path} ! h264parse ! video/x-h264,framerate=25/1"
        f" ! avdec_h264 max-threads=1 ! wall.sink_{n}"
        for n, path in enumerate(streams)
    ]
    return ["gst-launch-1.0", "-q", *" ".join([wall, *sites]).split()]
