"""How long prepared dossiers wait, how much room they have, and whose they become."""

from typing import Annotated

import msgspec

from devices.contract.afar import DraftKeyFolder
from devices.contract.config import Config

KEY_FOLDER = "/run/motcua-counter/drafts"
"""In the runtime directory that systemd makes for the counter server, in memory."""


class DraftsConfig(Config, frozen=True, kw_only=True):
    """Without `agency` (MaDonViTiepNhan, as `H50.34`) accepted drafts are taken over by hand.

    A draft waits for `keep_min` minutes, or with 0 to the end of the local day. `key_folder` must
    lie in memory (tmpfs): there the opening key outlives a restart, and not a power loss.
    """

    agency: Annotated[str, msgspec.Meta(max_length=64)] = ""
    keep_min: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 0
    most_mb: Annotated[int, msgspec.Meta(ge=1, le=64)] = 24
    most_waiting: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200
    most_waiting_mb: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 512
    upload_within_s: Annotated[float, msgspec.Meta(ge=1, le=300)] = 60.0
    key_folder: DraftKeyFolder = KEY_FOLDER
