"""The second screen of a counter, which faces the citizen."""
