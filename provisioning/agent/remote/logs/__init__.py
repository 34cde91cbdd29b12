"""The logs of a box: journald's, or files; packed for the way to the province."""
