"""Configuration: frozen structs that refuse unknown keys, and a judge that names every error.

msgspec stops at the first error; a technician 120 km away wants them all. `judge` walks the
annotations beside the document and asks msgspec about each leaf.
"""

import tomllib
import types
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin

import msgspec

from devices.contract.errors import MotcuaError

C = TypeVar("C", bound="Config")


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every configuration struct. Drivers that only demos and tests want say so."""

    for_trials: ClassVar[bool] = False


class Problem(msgspec.Struct, frozen=True):
    """One error of a document: the key it is at (`devices.printer.path`), and what is wrong."""

    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.key}: {self.text}" if self.key else self.text


class BadConfigError(MotcuaError):
    """The configuration is not usable."""

    code = "config.bad"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def parse_toml(text: str, kind: type[C]) -> C:
    """Return the TOML text as a `kind`; raises BadConfigError with every problem."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadConfigError((Problem("", f"not TOML: {error}"),)) from error
    return from_document(document, kind)


def from_document(document: object, kind: type[C]) -> C:
    """Return the decoded document as a `kind`; raises BadConfigError with every problem."""
    if problems := judge(document, kind):
        raise BadConfigError(tuple(problems))
    return msgspec.convert(document, kind)


def dump(config: Config) -> str:
    """Return the whole configuration, defaults included, as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(config), indent=2).decode()


def judge(document: object, kind: type[Config]) -> list[Problem]:
    """Return every problem of the document as a `kind`, in the order of its keys."""
    return list(_judge(document, kind, ""))


def _judge(value: object, annotation: Any, key: str) -> Iterator[Problem]:
    below = list(_below(value, _bare(annotation), key))
    if below:
        yield from below
        return
    try:
        msgspec.convert(value, annotation)
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at `$")
        yield Problem(key + where.rstrip("`") if key else where.strip("`."), text)


def _below(value: object, bare: Any, key: str) -> Iterator[Problem]:
    """Yield the problems inside a table or a list; those of the value as a whole are `_judge`'s."""
    origin, args = get_origin(bare), get_args(bare)
    if origin in (Union, types.UnionType):
        yield from _below_union(value, args, key)
    elif _is_struct(bare) and isinstance(value, dict):
        yield from _below_struct(value, bare, key)
    elif origin in (list, tuple) and isinstance(value, list):
        for at, item in enumerate(value):
            yield from _judge(item, args[0], f"{key}[{at}]")
    elif origin is dict and isinstance(value, dict):
        for name, item in value.items():
            yield from _judge(item, args[1], _join(key, name))


def _below_struct(
    value: dict[str, object], kind: type[msgspec.Struct], key: str
) -> Iterator[Problem]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, item in value.items():
        if name in fields:
            yield from _judge(item, fields[name].type, _join(key, name))
        elif name != kind.__struct_config__.tag_field:
            yield Problem(_join(key, name), "no such key")
    for name, field in fields.items():
        if field.required and name not in value:
            yield Problem(_join(key, name), "is missing")


def _below_union(value: object, options: tuple[Any, ...], key: str) -> Iterator[Problem]:
    structs = [option for option in options if _is_struct(option)]
    if not isinstance(value, dict) or not structs:
        return
    tag_field = structs[0].__struct_config__.tag_field
    if tag_field is None:
        yield from _below_struct(value, structs[0], key)
        return
    by_tag = {option.__struct_config__.tag: option for option in structs}
    chosen = by_tag.get(str(value.get(tag_field)))
    if tag_field not in value:
        yield Problem(_join(key, tag_field), "is missing")
    elif chosen is None:
        known = ", ".join(sorted(str(tag) for tag in by_tag))
        yield Problem(_join(key, tag_field), f"{value.get(tag_field)!r} is none of: {known}")
    else:
        yield from _below_struct(value, chosen, key)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _is_struct(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
