"""Coming by appointment: the code, and the number that is called at its time."""
