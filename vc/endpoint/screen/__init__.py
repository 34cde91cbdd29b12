"""The room's display: the conference, large, and a few big buttons."""
