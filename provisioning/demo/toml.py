"""A configuration as TOML 1.0: what `motcua ... --config FILE` reads."""

import json

import msgspec

from devices.contract.config import Config


def as_toml(config: Config) -> str:
    """Return the configuration, its defaults included, as a TOML document."""
    return "".join(
        f"{key} = {_value(value)}\n"
        for key, value in msgspec.to_builtins(config).items()
        if value is not None
    )


def _value(value: object) -> str:
    if isinstance(value, dict):
        pairs = (f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None)
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)  # TOML's strings, numbers and booleans are JSON's


def _key(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)
