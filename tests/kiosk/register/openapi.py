"""OpenAPI documents of the register's routes: `python -m tests.kiosk.register.openapi DIR`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from litestar import Litestar
from litestar.di import Provide

from kiosk.register.bookings.routes import bookings_routes
from kiosk.register.dossiers.api_routes import api_routes
from kiosk.register.oauth_routes import oauth_routes
from kiosk.register.open311.routes import open311_routes
from kiosk.register.payments.routes import payments_routes
from kiosk.register.web import openapi_config

HEAD = (
    "# Made by `python -m tests.kiosk.register.openapi docs/openapi` from the register's routes.\n"
)
_ONE_STOP = (
    "What a one-stop system of a commune is asked, in the order of the calls: token, next number,"
    " papers, create, progress, status. Field names are the national portal's. Times are"
    " `2026-06-08 14:07:53` in Viet Nam's time. POSTs carry an `Idempotency-Key`: the same key with"
    " the same request is carried out once."
)
_PAYMENT = (
    "Fees asked for dossiers, and notices that their money has come. Whole VND. A fee is pending"
    " until an officer or an authenticated notice says otherwise; dossier, amount and reference"
    " name it, so a repeated request or notice changes nothing. A bank signs its notices with the"
    " `webhook-id`, `webhook-timestamp` and `webhook-signature` headers of Standard Webhooks"
    " (HMAC-SHA256, five minutes); a province's platform shows a token instead."
)
_BOOKING = (
    "Appointments of a day, and that a citizen is here. Nothing of a person is in them. The same"
    " site and ticket may say a check-in again."
)
_OPEN311 = (
    "Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2). XML is required, JSON optional: the"
    " address says which. Schemas are of the JSON; XML has the same fields, each list's items in an"
    " element of their own. `extended_attributes`, the photos in `media` and `Idempotency-Key` are"
    " additions: a client that knows none of them works all the same."
)
_TITLES = {
    "one-stop": ("Motcua register: one-stop dossiers", _ONE_STOP),
    "payment": ("Motcua register: payments", _PAYMENT),
    "booking": ("Motcua register: appointments", _BOOKING),
    "open311": ("Motcua register: feedback", _OPEN311),
}
_XML, _JSON = "text/xml", "application/json"


def documents() -> dict[str, dict[str, Any]]:
    """Return every document by its file's name."""
    oauth = oauth_routes()
    return {
        "one-stop": described("one-stop", [oauth, api_routes()], ("office", "tokens")),
        "payment": described("payment", [oauth, payments_routes()[0]], ("payments_desk", "tokens")),
        "booking": described("booking", [oauth, bookings_routes()[0]], ("bookings_desk", "tokens")),
        "open311": in_both_forms(described("open311", [open311_routes()], ("feedback_desk",))),
    }


def in_both_forms(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document whose answers are in the form that the address ends with."""
    for path, item in document["paths"].items():
        for operation in item.values():
            for answer in operation["responses"].values():
                content = answer.get("content", {})
                if _JSON in content and not path.endswith(".json"):
                    content[_XML] = content[_JSON]
                if path.endswith(".xml"):
                    content.pop(_JSON, None)
    return document


def described(name: str, routes: Sequence[Any], served: Sequence[str]) -> dict[str, Any]:
    """Return a document of some routes; `served` are what their handlers ask for by name."""
    app = Litestar(
        route_handlers=list(routes),
        dependencies={name: _nothing() for name in served},
        openapi_config=openapi_config(),
    )
    document: dict[str, Any] = app.openapi_schema.to_schema()
    title, about = _TITLES[name]
    document["info"] = {"title": title, "version": "1", "description": about}
    return document


def text_of(document: dict[str, Any]) -> str:
    """Return the document as it lies in the repository."""
    return HEAD + str(yaml.safe_dump(document, sort_keys=True, allow_unicode=True, width=100))


def _nothing() -> Provide:
    return Provide(lambda: None, sync_to_thread=False)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents().items():
        (folder / f"{name}.yaml").write_text(text_of(document), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
