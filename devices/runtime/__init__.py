"""The ground, moving: buses, requests, the journal, supervision and a process's life."""
