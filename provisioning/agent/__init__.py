"""The agent of a box: enrolment, settings, commands, health."""
