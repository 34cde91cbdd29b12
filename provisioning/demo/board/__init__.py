"""The commune's board in the demo: its firmware, its desk buttons, and what hands do to it."""
