"""What carries the media of a conference: a port, and the engines behind it."""
