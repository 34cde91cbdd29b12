"""What a field may offer while it is typed: ends of e-mail addresses, names of places. Pure."""

from collections.abc import Iterable

from kiosk.catalogue.words import folded

DOMAINS = ("gmail.com", "yahoo.com", "outlook.com", "icloud.com", "hotmail.com")


def addresses(text: str, domains: Iterable[str] = DOMAINS) -> tuple[str, ...]:
    """Return whole addresses for what stands before the @, and begins like what stands behind."""
    name, _, begun = text.partition("@")
    if not name or "@" in begun:
        return ()
    return tuple(f"{name}@{one}" for one in domains if one.startswith(begun) and one != begun)


def places(text: str, names: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """Return names that begin like the text, then names with a word that does; accents forgiven.

    A name that is right letter for letter goes before one that only sounds like it.
    """
    begun = folded(text.strip().lower())
    if not begun:
        return ()
    found = [(rank, name) for name in names if (rank := _rank(text.strip(), begun, name))]
    return tuple(name for _, name in sorted(found)[:most])


def _rank(text: str, begun: str, name: str) -> int:
    plain = folded(name.lower())
    if name.casefold().startswith(text.casefold()):
        return 1
    if plain.startswith(begun):
        return 2
    return 3 if f" {begun}" in plain else 0
