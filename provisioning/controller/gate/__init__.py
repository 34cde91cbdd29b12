"""The boxes' own door: EST, uploads and the time, over TLS with the province's CA."""
