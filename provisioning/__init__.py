"""The fleet: the central controller, the demo of a province, and the `motcua` command."""
