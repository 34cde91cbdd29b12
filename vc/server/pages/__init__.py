"""What the conference's people see in a browser: schedule, console, join page."""
