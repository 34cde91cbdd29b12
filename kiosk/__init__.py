"""The one-stop kiosk: the touchscreen, and the counter server behind it."""
