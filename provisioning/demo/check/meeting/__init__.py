"""A conference driven as people would: an official in the centre, the chair, a guest."""
