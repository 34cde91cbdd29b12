"""The boxes' boards as the province sees them: what they lived through, and firmware for them."""
