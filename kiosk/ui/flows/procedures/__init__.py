"""Looking a procedure up: papers, time, fee; its number, its list on paper, its page online."""
