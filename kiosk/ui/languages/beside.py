"""The files beside `pack.toml`: recordings, pictograms, faces. Each is judged before it is used."""

import io
import wave
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageFont

from devices.contract.config import Problem
from devices.lettering import Faces
from kiosk.ui.languages.folder import AUDIO, PICTOGRAMS, FaceFiles

MOST_CLIPS = 600
MOST_CLIP_S = 40.0
MOST_AUDIO_BYTES = 64 * 1024 * 1024
MOST_PICTURE_BYTES = 128 * 1024
MOST_FACE_BYTES = 8 * 1024 * 1024
_RATES = range(8_000, 48_001)
_SIDES = range(48, 1025)
_SAMPLE_BYTES = 2
_HEADER_BYTES = 4096


def inside(folder: Path, file: str) -> Path | None:
    """Return the file of the folder; None where the name, or a link, leads out of it."""
    path = (folder / file).resolve()
    return path if path.is_relative_to(folder.resolve()) else None


def clips(folder: Path, known: Collection[str], problems: list[Problem]) -> frozenset[str]:
    """Return the names of the recordings; 16-bit mono WAV, bounded."""
    found, total = set(), 0
    for path in _files(folder, AUDIO, "wav", MOST_CLIPS, problems):
        at = f"{AUDIO}/{path.name}"
        if path.stem not in known:
            problems.append(Problem(at, "is the name of nothing that is spoken"))
            continue
        problem, size = _judge_clip(path)
        total += size
        if problem:
            problems.append(Problem(at, problem))
        found.add(path.stem)
    if total > MOST_AUDIO_BYTES:
        problems.append(Problem(AUDIO, f"is more than {MOST_AUDIO_BYTES // 2**20} MB together"))
    return frozenset(found)


def pictograms(
    folder: Path, known: Collection[str], problems: list[Problem]
) -> dict[str, Image.Image]:
    """Return the pack's own pictograms by name, as masks: a square PNG, dark or opaque is drawn."""
    found = {}
    for path in _files(folder, PICTOGRAMS, "png", len(known), problems):
        at = f"{PICTOGRAMS}/{path.name}"
        if path.stem not in known:
            problems.append(Problem(at, "is the name of no pictogram"))
            continue
        try:
            found[path.stem] = _mask(path)
        except ValueError as error:
            problems.append(Problem(at, str(error)))
    return found


def faces(
    folder: Path, given: Mapping[str, FaceFiles], problems: list[Problem]
) -> dict[str, Faces]:
    """Return the faces by script."""
    found = {}
    for script, files in given.items():
        regular = _face(folder, files.regular, f"faces.{script}.regular", problems)
        bold = _face(folder, files.bold, f"faces.{script}.bold", problems) if files.bold else None
        if regular:
            found[script] = Faces(regular, bold)
    return found


def _files(
    folder: Path, below: str, suffix: str, most: int, problems: list[Problem]
) -> Iterator[Path]:
    """Yield the files of a folder, each of which is one, and lies there."""
    paths = sorted((folder / below).glob(f"*.{suffix}"))
    if len(paths) > most:
        problems.append(Problem(below, f"holds more than {most} files"))
    for path in paths[:most]:
        if inside(folder, f"{below}/{path.name}") is None or not path.is_file():
            problems.append(Problem(f"{below}/{path.name}", "leads out of the folder"))
        else:
            yield path


def _judge_clip(path: Path) -> tuple[str, int]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file, wave.open(file) as clip:
            form = (clip.getnchannels(), clip.getsampwidth(), clip.getcomptype())
            rate, seconds = clip.getframerate(), clip.getnframes() / max(1, clip.getframerate())
            whole = clip.getnframes() * clip.getnchannels() * clip.getsampwidth()
    except (OSError, EOFError, wave.Error) as error:
        return f"is no WAV: {error}", 0
    if form != (1, _SAMPLE_BYTES, "NONE") or rate not in _RATES:
        return "must be 16-bit mono PCM of 8 to 48 kHz", size
    if not 0 < seconds <= MOST_CLIP_S or size > whole + _HEADER_BYTES:
        return f"must be up to {MOST_CLIP_S:.0f} s long, and nothing but sound", size
    return ("is cut short" if size < whole else ""), size


def _mask(path: Path) -> Image.Image:
    """Return a PNG as a mask; raises ValueError."""
    raw = _bytes(path, MOST_PICTURE_BYTES)
    try:
        with Image.open(io.BytesIO(raw), formats=("PNG",)) as picture:
            if picture.width != picture.height or picture.width not in _SIDES:
                raise ValueError(f"must be square, {_SIDES[0]} to {_SIDES[-1]} pixels")
            drawn = picture.convert("RGBA")
    except (OSError, SyntaxError) as error:
        raise ValueError(f"is no PNG: {error}") from error
    alpha = drawn.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return drawn.convert("L").point(lambda grey: 255 - grey)
    return alpha


def _face(folder: Path, file: str, at: str, problems: list[Problem]) -> Path | None:
    path = inside(folder, file)
    if path is None:
        problems.append(Problem(at, "leads out of the folder"))
        return None
    try:
        _bytes(path, MOST_FACE_BYTES)
        ImageFont.truetype(path, 20)
    except (OSError, ValueError) as error:
        problems.append(Problem(at, f"is no face: {error}"))
        return None
    return path


def _bytes(path: Path, most: int) -> bytes:
    """Return a file's bytes; raises ValueError when they are too many or cannot be read."""
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    if len(raw) > most:
        raise ValueError(f"is larger than {most // 1024} kB")
    return raw
