"""Property tests judge what holds, never how fast: the machine may be busy.

Beside each other (`pytest -n 3`) run whole files. What plays a province is one queue of its own and
begins first: two provinces at once would only wait for each other. Then come the files that start
real programs, which take long, and last the many that take a moment: so all workers end together.

A machine that is shared stands still at times, for longer than any promise is waited for. So CI
tries a few failed tests once more (`.ci/run`); how they failed at first is shown all the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import pytest_timeout
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.counterparts.smartcard import looked_for_in

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

_PROVINCES = "tests/flows/"
_SHARE = 5  # of a long proof's cases: every kind of damage still meets every route or topic


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make soak` ask for everything."""
    parser.addoption("--full", action="store_true", help="long proofs at their full size")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give a second try its own time: pytest-timeout measures a test's first one only."""
    limit = pytest_timeout._get_item_settings(item)
    if getattr(item, "execution_count", 1) > 1 and limit.timeout:
        item.config.hook.pytest_timeout_set_timer(item=item, settings=limit)


@pytest.fixture(scope="session")
def sized(pytestconfig: pytest.Config) -> Callable[[int], int]:
    """Return how many of a long proof's cases are run: a share, or all with `--full`."""
    share = 1 if pytestconfig.getoption("--full") else _SHARE
    return lambda full: full // share


def _plays_a_province(test: str) -> bool:
    return test.startswith(_PROVINCES)


class _Files(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        return _PROVINCES if _plays_a_province(nodeid) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Deal whole files in our order, and all provinces to one worker."""
    config.option.loadscopereorder = False  # else by their number of tests
    return _Files(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    real = {item.path for item in items if item.get_closest_marker("real")}
    tests = Counter(item.path for item in items)
    items.sort(
        key=lambda item: (
            not _plays_a_province(item.nodeid),
            item.path not in real,
            -tests[item.path],
        )
    )


@pytest.fixture(scope="session")
def pcsc_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the one folder where this process looks for pcscd."""
    folder = tmp_path_factory.mktemp("pcsc")
    with looked_for_in(folder):
        yield folder
