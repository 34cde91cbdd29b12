"""Fees: asked of the payment system for kiosks, reconciled by officers (PAY-5)."""
