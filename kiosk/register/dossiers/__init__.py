"""Dossiers: received, worked on, handed over, returned; their papers, clocks and logbook."""
