"""Everything private that we use of aiortc, aioice and pylibsrtp is still there, by name."""

import pytest

from vc.rtp.aiortc_edge import HOOKS, missing_hooks


@pytest.mark.parametrize("name", HOOKS)
async def test_the_libraries_still_have(name: str) -> None:
    assert name not in missing_hooks(), f"{name} is gone; it was used for: {HOOKS[name]}"


async def test_a_hook_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HOOKS, "Connection.no_such_thing", "a negative control")
    assert missing_hooks() == {"Connection.no_such_thing"}
