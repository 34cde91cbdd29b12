"""The LED panel above a counter or a hall."""
