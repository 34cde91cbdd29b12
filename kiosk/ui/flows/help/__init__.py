"""Calling an officer of the province's help desk (docs/decisions/0018)."""
