"""Preparing a dossier: the declaration, the papers before the camera, sealed to the officer."""
