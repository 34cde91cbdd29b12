"""A prepared dossier between kiosk and counter server: what is in it, and how it is shut."""
