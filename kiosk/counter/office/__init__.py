"""The back office of a site: the province's systems, what waits for them, and the tables of law."""
