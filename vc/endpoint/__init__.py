"""A conference room: camera, microphone, loudspeaker, screen, buttons."""
