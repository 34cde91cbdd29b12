"""WHIP (RFC 9725), WHEP and the two-way POST of our own rooms: client and server share it."""
