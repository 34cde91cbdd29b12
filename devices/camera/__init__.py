"""Cameras: the newest picture of a page, a card or a desk."""
