"""The views of a conference: what each shows, its encoder, and when the next picture is due."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vc.engine.focus.video_stage import Stage, looks
from vc.engine.port import VideoCodec, View
from vc.media.keyframes import KeyframeGate
from vc.media.phase import TickPhase
from vc.media.video import Encoder, H264Encoder, Vp8Encoder


@dataclass
class Output:
    """One view being encoded; `number` is its name on the media wires."""

    view: View
    number: int
    stage: Stage
    encoder: Encoder
    gate: KeyframeGate


class Views:
    """Everything that is composed. Views of one rate are composed in the same moment."""

    def __init__(self) -> None:
        self.outputs: tuple[Output, ...] = ()
        self._phases: dict[int, TickPhase] = {}

    def arrange(self, views: tuple[View, ...], numbers: Mapping[str, int], now_us: int) -> None:
        """Show these views and no others; raises ValueError, and changes nothing, if one cannot be.

        A view that keeps its size, rate and codec keeps its encoder: viewers need no keyframe.
        """
        before = {output.view.name: output for output in self.outputs}
        stages = {output.stage.looks: output.stage for output in self.outputs}
        outputs = []
        for view in views:
            key = looks(view, numbers)
            if key not in stages:
                stages[key] = Stage(view, numbers)
            outputs.append(_output(view, numbers[view.name], stages[key], before.get(view.name)))
        self.outputs = tuple(outputs)
        self._phases = {
            view.fps: self._phases.get(view.fps) or TickPhase(1_000_000 // view.fps, now_us)
            for view in views
        }

    @property
    def stages(self) -> Iterator[Stage]:
        """Each composed picture once."""
        return iter({id(output.stage): output.stage for output in self.outputs}.values())

    def named(self, name: str) -> Output | None:
        """Return the view of this name."""
        return next((one for one in self.outputs if one.view.name == name), None)

    def numbered(self, number: int) -> Output | None:
        """Return the view of this number."""
        return next((one for one in self.outputs if one.number == number), None)

    def next_us(self) -> int | None:
        """Return when something is due; None when nothing ever is."""
        return min((phase.at_us for phase in self._phases.values()), default=None)

    def due(self, now_us: int) -> Iterator[tuple[TickPhase, tuple[Output, ...]]]:
        """Return the views whose moment has come, with their phase."""
        for fps, phase in self._phases.items():
            if phase.at_us <= now_us:
                yield phase, tuple(one for one in self.outputs if one.view.fps == fps)

    def arrived(self, stage: Stage, slot: int, time_us: int) -> None:
        """Note when a picture was drawn; large tiles weigh more."""
        self._phases[stage.fps].arrived(time_us, 0.2 + stage.share(slot))


def _output(view: View, number: int, stage: Stage, old: Output | None) -> Output:
    if old and _coding(old.view) == _coding(view) and old.number == number:
        return Output(view, number, stage, old.encoder, old.gate)
    gate = KeyframeGate()
    gate.ask()
    return Output(view, number, stage, _encoder(view), gate)


def _coding(view: View) -> tuple[object, ...]:
    return (view.width, view.height, view.fps, view.bitrate_kbps, view.codec)


def _encoder(view: View) -> Encoder:
    make = Vp8Encoder if view.codec is VideoCodec.VP8 else H264Encoder
    return make(view.width & ~1, view.height & ~1, view.fps, view.bitrate_kbps)
