"""Appointments: slots of a day, made by telephone or at the desk, checked in at the kiosk."""
