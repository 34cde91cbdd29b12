"""Security events to a collector: CEF text in syslog over TLS (domain SEC-3)."""
