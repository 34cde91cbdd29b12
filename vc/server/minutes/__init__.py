"""Biên bản: what happened in a meeting, as an official document, ODT and PDF."""
