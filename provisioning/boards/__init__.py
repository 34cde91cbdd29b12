"""`motcua board`: a technician at the box's own keyboard, and the board at its port."""
