"""The box's settings: what the province wants, judged, and put into force."""
