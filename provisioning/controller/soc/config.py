"""Where security events go."""

from typing import Annotated

import msgspec

from devices.contract.config import Config


class SocConfig(Config, frozen=True, kw_only=True):
    """Where security events go; PEM files. A certificate of our own is shown when there is one."""

    host: Annotated[str, msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 6514  # RFC 5425 §4.1
    ca_file: str
    certificate_file: str = ""
    key_file: str = ""
    server_name: str = ""
