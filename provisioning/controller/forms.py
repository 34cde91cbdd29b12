"""What a page's own form sends: fields by name, each with all its values."""

from urllib.parse import parse_qs

from devices.contract.errors import BadPayloadError
from provisioning.controller.answers import AnyRequest

_MOST_FIELDS = 500
_NO_NUL = "%EF%BF%BD"  # no database holds one, nor a file's name


class Form:
    """A form's fields. A field that was not sent is empty."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        """Return the field's first value."""
        return self.all(name)[0] if name in self._fields else ""

    def all(self, name: str) -> list[str]:
        """Return the field's values, in the order of the page."""
        return self._fields.get(name, [])


async def form_of(request: AnyRequest) -> Form:
    """Return the request's form; raises BadPayloadError.

    As every page is written in UTF-8, so is what it sends (HTML, form submission).
    """
    try:
        text = (await request.body()).decode("ascii").replace("%00", _NO_NUL)
        return Form(
            parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        )
    except ValueError as error:  # UnicodeError is one
        raise BadPayloadError("That is not a form.") from error
