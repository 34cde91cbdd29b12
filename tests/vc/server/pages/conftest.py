"""A conference that is live, its pages served."""

from collections.abc import Iterator

import pytest

from tests.vc.server.pages.backend import Backend
from tests.vc.server.pages.driving import Person, somebody
from vc import acts


@pytest.fixture
def backend() -> Iterator[Backend]:
    """Yield a meeting that has begun: all sites are there but Đakrông."""
    with Backend().served() as served:
        served.do(acts.OpenLobby())
        served.arrive(*(one.id for one in served.state.members if one.id != "dakrong"))
        served.do(acts.StartMeeting())
        yield served


@pytest.fixture
def person(backend: Backend) -> Iterator[Person]:
    with somebody(backend) as one:
        yield one
