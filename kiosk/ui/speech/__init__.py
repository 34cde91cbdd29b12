"""Every page read aloud to one person, on request (EN 301 549 V3.2.1 §5.1.3)."""
