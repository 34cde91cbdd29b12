"""A kiosk's end of a call for help."""
