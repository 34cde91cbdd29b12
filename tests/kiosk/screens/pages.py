"""Which pages of the counter server docs/screens shows."""

OFFICER = "officer"
PAGES: dict[str, str] = {
    "sign-in": "An officer signs in at a counter.",
    "queue": "The number served, who waits and why there, who is held or did not come.",
    "hold": "Why a number is held: chosen, never typed.",
    "transfer": "Where a number goes.",
    "pause": "Why a counter pauses.",
    "drafts": "What citizens prepared at kiosks.",
    "draft": "A prepared dossier, opened: what was declared, what was scanned, what is missing.",
    "appointments": "Who comes today, and who is here.",
    "fees": "The fees of the day, confirmed or not, for reconciliation.",
    "fee-undo": "A confirmation is taken back with a reason.",
    "feedback": "What citizens wrote, and by when each is answered.",
    "feedback-one": "One of them, with the answer that is being written.",
    "others": "What the other counters do.",
    "totals": "The day in figures.",
    "screen": "The officer's tab of the second screen.",
    "facing-door": "The second screen asks for its code.",
    "facing-call": "The second screen calls a number.",
    "facing-sheet": "Officer and citizen look at the same facts; they go by themselves.",
    "facing-rate": "The second screen asks how it was.",
    "facing-break": "The second screen says when the counter is back.",
    "head": "Who leads sees every counter.",
    "head-line": "Everybody who waits, and what may be done for them.",
    "head-totals": "The day of the whole site.",
    "tv": "The board of the waiting room.",
    "ticket": "A citizen's own phone, by the ticket's QR symbol.",
}
"""By name: what it shows. `tests/kiosk/screens/officer.py` takes them."""
