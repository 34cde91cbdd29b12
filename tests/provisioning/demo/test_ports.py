"""Everything of a demo has a port of its own, whichever port its page was told to take."""

from dataclasses import fields

import pytest

from provisioning.demo.ports import Ports, any_ports, choose_ports


def every_port(ports: Ports) -> list[int]:
    """Return all ports of a demo."""
    known = [getattr(ports, field.name) for field in fields(ports)]
    single = [port for port in known if isinstance(port, int)]
    return [*single, *ports.brokers.values(), *ports.lines.values()]


@pytest.mark.parametrize("page", [8600, 8601, 8602, 8610, 8612, 8617])
def test_no_port_is_given_twice_where_the_page_takes_one_of_the_usual(page: int) -> None:
    ports = every_port(choose_ports(("one", "two"), page=page))
    assert len(set(ports)) == len(ports) == 14


def test_runs_beside_others_have_ports_of_their_own() -> None:
    ports = every_port(any_ports(("one", "two")))
    assert len(set(ports)) == len(ports) == 14
