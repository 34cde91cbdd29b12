"""How a box gets its certificate and keeps it: an EST client (RFC 7030) and its patience."""
