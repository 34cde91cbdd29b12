"""What a process with a window stands on: Kivy set up our way, and its loop put to sleep."""
