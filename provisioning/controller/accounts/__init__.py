"""People: passwords, second factors, sessions; the audit log."""
