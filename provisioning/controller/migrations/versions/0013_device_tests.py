"""Tests of single devices are orders like the others: the table they had of their own goes.

Each of its rows becomes an order: a self-test of one device, with the answer that was written down.
The orders are numbered anew by when they were asked, so that a box's list stays in time. The old
rows were never in the audit log's chain, and are not put into it: what was not chained when it was
done proves nothing.

Terminals of all boxes are found by when they were opened.
"""

import json
from collections import deque
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_ANSWERED_WITHIN = timedelta(seconds=15)
_NAME = sa.String(64)
_AUDIT = sa.table(
    "audit",
    sa.column("id", sa.BigInteger),
    sa.column("at", UtcDateTime()),
    sa.column("actor", sa.String),
    sa.column("box", _NAME),
    sa.column("body", sa.LargeBinary),
    sa.column("outcome", _NAME),
    sa.column("text", sa.String),
)
_COMMAND = sa.table(
    "command",
    sa.column("id", sa.BigInteger),
    sa.column("name", _NAME),
    sa.column("box", _NAME),
    sa.column("kind", _NAME),
    sa.column("body", sa.LargeBinary),
    sa.column("actor", sa.String),
    sa.column("reason", sa.String),
    sa.column("keeps", sa.Boolean),
    sa.column("state", _NAME),
    sa.column("code", _NAME),
    sa.column("text", sa.String),
    sa.column("reply", sa.LargeBinary),
    sa.column("asked_at", UtcDateTime()),
    sa.column("not_after", UtcDateTime()),
    sa.column("due_at", UtcDateTime()),
    sa.column("ended_at", UtcDateTime()),
)


def upgrade() -> None:
    """Carry its rows over, and drop it."""
    db = op.get_bind()
    orders, tests = _numbers(db)
    renumber = sa.update(_COMMAND).where(_COMMAND.c.id == sa.bindparam("was"))
    renumber = renumber.values(id=sa.bindparam("now"))
    moved = [{"was": was, "now": now} for was, now in reversed(orders.items()) if was != now]
    for at in range(0, len(moved), _AT_ONCE):  # the newest first: no number is taken yet
        db.execute(renumber, moved[at : at + _AT_ONCE])
    wanted = list(tests)
    for at in range(0, len(wanted), _AT_ONCE):
        rows = db.execute(sa.select(_AUDIT).where(_AUDIT.c.id.in_(wanted[at : at + _AT_ONCE])))
        db.execute(sa.insert(_COMMAND), [_order(row, tests[row.id]) for row in rows])
    if tests and db.dialect.name == "postgresql":
        db.execute(
            sa.text("SELECT setval(pg_get_serial_sequence('command', 'id'), max(id)) FROM command")
        )
    op.drop_index("ix_audit_box", "audit")
    op.drop_table("audit")
    op.create_index("ix_shell_opened_at", "shell", ["opened_at", "name"])


def _numbers(db: sa.Connection) -> tuple[dict[int, int], dict[int, int]]:
    """Return the new numbers of orders and of tests by their old ones, each upwards.

    An order moves up by as many tests as are older than it; these take the room below it.
    """
    known = db.execute(sa.select(_COMMAND.c.id, _COMMAND.c.asked_at).order_by(_COMMAND.c.id))
    found = db.execute(sa.select(_AUDIT.c.id, _AUDIT.c.at).order_by(_AUDIT.c.at, _AUDIT.c.id))
    older = deque((row.id, row.at) for row in found)
    orders: dict[int, int] = {}
    tests: dict[int, int] = {}
    last = 0
    for number, asked_at in known:
        while older and older[0][1] <= asked_at:
            last += 1
            tests[older.popleft()[0]] = last
        last = orders[number] = number + len(tests)
    for number, _ in older:
        last += 1
        tests[number] = last
    return orders, tests


def _order(row: sa.Row[Any], number: int) -> dict[str, Any]:
    name, device = f"{row.id:024x}", _device(row.body)
    until: datetime = row.at + _ANSWERED_WITHIN
    order = {"type": "agent.test", "order": name, "not_after": until.isoformat()}
    state, code, reply = _outcome(row.outcome, row.text, device)
    return {
        "id": number,
        "name": name,
        "box": row.box,
        "kind": "agent.test",
        "body": json.dumps({**order, "devices": [device] if device else []}).encode(),
        "actor": row.actor,
        "reason": "",
        "keeps": False,
        "state": state,
        "code": code,
        "text": row.text,
        "reply": json.dumps(reply).encode() if reply else b"",
        "asked_at": row.at,
        "not_after": until,
        "due_at": until,
        "ended_at": until,
    }


def _outcome(outcome: str, text: str, device: str) -> tuple[str, str, dict[str, Any] | None]:
    """Return the state, the code and the reply that an old outcome means."""
    if outcome in ("done", "failed"):
        passed = outcome == "done"
        one = {"device": device, "passed": passed, "text": text}
        reply = {"type": "agent.tested", "devices": [one]}
        return ("succeeded", "", reply) if passed else ("failed", "test.failed", reply)
    if outcome in ("asked", "request.deadline"):
        return "timed_out", "request.deadline", None
    return "rejected", outcome, None


def _device(body: bytes) -> str:
    try:
        asked = json.loads(body)
    except ValueError:
        return ""
    device = asked.get("device", "") if isinstance(asked, dict) else ""
    return device if isinstance(device, str) else ""
