"""A province on one laptop: real processes, the real topology, simulated hardware."""
