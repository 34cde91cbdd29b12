"""The province's CA: keys, requests, certificates, revocation lists. No I/O but files."""
