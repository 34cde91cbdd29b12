"""Bases of what the session is made of: facts, pages, actions, effects."""

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything the session is made of."""


class Page(Fact, frozen=True, kw_only=True, tag=True):
    """Where the citizen is."""


class Action(Fact, frozen=True, kw_only=True, tag=True):
    """What a button means."""


class Effect(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something to do outside; its outcome comes back as an event."""
