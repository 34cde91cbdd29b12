"""Sessions of citizens who are remembered: a kiosk's memory, and what is left of them."""
