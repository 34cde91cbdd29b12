"""Feedback: Open311 GeoReport v2 for machines, and the officers' pages that answer it."""
