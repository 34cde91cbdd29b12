"""Packets: one WebRTC session (`Peer`), what it sends and what it receives."""
