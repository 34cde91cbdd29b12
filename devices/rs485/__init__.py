"""RS-485: one serial port, and the Modbus RTU units on its two wires."""
