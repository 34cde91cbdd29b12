"""The serial number of this board: where it is read."""

from pathlib import Path

from devices.contract.errors import MotcuaError
from provisioning.agent.config import SerialFileConfig, SerialFixedConfig
from provisioning.claims import BadClaimError, tidy_serial


class NoSerialError(MotcuaError):
    """This board tells no serial number."""

    code = "serial.none"
    retry = True


def serial_of(source: SerialFileConfig | SerialFixedConfig) -> str:
    """Return the serial number; raises NoSerialError. Blocking.

    A device tree ends its strings with NUL.
    """
    try:
        if isinstance(source, SerialFixedConfig):
            return tidy_serial(source.serial)
        return tidy_serial(Path(source.path).read_text(errors="replace").strip("\0 \n"))
    except (OSError, BadClaimError) as error:
        raise NoSerialError(f"No serial number: {error}") from error
