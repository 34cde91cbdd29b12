"""Packages that others published on npm, unmodified, bundled for a browser's page by esbuild."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ESBUILD = "esbuild@0.28.2"
_FOLDER = Path(__file__).parents[2] / ".venv-node"
_WITHIN_S = 120


def bundle(script: str, *packages: str) -> str:
    """Return the script with everything it imports of `packages` (`name@version`), for a page.

    Installs what is not there yet.
    """
    return _run(
        installed(ESBUILD, *packages) / "node_modules/.bin/esbuild",
        "--bundle",
        "--format=iife",
        "--log-level=error",
        "--loader=js",
        stdin=script,
    )


def installed(*packages: str) -> Path:
    """Return the house's folder of npm packages, with these (`name@version`) in it."""
    if not shutil.which("npm"):
        pytest.fail("npm is missing: apt-get install npm")
    if missing := [one for one in packages if not _is_installed(one)]:
        options = ("--no-audit", "--no-fund", "--save-exact", "--prefix", _FOLDER)
        _run("npm", "install", *options, *missing)
    return _FOLDER


def _is_installed(package: str) -> bool:
    name, _, version = package.rpartition("@")
    file = _FOLDER / "node_modules" / name / "package.json"
    return file.exists() and json.loads(file.read_text(encoding="utf-8"))["version"] == version


def _run(*command: str | Path, stdin: str = "") -> str:
    ended = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        input=stdin,
        timeout=_WITHIN_S,
        cwd=_FOLDER if _FOLDER.exists() else None,
    )
    if ended.returncode:
        pytest.fail(f"{command[0]}: {ended.stderr[-2000:]}")
    return ended.stdout
