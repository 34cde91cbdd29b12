"""The supervisor: all counters at a glance, and a hand in the queue."""
