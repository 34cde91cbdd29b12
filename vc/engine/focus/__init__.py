"""The embedded engine: an rtp, a video and an audio process; decode, compose, encode once."""
