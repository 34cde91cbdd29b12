"""The wire to the microcontroller and the firmware on it; knows nothing of the house."""
