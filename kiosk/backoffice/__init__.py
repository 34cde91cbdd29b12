"""Connectors to the systems behind the office: ports, clients, and an outbox that loses nothing."""
