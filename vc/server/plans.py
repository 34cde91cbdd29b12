"""Plans that come in a file: conferences to begin with, and templates for new ones."""

import tomllib
from pathlib import Path

import msgspec

from devices.contract.config import BadConfigError, Problem
from vc.state import ConferencePlan, Policy

Templates = tuple[ConferencePlan, ...]


class PlansFile(msgspec.Struct, frozen=True, kw_only=True):
    """`plans` are planned at the first start; `templates` are offered for new ones."""

    plans: tuple[ConferencePlan, ...] = ()
    templates: Templates = ()


def read_plans(path: Path, policy: Policy) -> PlansFile:
    """Return what a JSON or TOML file holds; a plan without a policy gets this one.

    Raises BadConfigError.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text) if path.suffix == ".toml" else msgspec.json.decode(text)
        return msgspec.convert(_with_policy(document, policy), PlansFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.DecodeError) as error:
        raise BadConfigError((Problem("plans_file", f"{path}: {error}"),)) from error


def _with_policy(document: object, policy: Policy) -> object:
    if not isinstance(document, dict):
        return document
    completed = dict(document)
    for key in ("plans", "templates"):
        if isinstance(plans := document.get(key), list):
            completed[key] = [
                {"policy": msgspec.to_builtins(policy)} | plan if isinstance(plan, dict) else plan
                for plan in plans
            ]
    return completed
