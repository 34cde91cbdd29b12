"""Laying down what a box is given: below any root, as often as one likes. Blocking."""

from collections.abc import Iterable
from pathlib import Path

from devices.contract.errors import StorageError
from provisioning.broker.files import written
from provisioning.image.files import Laid


def lay_down(files: Iterable[Laid], root: Path) -> list[str]:
    """Lay the files below the root; return the paths that changed, none the second time.

    Settings that are there already stay as they are. Raises StorageError.
    """
    return [str(file.path) for file in files if _lay(file, root)]


def _lay(file: Laid, root: Path) -> bool:
    path = root / file.path.relative_to("/")
    try:
        if file.settings and path.exists():
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.link:
            return _link(path, file.link)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    return written(path, file.content.encode(), mode=file.mode)


def _link(path: Path, to: str) -> bool:
    if path.is_symlink() and str(path.readlink()) == to:
        return False
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(to)
    fresh.replace(path)
    return True
