"""The demo's conference: configurations its processes take; what is left out where one lacks."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.contract.config import parse_toml
from provisioning.demo.check.meeting.playback import played
from provisioning.demo.check.report import MissedError
from provisioning.demo.conference.sample import CENTRE, SERVER_BOX, SITES, room_box
from provisioning.demo.main import missing_notes
from provisioning.demo.plan import Plan
from provisioning.demo.topology import Broker, Settings, province_plan
from tests.provisioning.demo.test_topology import SETTINGS
from vc.endpoint.config import GlassScreenConfig, NoScreenConfig, RoomConfig
from vc.server.config import ConferenceConfig

WITH_CONFERENCE = replace(
    SETTINGS, conference_begins=datetime(2026, 11, 22, 1, tzinfo=UTC), room_display=93
)


def rooms(plan: Plan) -> dict[str, RoomConfig]:
    """Return the rooms' configurations by box."""
    files = (path for path in plan.files if path.name == "room.toml")
    return {path.parent.name: parse_toml(plan.files[path], RoomConfig) for path in files}


def server(settings: Settings, plan: Plan) -> ConferenceConfig:
    path = settings.root / "conference" / SERVER_BOX / "conference.toml"
    return parse_toml(plan.files[path], ConferenceConfig)


@pytest.mark.parametrize("broker", Broker)
def test_a_server_and_ten_rooms_meet_on_one_bus(broker: Broker) -> None:
    settings = replace(WITH_CONFERENCE, broker=broker)
    plan = province_plan(settings)
    assert set(rooms(plan)) == {room_box(site) for site in SITES}
    ports = {room.bus.port for room in rooms(plan).values()}
    assert ports == {server(settings, plan).bus.port} == {settings.ports.province}


def test_only_the_centre_has_a_screen_and_it_is_one_of_the_demos() -> None:
    plan = province_plan(WITH_CONFERENCE)
    with_glass = {
        box for box, room in rooms(plan).items() if isinstance(room.screen, GlassScreenConfig)
    }
    assert with_glass == {room_box(CENTRE)} == set(plan.rooms)
    assert room_box(CENTRE) in plan.screens


def test_without_a_display_the_centre_is_a_room_without_a_screen() -> None:
    plan = province_plan(replace(WITH_CONFERENCE, room_display=None))
    assert all(isinstance(room.screen, NoScreenConfig) for room in rooms(plan).values())
    assert plan.rooms == {}
    assert room_box(CENTRE) not in plan.screens
    assert "conference" in plan.links


def test_without_libopus_there_is_no_conference_and_it_is_said() -> None:
    plan = province_plan(SETTINGS)
    assert rooms(plan) == {}
    assert "conference" not in plan.links
    assert any("libopus0" in note for note in missing_notes(SETTINGS))
    assert not any("libopus0" in note for note in missing_notes(WITH_CONFERENCE))


def test_a_recording_that_is_none_is_missed(tmp_path: Path) -> None:
    path = tmp_path / "torn.mkv"
    path.write_bytes(b"not a recording")
    with pytest.raises(MissedError):
        played(path)
