"""Run a noisy conversation and print a digest of every byte of it: the same under any Python."""

import sys
from binascii import crc32

sys.path.insert(0, ".")

from firmware_bridge import cobs, frames
from tests.firmware_bridge.pair import Chance, Pair


def conversation(seed: int) -> int:
    """Return a digest of what two ends said and heard, with a restart amid it."""
    pair = Pair(seed, byte_us=40, flips=20, drops=20)
    chance = Chance(seed)
    pair.a.to_say = [chance.bytes(1 + chance.below(60)) for _ in range(80)]
    pair.b.to_say = [chance.bytes(1 + chance.below(300)) for _ in range(20)]
    pair.run(300)
    pair.b.start()
    pair.b.to_say = [chance.bytes(30) for _ in range(20)]
    if not pair.until_quiet(60_000):
        return 0
    digest = crc32(pair.there.record, crc32(pair.back.record))
    for heard in pair.a.heard + pair.b.heard:
        digest = crc32(heard, digest)
    return digest


def main() -> None:
    chance = Chance(9)
    lines = [str(frames.TABLE_HASH)]
    for size in (0, 1, 253, 254, 255, 508, 600):
        data = chance.bytes(size)
        packet = cobs.encode(data)
        lines.append(f"{size} {crc32(packet)} {cobs.decode(packet) == bytearray(data)}")
    lines.append(str(frames.ask("lamp", 7, 1, 2)) + str(frames.tell("pressed", 1, 2, 3, 4)))
    lines.extend([f"{seed} {conversation(seed)}" for seed in (1, 2, 3)])
    sys.stdout.write("\n".join(lines) + "\n")


main()
