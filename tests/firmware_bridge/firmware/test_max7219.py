"""What the chips of a panel are sent."""

from firmware_bridge.firmware.max7219 import Max7219, columns_of, segments_of


class Chain:
    """Chips as the data sheet has them: a shift register of 16 bits each, latched by select."""

    def __init__(self, chips: int) -> None:
        self.registers: list[dict[int, int]] = [{} for _ in range(chips)]
        self._shifted = b""

    def write(self, data: bytes | bytearray) -> None:
        self._shifted += bytes(data)

    def select(self, level: int) -> None:
        if level == 0:
            self._shifted = b""
            return
        words = self._shifted[-2 * len(self.registers) :]
        for chip, registers in enumerate(self.registers):  # what was sent first went the farthest
            registers[words[2 * chip]] = words[2 * chip + 1]


def test_a_chain_wakes_dark_and_then_shows_each_chip_its_rows() -> None:
    chain = Chain(2)
    chips = Max7219(chain, chain.select, 2)
    assert [chain.registers[1][row] for row in range(1, 9)] == [0] * 8
    chips.show(bytes(range(16)))
    assert [chain.registers[0][row] for row in range(1, 9)] == list(range(8))
    assert [chain.registers[1][row] for row in range(1, 9)] == list(range(8, 16))
    for registers in chain.registers:
        assert (registers[0x09], registers[0x0B], registers[0x0C], registers[0x0F]) == (0, 7, 1, 0)


def test_digits_have_their_segments_and_points_their_digit() -> None:
    assert segments_of("8.1", 4) == bytes((0xFF, 0x30, 0, 0))
    assert segments_of("a-b", 3) == bytes((0x77, 0x01, 0x1F))
    assert segments_of("123456789", 8) == segments_of("12345678", 8)


def test_letters_of_a_ticket_are_told_apart() -> None:
    letters = "0123456789ACDEFHJLPU"
    assert len({bytes(segments_of(letter, 1)) for letter in letters}) == len(letters)


def test_a_picture_is_cut_into_chips() -> None:
    picture = bytes(row * 16 + chip for row in range(8) for chip in range(3))
    assert columns_of(picture, 24) == bytes(
        row * 16 + chip for chip in range(3) for row in range(8)
    )
