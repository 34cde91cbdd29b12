"""The controller's table `boards`."""

from devices.contract.config import Config


class BoardsConfig(Config, frozen=True, kw_only=True):
    """`firmware_keys` is a folder of public keys (PEM, Ed25519): whose firmware is kept here.

    Empty: `firmware-keys` in the state directory. A box judges by keys of its own.
    """

    firmware_keys: str = ""
