"""Looking a dossier up: its code, how it stands, what to do next."""
