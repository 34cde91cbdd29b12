"""Looking dossiers up for kiosks, and which official code a kiosk's own number has become."""
