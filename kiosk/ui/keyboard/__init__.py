"""The kiosk's own keyboard: Telex, VNI and buttons for signs; what is typed; how keys lie."""
