"""The store's tables, step by step."""
