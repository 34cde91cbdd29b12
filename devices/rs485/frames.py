"""Requests and their replies as Modbus RTU frames, which pymodbus codes.

Of pymodbus it is the frames alone, not the client: that takes whatever the unit says next for the
reply, waits on in vain after one stray byte before it (many a transceiver makes one), and has one
deadline for all units.
"""

from dataclasses import dataclass
from enum import StrEnum

from pymodbus import ModbusException
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteMultipleCoilsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)

from devices.contract.errors import DeviceError

_FAILED = 0x80  # added to a function's number by a unit that refuses it
_REFUSAL_BYTES = 5
_AROUND_READ_BYTES = 5  # unit, function, count of bytes, and two of CRC
_WRITTEN_BYTES = 8
_SHORTEST_BYTES = 5
_REASONS = {1: "no such function", 2: "no such address", 3: "no such value", 4: "it failed"}
_FRAMER = FramerRTU(DecodePDU(is_server=False))

Values = tuple[int, ...]
"""What was read: a register's number each, or 0 and 1; nothing for what was written."""


class RefusedByUnitError(DeviceError):
    """The unit understood, and refused: its table of registers is another."""

    code = "modbus.refused"
    retry = False


class Table(StrEnum):
    """The four tables of a unit."""

    COIL = "coil"
    DISCRETE = "discrete"
    INPUT = "input"
    HOLDING = "holding"


_READS: dict[Table, type[ModbusPDU]] = {
    Table.COIL: ReadCoilsRequest,
    Table.DISCRETE: ReadDiscreteInputsRequest,
    Table.INPUT: ReadInputRegistersRequest,
    Table.HOLDING: ReadHoldingRegistersRequest,
}
_OF_BITS = (Table.COIL, Table.DISCRETE)


@dataclass(frozen=True, slots=True)
class Read:
    """Read so many bits or registers of a table."""

    table: Table
    at: int
    count: int


@dataclass(frozen=True, slots=True)
class WriteRegister:
    """Write one holding register, with the function for one."""

    at: int
    value: int


@dataclass(frozen=True, slots=True)
class WriteRegisters:
    """Write holding registers that follow each other."""

    at: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WriteCoil:
    """Write one coil, with the function for one."""

    at: int
    on: bool


@dataclass(frozen=True, slots=True)
class WriteCoils:
    """Write coils that follow each other."""

    at: int
    on: tuple[bool, ...]


Request = Read | WriteRegister | WriteRegisters | WriteCoil | WriteCoils


def frame_of(request: Request, unit: int) -> bytes:
    """Return the frame that asks a unit."""
    return _FRAMER.buildFrame(_pdu(request, unit))


def reply_bytes(request: Request) -> int:
    """Return how long a reply is that does not refuse."""
    if not isinstance(request, Read):
        return _WRITTEN_BYTES
    bits = request.table in _OF_BITS
    return _AROUND_READ_BYTES + ((request.count + 7) // 8 if bits else 2 * request.count)


def found_reply(heard: bytes, request: Request, unit: int) -> Values | None:
    """Return what the unit answers in the bytes that were heard, or None when it is not there yet.

    Noise before it, and late answers of others, are passed over. Raises RefusedByUnitError.
    """
    asked = _pdu(request, unit)
    for start in range(len(heard) - _SHORTEST_BYTES + 1):
        if heard[start] != unit:
            continue
        function = heard[start + 1]
        if function == asked.function_code | _FAILED:
            size = _REFUSAL_BYTES
        elif function == asked.function_code:
            size = reply_bytes(request)
        else:
            continue
        reply = _decoded(heard[start : start + size], size, unit)
        if reply is None:
            continue
        if reply.isError():
            reason = _REASONS.get(reply.exception_code, f"its reason {reply.exception_code}")
            raise RefusedByUnitError(f"Unit {unit} refused {request}: {reason}.")
        if isinstance(request, Read):
            return _values(reply, request)
        if reply.address == asked.address:
            return ()
    return None


def _decoded(frame: bytes, size: int, unit: int) -> ModbusPDU | None:
    if len(frame) < size:
        return None
    try:
        _, reply = _FRAMER.handleFrame(frame, unit, 0)
    except ModbusException:
        return None
    return reply


def _values(reply: ModbusPDU, request: Read) -> Values | None:
    values = reply.bits if request.table in _OF_BITS else reply.registers
    if len(values) < request.count:
        return None
    return tuple(int(value) for value in values[: request.count])


def _pdu(request: Request, unit: int) -> ModbusPDU:
    match request:
        case Read(table, at, count):
            return _READS[table](dev_id=unit, address=at, count=count)
        case WriteRegister(at, value):
            return WriteSingleRegisterRequest(dev_id=unit, address=at, registers=[value])
        case WriteRegisters(at, values):
            return WriteMultipleRegistersRequest(dev_id=unit, address=at, registers=list(values))
        case WriteCoil(at, on):
            return WriteSingleCoilRequest(dev_id=unit, address=at, bits=[on])
        case WriteCoils(at, on_each):
            return WriteMultipleCoilsRequest(dev_id=unit, address=at, bits=list(on_each))
