"""A room's sound: microphone, loudspeaker, and what keeps one out of the other."""
