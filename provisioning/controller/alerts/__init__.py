"""Alerts: rules with hysteresis, one for an area, and who hears of them."""
