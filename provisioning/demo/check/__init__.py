"""The demo driven as people would: a citizen, an officer and a technician, through real screens."""
