"""Prepared dossiers that wait for an officer: sealed, expiring, destroyed at every end."""
