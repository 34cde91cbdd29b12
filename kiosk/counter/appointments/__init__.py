"""Coming by appointment: one number for each, called at its time, and the officers' list."""
