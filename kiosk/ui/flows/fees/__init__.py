"""Fees of a dossier: what is asked, a transfer by VietQR, and whether it is confirmed."""
