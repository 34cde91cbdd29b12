"""Every screen as a picture in docs/screens, and what checks that none is missing there."""
