"""A voice put together from recorded clips, and another voice for words nobody has recorded.

A voice pack is a folder of folders, one a language, with a WAV for each word or run of words:
`pack/vi/không.wav`, `pack/vi/xin mời công dân có số thứ tự.wav`. The longest recorded run is taken.
The kiosk's language packs are laid out so too, with their WAVs in `audio`: `pack/bru/audio/1.wav`.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from devices.contract.errors import DeviceError
from devices.speaker.errors import BadClipError
from devices.speaker.sound import Sound, joined
from devices.speaker.voice import Voice

PAUSE_S = 0.045
_COMMA_S = 0.25
_WORD = re.compile(r"[\w']+|[,.;:!?]")
_LONGEST_RUN = 12


def words_of(text: str) -> list[str]:
    """Return the text's words and marks as clips are named: lower case, composed letters (NFC)."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def clip_path(pack: Path, language: str, words: str) -> Path:
    """Return where a pack keeps the clip of a word or a run of words."""
    return pack / language / f"{' '.join(words_of(words))}.wav"


class ClipVoice:
    """The clips of a pack, read once, and a voice for what is missing."""

    def __init__(self, pack: Path, otherwise: Voice) -> None:
        self._pack = pack
        self._otherwise = otherwise
        self._clips: dict[str, dict[tuple[str, ...], Sound]] = {}

    def require(self) -> None:
        """Read the pack; raises BadClipError when there is none or a clip is not a WAV."""
        if not self._pack.is_dir():
            raise BadClipError(f"{self._pack}: no such folder of clips")
        try:
            folders = [folder for folder in sorted(self._pack.iterdir()) if folder.is_dir()]
            self._clips = {folder.name: _read(folder) for folder in folders}
        except OSError as error:
            raise BadClipError(f"{self._pack}: {error.strerror}") from error
        if not any(self._clips.values()):
            raise BadClipError(f"{self._pack}: holds no clips")

    async def sound(self, text: str, language: str) -> Sound:
        """Return the sentence as sound; raises the other voice's DeviceError for a missing word."""
        clips = self._clips.get(language)
        if not clips:
            return await self._otherwise.sound(text, language)
        rate = next(iter(clips.values())).rate
        parts: list[Sound] = []
        for run in _runs(words_of(text), clips):
            if clip := clips.get(run):
                parts.append(clip)
            elif run[0].isalnum():
                spoken = await self._otherwise.sound(" ".join(run), language)
                parts.append(spoken.trimmed())
            else:
                parts.append(Sound.silence(_COMMA_S, rate))
        return joined(parts, rate, PAUSE_S)


def _read(folder: Path) -> dict[tuple[str, ...], Sound]:
    files = sorted((*folder.glob("*.wav"), *folder.glob("audio/*.wav")))
    return {tuple(words_of(file.stem.replace("_", " "))): Sound.of_file(file) for file in files}


def _runs(words: list[str], clips: dict[tuple[str, ...], Sound]) -> Iterator[tuple[str, ...]]:
    """Cut the words into recorded runs, runs that nobody recorded, and single marks."""
    missing: list[str] = []
    at = 0
    while at < len(words):
        length = _recorded(words, at, clips)
        mark = not words[at][0].isalnum()
        if not length and not mark:
            missing.append(words[at])
            at += 1
            continue
        if missing:
            yield tuple(missing)
            missing = []
        yield tuple(words[at : at + max(length, 1)])
        at += max(length, 1)
    if missing:
        yield tuple(missing)


def _recorded(words: list[str], at: int, clips: dict[tuple[str, ...], Sound]) -> int:
    """Return how many words from `at` on the longest fitting clip holds; 0 when there is none."""
    for length in range(min(_LONGEST_RUN, len(words) - at), 0, -1):
        if tuple(words[at : at + length]) in clips:
            return length
    return 0


async def build_pack(pack: Path, voice: Voice, language: str, words: tuple[str, ...]) -> list[Path]:
    """Write a clip for each word that has none yet, spoken by the voice; returns what was written.

    The pack to begin with: a native speaker's recordings then replace the files one by one.
    Raises DeviceError.
    """
    written = []
    for word in words:
        path = clip_path(pack, language, word)
        if not path.exists():
            sound = (await voice.sound(word, language)).trimmed()
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(sound.wav())
            except OSError as error:
                raise DeviceError(f"{path}: {error.strerror}") from error
            written.append(path)
    return written


CALL_WORDS_VI = (
    *(
        "xin",
        "mời",
        "công",
        "dân",
        "khách",
        "hàng",
        "có",
        "số",
        "thứ",
        "tự",
        "vé",
        "của",
        "đến",
        "quầy",
    ),
    *("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"),
    *("mười", "mươi", "mốt", "tư", "lăm", "linh", "lẻ", "trăm"),
    *"abcdefghijklmnopqrstuvwxyz",
)
"""Every word of the calls in domain QUE-5 to QUE-8."""
