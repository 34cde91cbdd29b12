"""A site's systems, all of them one simulated register."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from devices.contract.clock import LOCAL, Clock, SystemClock
from kiosk.api.dossiers import Submitter
from kiosk.backoffice.config import LinkConfig, OAuthConfig, SecretFile
from kiosk.backoffice.one_stop import AcceptedDraft, OneStopConfig, Paper
from kiosk.backoffice.open311 import Open311Config
from kiosk.backoffice.systems import BackOfficeConfig, Systems, opened
from kiosk.register.simulated import CLIENT, SECRET, SimulatedRegister
from tests.kiosk.backoffice.scripted import AT_ONCE

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=LOCAL)
PDF = b"%PDF-1.7\n" + b"1 0 obj << >> endobj\n" * 40 + b"%%EOF\n"
DRAFT = AcceptedDraft(
    local_code="TAM-20261123-GL1-00001",
    agency="H50.34",
    form="1.001193",
    owner="Nguyễn Văn Mẫu",
    submitter=Submitter(name="Nguyễn Văn Mẫu", personal_id="045190001234"),
    handed_in_at=NOON,
    received_at=NOON,
    papers=(Paper(name="Tờ khai", pdf=PDF), Paper(name="Giấy chứng sinh", pdf=PDF + b"%2\n")),
)


def written(folder: Path, name: str, secret: str) -> SecretFile:
    """Return a secret in a file."""
    path = folder / name
    path.write_text(secret + "\n", encoding="utf-8")
    return SecretFile(path=str(path))


def systems_of(
    register: SimulatedRegister,
    folder: Path,
    *,
    secret: str = SECRET,
    scope: str = "",
    xml: bool = True,
    tries: int = 3,
) -> BackOfficeConfig:
    """Return the configuration of a site whose every system is the register."""
    oauth = OAuthConfig(
        token_url=f"{register.url}/oauth/token",
        client_id=CLIENT,
        client_secret=written(folder, "secret", secret),
        scope=scope,
    )

    def link(path: str, **changes: Any) -> LinkConfig:
        return LinkConfig(
            url=register.url + path,
            answer_within_s=1.0,
            within_s=3.0,
            rests_after=1000,
            tries=tries,
            **{"oauth": oauth, **changes},
        )

    return BackOfficeConfig(
        one_stop=OneStopConfig(link=link("/api/one-stop")),
        open311=Open311Config(
            link=link("/open311/v2", oauth=None),
            api_key=written(folder, "api-key", "feedback-mau"),
            xml=xml,
            posts_again=True,
        ),
        payment=link("/api/payments"),
        booking=link("/api/bookings"),
    )


@asynccontextmanager
async def connected(
    register: SimulatedRegister, folder: Path, clock: Clock | None = None, **how: Any
) -> AsyncIterator[Systems]:
    """Yield the systems, ready to be asked."""
    config = systems_of(register, folder, **how)
    async with opened(config, clock or SystemClock(), waits=AT_ONCE) as systems:
        yield systems
