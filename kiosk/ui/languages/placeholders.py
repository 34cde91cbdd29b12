"""Recordings that stand in for those of a native speaker: two tones each, never a synthetic voice.

No machine speaks Bru-Vân Kiều (domain LNG-1). A tone for each name shows what plays when, and
nobody takes it for words.
"""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

import numpy as np

from devices.speaker.sound import Sound, joined
from kiosk.ui.languages.folder import AUDIO, PLACEHOLDERS

_RATE = 16_000
_TONE_S = 0.18
_PAUSE_S = 0.04
_LOUDNESS = 0.3
_LOWEST_HZ = 330.0
_NOTES = 13  # semitones
_SAID = """\
Đây là âm thanh giữ chỗ (tiếng bíp), không phải tiếng nói. Thay từng tệp bằng giọng người bản ngữ
thu thật rồi xóa tệp này. Dữ liệu mẫu.

These are tones that hold a place: no speech. Replace them by a native speaker's recordings, then
delete this file. Sample data.
"""


def write_placeholders(folder: Path, names: Iterable[str]) -> list[Path]:
    """Write a clip for each name that has none, and say what they are; returns what was written."""
    audio = folder / AUDIO
    audio.mkdir(parents=True, exist_ok=True)
    written = []
    for name in sorted(names):
        path = audio / f"{name}.wav"
        if not path.exists():
            path.write_bytes(_tones(name).wav())
            written.append(path)
    if written:
        (audio / PLACEHOLDERS).write_text(_SAID, encoding="utf-8")
    return written


def _tones(name: str) -> Sound:
    """Return two tones that are always the same for a name."""
    picked = blake2b(name.encode(), digest_size=2).digest()
    hertz = [_LOWEST_HZ * 2 ** (byte % _NOTES / 12) for byte in picked]
    return joined([_tone(each) for each in hertz], _RATE, _PAUSE_S)


def _tone(hertz: float) -> Sound:
    at = np.arange(round(_TONE_S * _RATE)) / _RATE
    shape = np.sin(np.pi * at / _TONE_S)
    wave = _LOUDNESS * shape * np.sin(2 * np.pi * hertz * at)
    return Sound((wave * 32_767).astype(np.int16), _RATE)
