"""How large an H.264 stream's pictures are, by its SPS (H.264 §7.3.2.1). Pure."""

_HIGH = (100, 110, 122, 244, 44, 83, 86, 118, 128)


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        if count > self._left:
            raise ValueError
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def golomb(self) -> int:
        """Return an Exp-Golomb code (§9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 31:  # noqa: PLR2004 - the longest code
                raise ValueError
        return (1 << zeros) - 1 + self.take(zeros)


def picture_size(sps: bytes) -> tuple[int, int]:
    """Return width and height of a constrained baseline SPS unit; (0, 0) when it is another's."""
    try:
        return _size(_Bits(sps[1:64].replace(b"\0\0\3", b"\0\0")))
    except ValueError:
        return 0, 0


def _size(bits: _Bits) -> tuple[int, int]:
    if bits.take(8) in _HIGH:
        raise ValueError
    bits.take(16)
    bits.golomb()  # seq_parameter_set_id
    bits.golomb()  # log2_max_frame_num
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        raise ValueError
    bits.golomb()  # max_num_ref_frames
    bits.take(1)
    width, height = bits.golomb() + 1, bits.golomb() + 1
    frames = bits.take(1)
    if not frames:
        bits.take(1)
    bits.take(1)
    left = right = top = bottom = 0
    if bits.take(1):
        left, right, top, bottom = (bits.golomb() for _ in range(4))
    unit = 2 * (2 - frames)
    return width * 16 - 2 * (left + right), height * 16 * (2 - frames) - unit * (top + bottom)
