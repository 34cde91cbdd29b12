"""AsyncAPI's own JSON schemas, from the npm package that AsyncAPI publishes."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "@asyncapi/specs@6.11.1"
_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / ".venv-node"


def asyncapi_schema(version: str) -> dict[str, Any]:
    """Return the schema of a version, installing the package at the first call."""
    schema = _FOLDER / "node_modules/@asyncapi/specs/schemas" / f"{version}.json"
    if not schema.exists():
        if not shutil.which("npm"):
            pytest.fail("npm is missing: apt-get install npm")
        subprocess.run(
            ("npm", "install", "--no-audit", "--no-fund", "--prefix", _FOLDER, PACKAGE),
            check=True,
            capture_output=True,
            timeout=120,
        )
    loaded: dict[str, Any] = json.loads(schema.read_text(encoding="utf-8"))
    return loaded
