"""Reading the chip of an identity card, beside its QR code."""
