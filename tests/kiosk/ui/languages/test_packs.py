"""A language pack is an installed folder, judged whole: what is wrong is named, all of it."""

import shutil
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from devices.lettering import PACKAGED, Faces
from kiosk.ui.flows.all import WORDS
from kiosk.ui.flows.menu.texts import MENU
from kiosk.ui.languages.files import SAMPLES, BadPackError, read_pack, read_packs, spoken_names
from kiosk.ui.languages.placeholders import write_placeholders
from kiosk.ui.languages.template import template
from kiosk.ui.state import State
from kiosk.ui.texts import GENERAL

HEAD = 'code = "qa"\nname = "Qa"\n'


def pack(folder: Path, body: str = "", head: str = HEAD) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "pack.toml").write_text(head + body, encoding="utf-8")
    return folder


def wrong(folder: Path) -> list[str]:
    with pytest.raises(BadPackError) as refused:
        read_pack(folder)
    return [str(problem) for problem in refused.value.problems]


def clip(path: Path, *, seconds: float = 0.1, rate: int = 16_000, channels: int = 1) -> None:
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\x01\x00" * round(seconds * rate) * channels)


def test_the_samples_are_whole_and_say_that_they_are_samples() -> None:
    shelf = read_packs(sorted(SAMPLES.iterdir()))
    assert shelf.problems == ()
    assert {language.pack.code for language in shelf.languages} == {"bru", "km"}
    assert all("dữ liệu mẫu" in language.sample for language in shelf.languages)


def test_no_machine_has_written_bru() -> None:
    """LNG-1."""
    language = read_pack(SAMPLES / "bru")
    assert language.pack.words == {}


def test_what_a_pack_does_not_say_is_said_in_vietnamese(tmp_path: Path) -> None:
    body = '[words.general]\nback = "Wa"\n[words.general.notes]\nlink = "Ba"\n'
    language = read_pack(pack(tmp_path / "qa", body))
    state = replace(State(), packs=(language.pack,), language="qa")
    said = GENERAL.of(state)
    assert said.back == "Wa"
    assert said.done == GENERAL.built_in()["vi"].done
    assert {about: text for about, text in said.notes.items() if text == "Ba"} == {"link": "Ba"}
    assert MENU.of(state) == MENU.built_in()["vi"]


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    body = """
        [words.general]
        bakc = "Wa"
        back = ""
        waiting = "{cuont} wa"
        wait_minutes = "{minutes!r}"
        closed_hours = "{opens - {closes}"
        done = "ສະບາຍດີ"
        please_wait = "a\\u0007b"
        [words.nowhere]
        key = "Wa"
    """
    found = wrong(pack(tmp_path / "qa", body))
    for key, text in {
        "words.general.bakc": "no such key",
        "words.general.back": "empty",
        "words.general.waiting": "{count}, and has {cuont}",
        "words.general.wait_minutes": "{minutes}, and has {minutes!r}",
        "words.general.closed_hours": "braces",
        "words.general.done": "LAO",
        "words.general.please_wait": "no text",
        "words.nowhere": "is none of",
    }.items():
        assert [line for line in found if line.startswith(key) and text in line], (key, found)
    assert len(found) == 8


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ('code = "vi"\nname = "Wa"\n', "built in"),
        ('code = "QA"\nname = "Wa"\n', "code"),
        ('code = "qa"\nname = ""\n', "name"),
        ('code = "qa"\nname = "Wa"\nfont = "x"\n', "font: no such key"),
        ("code = ", "not TOML"),
        (f'code = "qa"\nname = "Wa"\n#{"x" * 600_000}\n', "larger than"),
    ],
)
def test_a_bad_head_is_refused(tmp_path: Path, head: str, text: str) -> None:
    assert any(text in line for line in wrong(pack(tmp_path / "qa", head=head)))


def test_a_folder_without_a_head_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in wrong(tmp_path / "nothing")[0]


def test_recordings_are_bounded_and_of_one_format(tmp_path: Path) -> None:
    folder = pack(tmp_path / "qa")
    audio = folder / "audio"
    clip(audio / "page.Home.wav")
    assert read_pack(folder).pack.clips == {"page.Home"}
    clip(audio / "page.Nowhere.wav")
    clip(audio / "page.Menu.wav", channels=2)
    clip(audio / "page.Rest.wav", seconds=41, rate=8_000)
    (audio / "1.wav").write_bytes(b"no sound")
    clip(audio / "2.wav")
    (audio / "2.wav").write_bytes((audio / "2.wav").read_bytes()[:-100])
    (audio / "3.wav").write_bytes((audio / "page.Home.wav").read_bytes() + b"\x00" * 10_000)
    (audio / "4.wav").symlink_to("/dev/zero")
    found = wrong(folder)
    for line in (
        "audio/page.Nowhere.wav: is the name of nothing",
        "audio/page.Menu.wav: must be 16-bit mono",
        "audio/page.Rest.wav: must be up to 40 s",
        "audio/1.wav: is no WAV",
        "audio/2.wav: is cut short",
        "audio/3.wav: must be up to 40 s long, and nothing but sound",
        "audio/4.wav: leads out of the folder",
    ):
        assert any(each.startswith(line) for each in found), (line, found)


def test_pictograms_are_square_pngs_of_known_names(tmp_path: Path) -> None:
    folder = pack(tmp_path / "qa")
    pictures = folder / "pictograms"
    pictures.mkdir()
    Image.new("RGBA", (96, 96), (0, 0, 0, 255)).save(pictures / "family.png")
    drawn = read_pack(folder).pictograms["family"]
    assert drawn.mode == "L"
    assert drawn.getextrema() == (255, 255)
    Image.new("RGBA", (96, 90)).save(pictures / "house.png")
    Image.new("RGBA", (96, 96)).save(pictures / "dragon.png")
    (pictures / "card.png").write_bytes(b"no picture")
    assert {line.split(":")[0] for line in wrong(folder)} == {
        "pictograms/house.png",
        "pictograms/dragon.png",
        "pictograms/card.png",
    }


def test_a_face_of_its_own_opens_a_script(tmp_path: Path) -> None:
    folder = pack(tmp_path / "qa", '[words.general]\nback = "សូម"\n')
    shutil.copy(PACKAGED["KHMER"].regular, folder / "own.ttf")
    (folder / "pack.toml").write_text(
        HEAD + '[faces.LAO]\nregular = "own.ttf"\n[words.general]\ndone = "ລາວ"\n', "utf-8"
    )
    language = read_pack(folder)
    assert language.faces == {"LAO": Faces((folder / "own.ttf").resolve())}


@pytest.mark.parametrize("file", ["../outside.ttf", "/etc/passwd", "none.ttf", "pack.toml"])
def test_a_face_stays_inside_its_folder_and_is_one(tmp_path: Path, file: str) -> None:
    (tmp_path / "outside.ttf").write_bytes(PACKAGED["KHMER"].regular.read_bytes())
    folder = pack(tmp_path / "qa", f'[faces.LAO]\nregular = "{file}"\n')
    (problem,) = wrong(folder)
    outside = not Path(file).name.startswith(("none", "pack"))
    assert problem.startswith("faces.LAO.regular: ")
    assert ("leads out" in problem) is outside


def test_a_bad_pack_is_left_out_and_told_the_others_stand(tmp_path: Path) -> None:
    good = pack(tmp_path / "good")
    bad = pack(tmp_path / "bad", "[words.nowhere]\n")
    again = pack(tmp_path / "again")
    shelf = read_packs([good, bad, again])
    assert [each.code for each in shelf.packs] == ["qa"]
    assert [problem.key for problem in shelf.problems] == ["bad: words.nowhere", "again: code"]


def test_a_template_has_every_key_and_is_a_pack_once_it_is_filled(tmp_path: Path) -> None:
    keys = {(flow.flow, key): text for flow in WORDS for key, text in flow.keys().items()}
    filled, above = [], ""
    for line in template("qa").splitlines():
        if line.startswith("# ") and line.endswith(' = ""'):
            quoted = above.replace("\\", "\\\\").replace('"', '\\"')
            filled.append(f'{line[2:-3]} "{quoted}"')
        else:
            above = line.removeprefix("# ")
            filled.append(line if line.startswith("[") or "=" in line.partition("#")[0] else "")
    text = "\n".join(filled).replace('name = ""  #', 'name = "Qa"  #')
    language = read_pack(pack(tmp_path / "qa", text, head=""))
    said = {
        (flow, key): text for flow, of in language.pack.words.items() for key, text in of.items()
    }
    assert said == keys


def test_the_empty_template_is_judged_too(tmp_path: Path) -> None:
    folder = pack(tmp_path / "qa", template("qa"), head="")
    assert [line for line in wrong(folder) if line.startswith("name")]


def test_placeholders_are_tones_that_say_so_and_spare_what_is_there(tmp_path: Path) -> None:
    folder = pack(tmp_path / "qa")
    clip(folder / "audio" / "page.Home.wav", seconds=1)
    before = (folder / "audio" / "page.Home.wav").read_bytes()
    written = write_placeholders(folder, spoken_names())
    assert len(written) == len(spoken_names()) - 1
    assert (folder / "audio" / "page.Home.wav").read_bytes() == before
    language = read_pack(folder)
    assert language.placeholders
    assert language.pack.clips == spoken_names()
    assert "giữ chỗ" in (folder / "audio" / "PLACEHOLDERS.txt").read_text("utf-8")


def test_the_command_judges_and_tells(tmp_path: Path) -> None:
    bad = pack(tmp_path / "bad", '[words.general]\nbakc = "x"\n')
    good = SAMPLES / "km"
    answers = [_command("--check", str(folder)) for folder in (good, bad)]
    assert answers[0][0] == 0
    assert "dữ liệu mẫu" in answers[0][1]
    assert answers[1] == (78, "words.general.bakc: no such key\n")


def _command(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.ui.languages", *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
