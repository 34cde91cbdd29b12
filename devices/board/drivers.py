"""Every kind of board a box can be fitted with."""

from devices.board.mcuboot import McubootBoardConfig
from devices.board.serial import SerialBoardConfig
from devices.board.simulated import SimulatedBoardConfig

BoardConfig = SerialBoardConfig | SimulatedBoardConfig | McubootBoardConfig
