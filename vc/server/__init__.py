"""The conference server: rules, control over the bus, consoles, recording."""
