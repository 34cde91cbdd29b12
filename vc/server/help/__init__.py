"""The help desk: citizens at kiosks call, officers at `/help` answer (docs/decisions/0018)."""
