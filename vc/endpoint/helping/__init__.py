"""A kiosk's end of a call for help: camera, sound and packets, and the line to the desk."""
