"""The contract `docs/openapi/one-stop.yaml` is current, and the running register keeps it."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator
from lxml import etree
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from kiosk.register.dossiers.rows import DossierRow, NumberRow, PaperRow, StepRow
from kiosk.register.main import DATABASE, TABLES
from kiosk.register.simulated import CLIENT, SECRET, simulated
from kiosk.register.store import Store
from tests.kiosk.register.openapi import documents, text_of

# the register runs in this process, and draws the waits of its bus while Hypothesis draws
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module inside strategies")

FOLDER = Path("docs/openapi")
EXAMPLES = 10
FEW = 8
QUIETLY = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_document_is_that_of_the_routes() -> None:
    for name, document in documents().items():
        there = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
        assert there == text_of(document), "python -m tests.kiosk.register.openapi docs/openapi"


def test_every_route_but_the_tokens_own_names_its_scope() -> None:
    for path, item in documents()["one-stop"]["paths"].items():
        for operation in item.values():
            assert bool(operation.get("security")) == (path != "/oauth/token"), path


@pytest.fixture(scope="module")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("register")


@pytest.fixture(scope="module")
def url(state_dir: Path) -> Iterator[str]:
    """Run a register in a thread of its own; yield its address."""
    address: list[str] = []
    up, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with simulated(state_dir) as register:
            address.append(register.url)
            up.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert up.wait(30)
    yield address[0]
    over.set()
    thread.join()


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=20) as one:
        form = {"grant_type": "client_credentials"}
        token = one.post("/oauth/token", data=form, auth=(CLIENT, SECRET)).json()["access_token"]
        one.headers["Authorization"] = f"Bearer {token}"
        yield one


class Contract:
    """Asks what the document allows and what it does not, and holds the answers against it."""

    def __init__(self, document: dict[str, Any], client: httpx.Client) -> None:
        self._document = document
        self._client = client
        self.statuses: set[int] = set()

    def keeps(self, case: Case[Any], path: str) -> None:
        answer = self._client.send(self._request(case))
        self.statuses.add(answer.status_code)
        said = (case.method, case.path, answer.status_code, answer.text)
        assert answer.status_code < 500, said
        responses = self._document["paths"][path][case.method.lower()]["responses"]
        if answer.status_code == 405 or str(answer.request.url.path).endswith("/"):
            return  # a case made another route of it
        assert str(answer.status_code) in responses, said
        content = responses[str(answer.status_code)].get("content", {})
        media = answer.headers["content-type"].partition(";")[0]
        assert media in content, said
        if media == "text/xml":
            etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))
            return
        schema = {**content[media]["schema"], "components": self._document["components"]}
        Draft202012Validator(schema).validate(answer.json())

    def _request(self, case: Case[Any]) -> httpx.Request:
        how = case.as_transport_kwargs(base_url=str(self._client.base_url))
        headers = {
            **dict(how.get("headers") or {}),
            "Authorization": self._client.headers["authorization"],
        }
        kept = {name: how[name] for name in ("params", "json") if how.get(name) is not None}
        data = how.get("data")
        if isinstance(data, bytes | str):
            kept["content"] = data
        elif data is not None:
            kept["data"] = data
        plain = {
            name: str(value).encode("utf-8", "replace").decode("latin-1").encode("latin-1")
            for name, value in headers.items()
        }
        return self._client.build_request(case.method, how["url"], headers=plain, **kept)


def operations(document: dict[str, Any]) -> list[Any]:
    found = schemathesis.openapi.from_dict(document).get_all_operations()
    return [one.ok() for one in found if isinstance(one, Ok)]


def each(
    contract: Contract, path: str, cases: SearchStrategy[Case[Any]], most: int = EXAMPLES
) -> None:
    """Ask a route each of some cases, the same ones every time."""

    @settings(QUIETLY, max_examples=most)
    @given(case=cases)
    def run(case: Case[Any]) -> None:
        with contextlib.suppress(httpx.LocalProtocolError):  # no HTTP client sends this
            contract.keeps(case, path)

    with contextlib.suppress(Unsatisfiable):  # nothing about it can be wrong
        run()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_register_answers_as_described_whatever_it_is_asked(
    client: httpx.Client, state_dir: Path, mode: GenerationMode
) -> None:
    document = yaml.safe_load((FOLDER / "one-stop.yaml").read_text(encoding="utf-8"))
    contract = Contract(document, client)
    for operation in operations(document):
        each(contract, operation.path, operation.as_strategy(generation_mode=mode))
    assert 400 in contract.statuses
    if mode is GenerationMode.POSITIVE:
        assert contract.statuses >= {404, 409}
    with Store(state_dir / DATABASE, TABLES) as store:
        assert whole(store), "nothing is half-stored"


def whole(store: Store) -> bool:
    numbers = {row.code for row in store.rows(NumberRow, "numbers")}
    dossiers = {row.code for row in store.rows(DossierRow, "dossiers")}
    steps = {row.code for row in store.rows(StepRow, "steps")}
    papers = {row.dossier for row in store.rows(PaperRow, "papers")} - {""}
    return dossiers <= numbers and steps == dossiers and papers <= dossiers


OTHERS = (
    ("payment", GenerationMode.POSITIVE),
    ("payment", GenerationMode.NEGATIVE),
    ("booking", GenerationMode.POSITIVE),
    ("booking", GenerationMode.NEGATIVE),
    ("open311", GenerationMode.POSITIVE),  # its texts cannot be wrong by the schema alone
)


@pytest.mark.parametrize(("name", "mode"), OTHERS)
def test_the_other_rooms_answer_as_described(
    client: httpx.Client, name: str, mode: GenerationMode
) -> None:
    document = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    contract = Contract(document, client)
    for operation in operations(document):
        if operation.path != "/oauth/token":  # asked above
            cases = operation.as_strategy(generation_mode=mode)
            each(contract, operation.path, cases, FEW)
    assert contract.statuses & {400, 403, 404}


def test_an_answer_that_is_not_as_described_would_be_seen(client: httpx.Client) -> None:
    """The negative control: the same check over a document that says something else."""
    document = yaml.safe_load((FOLDER / "one-stop.yaml").read_text(encoding="utf-8"))
    path = "/api/one-stop/dossiers/{code}"
    del document["paths"][path]["get"]["responses"]["404"]
    contract = Contract(document, client)
    operation = next(
        one for one in operations(document) if (one.path, one.method.upper()) == (path, "GET")
    )
    with pytest.raises(AssertionError, match="404"):
        contract.keeps(operation.Case(path_parameters={"code": "none"}), path)
