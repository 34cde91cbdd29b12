"""The brokers' suite."""
