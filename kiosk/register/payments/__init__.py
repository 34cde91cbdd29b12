"""Fees asked for dossiers, and how their money is confirmed (PAY-5)."""
