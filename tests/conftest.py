"""Property tests judge what holds, never how fast: the machine may be busy.

Beside each other (`pytest -n 2`) run whole files. What plays a province is one queue of its own and
begins first: two provinces at once would only wait for each other.
"""

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

_PROVINCES = "tests/flows/"


def _plays_a_province(test: str) -> bool:
    return test.startswith(_PROVINCES)


class _Files(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        return _PROVINCES if _plays_a_province(nodeid) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Deal whole files, and all provinces to one worker."""
    return _Files(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: not _plays_a_province(item.nodeid))
