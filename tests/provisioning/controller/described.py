"""What an application may be asked, as an OpenAPI document that leaves out none of its routes.

Its own schema holds the API. The pages and the forms on them are added as they are found: a route's
parameters from its path, a form's fields from the page that shows it.
"""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from litestar import Litestar

from tests.provisioning.controller.routes import Route, routes_of

FORM = "application/x-www-form-urlencoded"
Fields = dict[str, dict[str, str]]
"""Of each form's address its fields, as the page fills them in."""


class Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: Fields = {}
        self._address = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of it."""
        had = dict(attrs)
        if tag == "form":
            self._address = (had.get("action") or "").partition("?")[0]
            self.fields.setdefault(self._address, {})
        elif self._address and (name := had.get("name")):
            self.fields[self._address][name] = had.get("value") or ""
        if (there := had.get("formaction")) and self._address:
            self.fields.setdefault(there, dict(self.fields[self._address]))


def described(app: Litestar, fields: Fields) -> dict[str, Any]:
    """Return the document. `fields` are the forms of its pages, by the path as it is written."""
    document: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "all", "version": "1"}}
    document["paths"] = {}
    if app.openapi_config:
        document = app.openapi_schema.to_schema()
    for route in routes_of(app):
        path = document["paths"].setdefault(route.path, {})
        path.setdefault(route.method.lower(), _operation(route, fields.get(route.path, {})))
    return document


def _operation(route: Route, form: dict[str, str]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "parameters": [*(_parameter("path", name) for name in route.names)],
        "responses": {},
    }
    if route.method == "GET":
        asked = form | RIGHT
        operation["parameters"] += [_parameter("query", name, asked[name]) for name in asked]
    else:
        content = {"type": "object", "properties": {name: _text(form[name]) for name in form}}
        operation["requestBody"] = {"content": {FORM: {"schema": content}}}
    return operation


RIGHT = {
    "month": "2026-10",
    "day": "2026-10-01",
    "unit": "19495",
    "span": "day",
    "level": "unit",
    "before": "9",
    "after": "a",
    "need": "fault",
    "target": "19495",
    "lang": "en",
    "q": "gio",
    "words": "gio",
    "to": "/alerts",
}
"""What pages are asked for in their addresses, and a right answer to each."""


def _parameter(where: str, name: str, shown: str = "") -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1} if where == "path" else _text(shown)
    return {"in": where, "name": name, "required": where == "path", "schema": schema}


def _text(shown: str) -> dict[str, Any]:
    return {"anyOf": [{"type": "string"}, {"enum": [shown]}]}


def forms_of(pages: Iterable[tuple[str, str]], there: dict[str, str]) -> Fields:
    """Return the forms of pages (path as written, HTML); `there` says how an address is written."""
    found: Fields = {}
    for path, page in pages:
        for address, fields in Forms(page).fields.items():
            found.setdefault(there.get(address, address) or path, {}).update(fields)
    return found
