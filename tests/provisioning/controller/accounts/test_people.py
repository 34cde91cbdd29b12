"""Who may make whom: only what one holds, in one's own branch; and somebody is always left."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.errors import NotAllowedError
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.people import People
from provisioning.controller.accounts.records import (
    Account,
    BadLoginError,
    BadPersonError,
    LastAdministratorError,
    Lifetimes,
    LoginTakenError,
    State,
    UnknownPersonError,
)
from provisioning.controller.accounts.sessions import Client, Sessions
from provisioning.controller.database import Database
from provisioning.controller.organisation.organisation import Organisation
from provisioning.controller.rights import EVERYWHERE, Grant, Person, Right, Role
from tests.provisioning.controller.accounts.house import T0

QUANG_TRI, GIO_LINH, DONG_HA, DA_NANG = "44", "19495", "19333", "48"
ROOT = "motcua person"
HERE = Client(address="127.0.0.1", browser="b")


def role(role: Role, unit: str = EVERYWHERE) -> Grant:
    return Grant(role=role, unit=unit)


ALL = role(Role.ADMINISTRATOR)
BRANCH = role(Role.ADMINISTRATOR, QUANG_TRI)


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database, SimulatedClock(T0))


@pytest.fixture
def people(database: Database, audit: Audit) -> People:
    clock = SimulatedClock(T0)
    return People(database, audit, clock, Organisation(database, clock, audit))


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return Sessions(database, SimulatedClock(T0), Lifetimes())


def made(people: People, login: str, *grants: Grant, by: Person | str = ROOT) -> Account:
    return people.add(by, login, f"Người {login}", grants, "hash")


def begun(database: Database, sessions: Sessions, account: Account) -> str:
    with database.writing() as db:
        return sessions.begin(db, account.person.id, HERE)


def test_people_are_kept_with_their_roles(people: People) -> None:
    assert not people.exist()
    made(people, "By", ALL)
    made(people, "an", role(Role.TECHNICIAN, GIO_LINH), role(Role.VIEWER, QUANG_TRI))
    first, second = people.all()
    assert (first.person.login, second.person.login) == ("an", "by")
    assert first.person.grants == (
        role(Role.TECHNICIAN, GIO_LINH),
        role(Role.VIEWER, QUANG_TRI),
    )
    assert people.named("BY") == second
    with pytest.raises(UnknownPersonError):
        people.one(99)


def test_a_login_is_easy_to_type_everywhere(people: People) -> None:
    for login in ("", "a", "-ab", "a b", "á-b", "a" * 33, "a/b", "ab\n", "ab\0"):
        with pytest.raises(BadLoginError):
            made(people, login, ALL)


def test_a_login_is_somebodys_alone_however_it_is_written(people: People) -> None:
    made(people, "quan-tri", ALL)
    with pytest.raises(LoginTakenError):
        made(people, "Quan-Tri", ALL)
    assert len(people.all()) == 1


def test_a_person_has_a_name_and_roles_that_there_are(people: People) -> None:
    bad: list[tuple[str, tuple[Grant, ...]]] = [
        ("", (ALL,)),
        ("  \0 ", (ALL,)),
        ("a" * 101, (ALL,)),
        ("An", ()),
        ("An", (role(Role.VIEWER, "99999"),)),
        ("An", tuple(role(Role.VIEWER, str(at)) for at in range(51))),
    ]
    for name, grants in bad:
        with pytest.raises(BadPersonError):
            people.add(ROOT, "an", name, grants, "hash")
    assert not people.exist()


GIVES = [
    (ALL, ALL, True),
    (ALL, role(Role.VIEWER, GIO_LINH), True),
    (ALL, role(Role.AUDITOR), False),
    (BRANCH, role(Role.ADMINISTRATOR, QUANG_TRI), True),
    (BRANCH, role(Role.TECHNICIAN, GIO_LINH), True),
    (BRANCH, role(Role.TECHNICIAN, DA_NANG), False),
    (BRANCH, role(Role.VIEWER), False),
    (BRANCH, ALL, False),
    (BRANCH, role(Role.AUDITOR, GIO_LINH), False),
    (role(Role.ADMINISTRATOR, GIO_LINH), role(Role.VIEWER, DONG_HA), False),
    (role(Role.ADMINISTRATOR, GIO_LINH), BRANCH, False),
    (role(Role.TECHNICIAN), role(Role.VIEWER), False),
    (role(Role.AUDITOR), role(Role.AUDITOR), False),
]
"""What somebody holds, what he gives, and whether he may."""


def test_nobody_gives_what_he_does_not_hold(people: People) -> None:
    for at, (holds, gives, may) in enumerate(GIVES):
        by = made(people, f"by-{at}", holds).person
        if may:
            assert made(people, f"an-{at}", gives, by=by).person.grants == (gives,)
            continue
        with pytest.raises(NotAllowedError):
            made(people, f"an-{at}", gives, by=by)
        with pytest.raises(UnknownPersonError):
            people.named(f"an-{at}")


def test_who_administers_and_audits_makes_auditors(people: People) -> None:
    by = made(people, "by", ALL, role(Role.AUDITOR)).person
    auditor = role(Role.AUDITOR, GIO_LINH)
    assert made(people, "an", auditor, by=by).person.grants == (auditor,)


@pytest.mark.parametrize("deed", ["change", "disable", "reset"])
def test_a_branchs_administrator_cannot_touch_who_stands_above(people: People, deed: str) -> None:
    by = made(people, "by", BRANCH).person
    above = [
        made(people, "tren", ALL),
        made(people, "ben", role(Role.VIEWER, DA_NANG)),
        made(people, "kiem-tra", role(Role.AUDITOR, GIO_LINH)),
        made(people, "ca-hai", role(Role.VIEWER, GIO_LINH), role(Role.VIEWER, DA_NANG)),
    ]
    deeds = {
        "change": lambda at: people.change(by, at, "An", (role(Role.VIEWER, GIO_LINH),)),
        "disable": lambda at: people.disable(by, at),
        "reset": lambda at: people.reset(by, at, "other"),
    }
    for account in above:
        with pytest.raises(NotAllowedError):
            deeds[deed](account.person.id)
        assert people.one(account.person.id) == account
    own = made(people, "duoi", role(Role.TECHNICIAN, DONG_HA))
    deeds[deed](own.person.id)


def test_the_last_administrator_of_the_province_stays(people: People, audit: Audit) -> None:
    last = made(people, "by", ALL)
    made(people, "chi-nhanh", BRANCH)
    number, before = last.person.id, audit.verify().records
    with pytest.raises(LastAdministratorError):
        people.disable(last.person, number)
    with pytest.raises(LastAdministratorError):
        people.change(ROOT, number, "An", (role(Role.VIEWER),))
    assert people.one(number) == last
    assert audit.verify().records == before, "what did not happen is not in the log"
    second = made(people, "hai", ALL)
    people.disable(second.person, number)
    with pytest.raises(LastAdministratorError):
        people.disable(ROOT, second.person.id)
    people.enable(second.person, number)
    people.disable(ROOT, second.person.id)


def test_two_administrators_who_close_each_other_at_once_are_not_both_gone(
    people: People,
) -> None:
    for at in range(5):
        pair = [made(people, f"mot{at}", ALL), made(people, f"hai{at}", ALL)]
        for account in people.all():
            if account not in pair and account.state is State.ACTIVE:
                people.disable(ROOT, account.person.id)

        def closes(account: Account) -> int:
            try:
                people.disable(ROOT, account.person.id)
            except LastAdministratorError:
                return 0
            return 1

        with ThreadPoolExecutor(2) as threads:
            assert sum(threads.map(closes, pair)) == 1


def test_sessions_end_with_roles_password_and_state_and_not_with_a_name(
    people: People, sessions: Sessions, database: Database
) -> None:
    made(people, "by", ALL)
    account = made(people, "an", role(Role.VIEWER))
    number = account.person.id

    def still_in(token: str) -> bool:
        return sessions.known(token, used=False) is not None

    token = begun(database, sessions, account)
    people.change(ROOT, number, "Tên Khác", account.person.grants)
    assert still_in(token)
    assert people.one(number).sessions == 1
    people.change(ROOT, number, "Tên Khác", (role(Role.TECHNICIAN),))
    assert not still_in(token)
    token = begun(database, sessions, account)
    people.reset(ROOT, number, "other")
    assert not still_in(token)
    token = begun(database, sessions, account)
    people.disable(ROOT, number)
    assert not still_in(token)
    token = begun(database, sessions, account)
    assert not still_in(token), "a closed account has no sessions"


def test_somebody_has_a_bounded_number_of_sessions(
    people: People, sessions: Sessions, database: Database
) -> None:
    account = made(people, "an", ALL)
    tokens = [begun(database, sessions, account) for _ in range(25)]
    assert len(sessions.of(account.person.id)) == 20
    assert sessions.known(tokens[0], used=False) is None
    assert sessions.known(tokens[-1], used=False) is not None


def test_every_change_is_in_the_log(people: People, audit: Audit) -> None:
    by = made(people, "by", ALL).person
    number = made(people, "an", role(Role.VIEWER), by=by).person.id
    people.change(by, number, "An", (role(Role.TECHNICIAN, GIO_LINH),))
    people.reset(by, number, "other")
    people.disable(by, number)
    people.disable(by, number)
    people.enable(by, number)
    told = [(one.actor, one.action, one.subject) for one in reversed(audit.records())]
    assert told == [
        (ROOT, "person.added", "by"),
        *(
            ("by", f"person.{deed}", "an")
            for deed in ("added", "changed", "reset", "disabled", "enabled")
        ),
    ]
    assert audit.verify().broken_at is None


@pytest.mark.parametrize(
    ("right", "path", "may"),
    [
        (Right.SEE, (QUANG_TRI, GIO_LINH), True),
        (Right.SEE, (QUANG_TRI,), False),
        (Right.SEE, (), False),
        (Right.ADMINISTER, (QUANG_TRI, GIO_LINH), False),
    ],
)
def test_a_role_holds_in_its_unit_and_below(
    right: Right, path: tuple[str, ...], *, may: bool
) -> None:
    person = Person(id=1, login="an", name="", grants=(role(Role.TECHNICIAN, GIO_LINH),))
    assert person.may(right, path) is may
