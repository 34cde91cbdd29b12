"""Where the memory of pictures goes once they are gone: back to the system, at once."""

import ctypes

_M_MMAP_THRESHOLD = -3  # malloc.h
_LARGE_BYTES = 1 << 20


def give_back_large_blocks() -> None:
    """Have every block of a megabyte and more leave the process when it is freed (mallopt(3)).

    glibc raises that mark to 32 MB by itself as pictures come and go, and keeps what was freed in
    pools of each thread: a process that scans stays 130 MB larger, and a paper's dots lie in it
    until something else is written over them. It costs a fifth more time where pictures are made.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):  # of glibc only
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
