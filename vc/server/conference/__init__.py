"""The rules of a conference, pure: time and identity are arguments."""
