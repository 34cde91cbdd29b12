"""Desired settings: profiles, documents, what boxes report of them."""
