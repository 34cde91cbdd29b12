"""Property tests judge what holds, never how fast: the machine may be busy.

Beside each other (`pytest -n 2`) run whole files; what plays a conference or a province in its real
time is one queue of its own, so that two of them never share the cores.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

_HERE = Path(__file__).parent
_IN_REAL_TIME = ("vc", "flows")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests keep to one worker, for `--dist loadgroup`."""
    for item in items:
        place = item.path.relative_to(_HERE)
        group = "real time" if place.parts[0] in _IN_REAL_TIME else str(place)
        item.add_marker(pytest.mark.xdist_group(group))
