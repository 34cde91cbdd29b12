"""The citizen's touchscreen: a pure session, a thread for the world, Kivy for the glass."""
