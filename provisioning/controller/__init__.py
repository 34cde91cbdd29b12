"""The province's controller: what boxes tell is stored, shown, and answered with commands."""
