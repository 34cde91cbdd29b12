"""The MicroPython application of a board; every file here runs there."""
