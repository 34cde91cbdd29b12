"""Papers that a kiosk prints besides the ticket. Pure; none is an official form (DOS-9, G-7)."""
