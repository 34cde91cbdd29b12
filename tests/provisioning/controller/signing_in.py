"""An administrator for tests that go through the dashboard's own door."""

import httpx
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from provisioning.controller.accounts.command import add, opened
from provisioning.controller.accounts.door import AccountsConfig
from provisioning.controller.accounts.passwords import PasswordConfig
from provisioning.controller.config import ControllerConfig
from provisioning.controller.rights import Grant, Role
from tests.counterparts.chromium import until

LOGIN = "quan-tri"
PASSWORD = "một câu dài để thử"
QUICK = PasswordConfig(memory_kib=64, passes=1, lanes=1)
"""What a test's passwords are hashed with: some microseconds."""
QUICK_ACCOUNTS = AccountsConfig(password=QUICK)


def with_administrator(config: ControllerConfig, *roles: Role) -> None:
    """Put an administrator into a controller's store, as `motcua person add` does."""
    grants = tuple(Grant(role=role) for role in roles or (Role.ADMINISTRATOR,))
    with opened(config) as people:
        add(people, config.accounts.password, LOGIN, PASSWORD, name="Quản trị", grants=grants)


async def signed_in(
    client: httpx.AsyncClient, login: str = LOGIN, password: str = PASSWORD
) -> httpx.AsyncClient:
    """Sign in, and return the client, which says where it comes from as a browser does."""
    client.headers["Origin"] = str(client.base_url).rstrip("/")
    answer = await client.post("/sign-in", data={"login": login, "password": password})
    assert answer.status_code == 303, answer.text
    return client


def enter(browser: Chrome, url: str, login: str = LOGIN, password: str = PASSWORD) -> None:
    """Open a page of the dashboard in a browser that has to sign in first; returns once it has."""
    browser.get(url)
    browser.find_element(By.ID, "login").send_keys(login)
    browser.find_element(By.ID, "password").send_keys(password, Keys.ENTER)
    until(lambda: not browser.find_elements(By.ID, "password"), "signed in")
