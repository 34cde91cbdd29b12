"""Python's search for garbage in rings, in a process that knows tens of thousands of boxes.

It holds all threads while it looks: at half a million objects for half a second. What boxes tell is
in no rings and says so where it is defined (`gc=False`), so it is not looked at.
"""

import gc

_NEW_OBJECTS = 5_000  # some 5 ms; at 700, its own measure, it would look in the middle of a batch


def leave_what_is_here() -> None:
    """Look at all that is here once more, and from now on at what is new only."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
