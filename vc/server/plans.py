"""Plans that come in a file: conferences to begin with, and templates for new ones."""

import tomllib
from pathlib import Path

import msgspec

from devices.contract.config import BadConfigError, Problem
from vc.state import ConferencePlan

Templates = tuple[ConferencePlan, ...]


class PlansFile(msgspec.Struct, frozen=True, kw_only=True):
    """`plans` are planned at the first start; `templates` are offered for new ones."""

    plans: tuple[ConferencePlan, ...] = ()
    templates: Templates = ()


def read_plans(path: Path) -> PlansFile:
    """Return what a JSON or TOML file holds; raises BadConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            return msgspec.convert(tomllib.loads(text), PlansFile)
        return msgspec.json.decode(text, type=PlansFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.DecodeError) as error:
        raise BadConfigError((Problem("plans_file", f"{path}: {error}"),)) from error
