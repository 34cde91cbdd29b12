"""Feedback of citizens (phản ánh, kiến nghị): taken at kiosks, answered by province or office."""
