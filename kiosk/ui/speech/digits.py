"""Numbers as they are read aloud: tickets and codes sign by sign (domain QUE-7), amounts whole."""

import re

_TOKEN = re.compile(r"(?<![\w/:])[0-9A-Za-zĐđ*•][0-9A-Za-zĐđ*•.\-]*")
_AMOUNT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_DATE = re.compile(r"[0-9]{1,2}[.-][0-9]{1,2}(?:[.-][0-9]{4})?")
_MASK = re.compile(r"[*•]{2,}")
_LONG = 5  # digits: a number of more is nobody's count
_NAMED = 2  # digits beside letters make a number of a paper


def aloud(text: str, hidden: str) -> str:
    """Return the text with its numbers as they are read; `hidden` stands for masked digits."""
    return _TOKEN.sub(lambda found: _said(found, hidden), text)


def _said(found: re.Match[str], hidden: str) -> str:
    token = found[0].rstrip(".-")
    after = found[0][len(token) :] + found.string[found.end() : found.end() + 1]
    tail = found[0][len(token) :]
    if after[:1] in ("/", ":") or _AMOUNT.fullmatch(token) or _DATE.fullmatch(token):
        return found[0]
    digits = sum(letter.isdigit() for letter in token)
    lettered = any(letter.isalpha() for letter in token)
    masked = _MASK.search(token)
    if digits and (masked or digits >= _LONG or (lettered and digits >= _NAMED)):
        return signs(token, hidden) + tail
    return found[0]


def signs(number: str, hidden: str) -> str:
    """Return a number sign by sign, its groups apart."""
    groups = re.split(r"[.\-]+", _MASK.sub("-*-", number))
    spelled = [hidden if group == "*" else " ".join(group) for group in groups if group]
    return ", ".join(spelled)
