"""A desired document is whole in force on a box, or nothing of it is; power cuts included."""

import itertools
import tomllib
from pathlib import Path

import pytest

from devices.contract.toml import document_as_toml
from provisioning.desired import APPLIED, NOT_REACHED, PENDING, REFUSED, Desired, Document
from tests.provisioning.agent.settings.box import FIRST, OWN, BoxUnderTest, PowerCut

GOOD = Desired(
    version=7,
    parts={
        "devices": {"status_every_s": 20.0, "printer": {"driver": "simulated"}},
        "room": {"language": "en"},
    },
)
WRONG = Desired(
    version=8,
    parts={
        "devices": {"status_every_s": 20.0, "printer": {"driver": "simulated", "pape": 1}},
        "room": {"language": "fr", "table_lamp": True},
    },
)


def dying(level: str) -> Desired:
    return Desired(version=9, parts={"devices": {"log_level": level}, "room": {"language": "en"}})


@pytest.fixture
def box(tmp_path: Path) -> BoxUnderTest:
    return BoxUnderTest(tmp_path)


def texts(parts: dict[str, Document]) -> dict[str, str]:
    return {part: document_as_toml(document) for part, document in parts.items()}


async def test_a_good_document_is_in_force_with_what_the_box_itself_decides(
    box: BoxUnderTest,
) -> None:
    async with box.start() as applying:
        await applying.take(GOOD)
        reported = applying.reported(5)
    assert box.files() == texts({part: {**OWN, **wanted} for part, wanted in GOOD.parts.items()})
    assert box.parts.running == {part: OWN | wanted for part, wanted in GOOD.parts.items()}
    assert (reported.boot, reported.version, reported.in_force) == (5, 7, 7)
    assert reported.text == ""
    assert {(p.ac, p.av) for part in reported.parts.values() for p in part.values()} == {
        (APPLIED, 7)
    }
    assert reported.parts["devices"]["printer.driver"].value == "simulated"


async def test_a_document_with_one_wrong_property_changes_nothing_and_names_it(
    box: BoxUnderTest,
) -> None:
    async with box.start() as applying:
        await applying.take(WRONG)
        reported = applying.reported(5)
    assert box.files() == texts(FIRST)
    assert box.parts.restarts == 0
    assert (reported.version, reported.in_force) == (8, 0)
    codes = {
        (part, key): one.ac for part, known in reported.parts.items() for key, one in known.items()
    }
    assert codes == {
        ("devices", "status_every_s"): NOT_REACHED,
        ("devices", "printer.driver"): NOT_REACHED,
        ("devices", "printer.pape"): REFUSED,
        ("room", "language"): REFUSED,
        ("room", "table_lamp"): NOT_REACHED,
    }
    assert reported.parts["devices"]["printer.pape"].ad == "no such key"
    assert "devices: printer.pape: no such key" in reported.text


async def test_what_the_box_itself_decides_is_refused_from_afar(box: BoxUnderTest) -> None:
    async with box.start() as applying:
        await applying.take(Desired(version=1, parts={"devices": {"bus": {"port": 1}}}))
        reported = applying.reported(5)
    assert box.files() == texts(FIRST)
    assert reported.text == "devices: bus: the box itself decides this"
    assert reported.parts["devices"]["bus"].ac == REFUSED


async def test_a_part_the_box_does_not_have_is_refused_by_name(box: BoxUnderTest) -> None:
    async with box.start() as applying:
        await applying.take(Desired(version=1, parts={"kiosk": {"language": "vi"}}))
        assert "kiosk: this box has no such part" in applying.reported(5).text


@pytest.mark.parametrize(
    ("level", "why"),
    [
        ("debug", "devices: ready, and ended again at once"),
        ("warning", "devices: not ready within"),
        ("error", "devices: simulated"),
    ],
)
async def test_a_document_that_passes_the_check_and_kills_its_part_undoes_itself(
    box: BoxUnderTest, level: str, why: str
) -> None:
    async with box.start() as applying:
        await applying.take(GOOD)
        before = box.files()
        await applying.take(dying(level))
        reported = applying.reported(5)
    assert box.files() == before
    assert box.parts.running == {part: tomllib.loads(text) for part, text in before.items()}
    assert (reported.version, reported.in_force) == (9, 7)
    assert why in reported.text
    assert reported.parts["devices"]["log_level"].ac == REFUSED
    assert reported.parts["room"]["language"].ac == APPLIED, "it has that value already"


async def test_only_parts_whose_document_changed_begin_anew(box: BoxUnderTest) -> None:
    async with box.start() as applying:
        await applying.take(GOOD)
        assert box.parts.restarts == 2
        parts = {**GOOD.parts, "room": {"language": "vi"}}
        await applying.take(Desired(version=10, parts=parts))
    assert box.parts.restarts == 3


async def test_a_version_is_judged_once_and_an_older_one_never(box: BoxUnderTest) -> None:
    async with box.start() as applying:
        await applying.take(GOOD)
        await applying.take(GOOD)
        await applying.take(Desired(version=6, parts={"room": {"language": "vi"}}))
        assert applying.reported(5).in_force == 7
    async with box.start() as applying:
        await applying.take(GOOD)
        assert applying.reported(6).in_force == 7
    assert box.parts.restarts == 2


async def test_a_part_the_province_no_longer_names_gets_its_own_settings_back(
    box: BoxUnderTest,
) -> None:
    async with box.start() as applying:
        await applying.take(GOOD)
        await applying.take(Desired(version=8, parts={"room": {"language": "en"}}))
    assert box.files() == texts({"devices": FIRST["devices"], "room": {**OWN, "language": "en"}})


async def test_what_was_kept_under_an_older_name_comes_back_under_the_boxs_own(
    box: BoxUnderTest,
) -> None:
    async with box.start() as applying:
        await applying.take(GOOD)
    box.rename("box-2")
    async with box.start() as applying:
        await applying.take(Desired(version=8, parts={"room": {"language": "en"}}))
    own = {"box": "box-2"}
    first = {"devices": FIRST["devices"] | own, "room": OWN | own | {"language": "en"}}
    assert {part: tomllib.loads(text) for part, text in box.files().items()} == first


@pytest.mark.parametrize("after", [1, 2, 3])
async def test_a_box_renamed_while_settings_are_under_way_goes_on_under_its_new_name(
    box: BoxUnderTest, after: int
) -> None:
    with pytest.raises(PowerCut):
        async with box.start(after=after) as applying:
            await applying.take(GOOD)
    box.rename("box-2")
    async with box.start() as applying:
        await applying.resume()
        assert applying.reported(2).in_force == 7
    assert {tomllib.loads(text)["box"] for text in box.files().values()} == {"box-2"}


async def test_a_part_without_a_settings_file_gets_one_and_loses_it_again(
    box: BoxUnderTest,
) -> None:
    file = box.parts.config_file("room")
    file.unlink()
    async with box.start() as applying:
        await applying.take(Desired(version=1, parts={"room": {"language": "en"}}))
        assert tomllib.loads(file.read_text("utf-8")) == OWN | {"language": "en"}
        await applying.take(
            Desired(version=2, parts={"room": {"language": "en", "log_level": "debug"}})
        )
        assert tomllib.loads(file.read_text("utf-8")) == OWN | {"language": "en"}


async def test_what_is_under_way_is_reported_as_pending(box: BoxUnderTest) -> None:
    async with box.start() as applying:
        await applying.take(GOOD)
    assert [(one.version, one.in_force) for one in box.told] == [(0, 0), (7, 7)]
    assert {one.ac for one in box.told[0].parts["devices"].values()} == {PENDING}


async def test_a_settings_file_keeps_its_mode(box: BoxUnderTest) -> None:
    file = box.parts.config_file("devices")
    file.chmod(0o600)
    async with box.start() as applying:
        await applying.take(GOOD)
    assert file.stat().st_mode & 0o777 == 0o600


async def writes_of(box: BoxUnderTest, desired: Desired) -> int:
    async with box.start() as applying:
        await applying.take(desired)
    return box.shelf.writes


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "desired", [GOOD, dying("debug"), dying("error")], ids=["good", "falls", "not started"]
)
async def test_a_power_cut_at_any_step_leaves_one_whole_version(
    tmp_path: Path, desired: Desired, when: str
) -> None:
    """And a second one while the first is repaired."""
    steps = await writes_of(BoxUnderTest(tmp_path), desired)
    assert steps >= 4, "a plan, two files, the end"
    good = desired is GOOD
    for first, second in itertools.product(range(1, steps + 1), range(0, steps + 2, 2)):
        folder = tmp_path / f"{first}-{second}"
        folder.mkdir()
        box = BoxUnderTest(folder)
        with pytest.raises(PowerCut):
            async with box.start(**{when: first}) as applying:
                await applying.take(desired)
        try:
            async with box.start(**{when: second}) as applying:
                await applying.resume()
                await applying.take(desired)
        except PowerCut:
            pass
        async with box.start() as applying:
            await applying.resume()
            await applying.take(desired)
            reported = applying.reported(3)
        whole = texts({part: {**OWN, **wanted} for part, wanted in desired.parts.items()})
        at = f"cut {when} write {first}, then {second}"
        assert box.files() in ((whole, texts(FIRST)) if good else (texts(FIRST),)), at
        in_force = box.files() == whole
        assert reported.version == desired.version, at
        assert reported.in_force == (desired.version if in_force else 0), at
        assert bool(reported.text) != in_force, at
        running = {part: tomllib.loads(text) for part, text in box.files().items()}
        assert running | box.parts.running == running, at


async def test_a_box_that_is_not_repaired_stands_half_way(box: BoxUnderTest) -> None:
    """The negative control of the test above."""
    with pytest.raises(PowerCut):
        async with box.start(after=2) as applying:
            await applying.take(GOOD)
    changed = [part for part, text in box.files().items() if text != texts(FIRST)[part]]
    assert len(changed) == 1


async def test_a_document_that_takes_the_box_down_each_time_is_given_up(
    box: BoxUnderTest,
) -> None:
    for boot in range(2):
        with pytest.raises(PowerCut):
            async with box.start(after=2 + (boot > 0)) as applying:
                await applying.resume()
                await applying.take(GOOD)
    async with box.start() as applying:
        await applying.resume()
        reported = applying.reported(3)
    assert box.files() == texts(FIRST)
    assert "began anew 2 times" in reported.text


async def test_a_record_that_cannot_be_read_is_begun_afresh(box: BoxUnderTest) -> None:
    async with box.start() as applying:
        await applying.take(GOOD)
    (box.folder / "settings" / "settings.json").write_bytes(b"\x00\xff{")
    async with box.start() as applying:
        await applying.resume()
        assert applying.reported(2).version == 0
        await applying.take(GOOD)
        assert applying.reported(2).in_force == 7
    assert box.parts.restarts == 2, "the files were right already"
