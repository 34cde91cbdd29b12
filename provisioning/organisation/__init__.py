"""The tree of administrative units by date, and the sites in it."""
