"""What the province may ask of a box as a whole: restart, logs, screenshot, tests, a shell."""
