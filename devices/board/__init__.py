"""The box's board: a microcontroller with LED panel, buttons, lamps, switches and a watchdog."""
