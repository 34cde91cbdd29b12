"""The demo's conference: a server, the centre's room with its screen, nine sites."""
