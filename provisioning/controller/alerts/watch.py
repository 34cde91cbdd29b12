"""From readings to alerts: hysteresis, patience, and one alert for an area. Pure.

Each subject of each box is quiet, rising (bad, but not yet for long enough), raised, or falling
(good again, but not yet for long enough). Boxes of one unit that go within a while are one alert of
that unit; their own are kept under it, and stand alone again if they outlast it.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from provisioning.controller.alerts.alert import Alert, News
from provisioning.controller.alerts.areas import Areas
from provisioning.controller.alerts.readings import BoxFacts, Key, Reading, is_gone, readings
from provisioning.controller.alerts.rules import Kind, Rules


class _Subject(msgspec.Struct):
    """A bad reading followed through time: since when, and since when it is good again."""

    reading: Reading
    since: datetime
    good_since: datetime | None = None
    raised: bool = False


class Watch:
    """Follows every subject of every box. Moments are given, and only go forward."""

    def __init__(self, rules: Rules, open_alerts: Iterable[Alert] = ()) -> None:
        self._rules = rules
        self._subjects: dict[Key, _Subject] = {}
        self._of_box: defaultdict[str, set[Key]] = defaultdict(set)
        self._moving: set[Key] = set()
        self._areas = Areas(rules.area, rules.offline.after_s)
        for alert in open_alerts:
            self._take_up(alert)

    def look(self, facts: BoxFacts, now: datetime) -> None:
        """Take what is known of a box now; `step` says what it means."""
        self._areas.place(facts.state.box, facts.path)
        read = {reading.key: reading for reading in readings(facts, now)}
        for reading in read.values():
            self._read(reading, now)
        if not is_gone(facts.state):
            for key in self._of_box[facts.state.box] - set(read):
                self._read(Reading(key, self._good(key)), now)  # taken out of the box, or renamed

    def forget(self, box: str) -> News:
        """Let go of a box that is retired; its alerts are cleared."""
        known = sorted(self._of_box[box])
        cleared = tuple(key for key in known if self._subjects[key].raised)
        for key in known:
            self._let_go(key)
        del self._of_box[box]
        self._areas.place(box, ())
        return News(cleared=cleared)

    @property
    def boxes(self) -> frozenset[str]:
        """The boxes with something that is bad, or was a moment ago."""
        return frozenset(key.where for key in self._subjects)

    def step(self, now: datetime) -> News:
        """Return what is raised and cleared by now."""
        due: list[Key] = []
        cleared: list[Key] = []
        for key in sorted(self._moving):
            subject = self._subjects[key]
            rule = self._rules.of(key.kind)
            if subject.raised:
                if subject.good_since and _past(subject.good_since, rule.clear_after_s, now):
                    self._let_go(key)
                    cleared.append(key)
            elif _past(subject.since, rule.after_s, now):
                due.append(key)
        alone = self._ended_areas(cleared, now)
        fresh, told_with_others = self._begun_areas(due, now)
        own = [
            self._alert(key, self._raise(key))
            for key in due
            if key.kind is not Kind.OFFLINE or key.where not in told_with_others
        ]
        return News((*fresh, *own, *alone), tuple(cleared), tuple(self._areas.changed()))

    # -- subjects

    def _take_up(self, alert: Alert) -> None:
        if alert.is_area:
            self._areas.take_up(alert)
            for box in alert.boxes:
                self._take_up(Alert(key=_offline(box), severity=alert.severity, since=alert.since))
            return
        reading = Reading(alert.key, alert.value, alert.code, alert.text)
        subject = _Subject(reading, since=alert.since, raised=True)
        self._subjects[alert.key] = subject
        self._of_box[alert.key.where].add(alert.key)
        if not self._rules.of(alert.key.kind).enabled:  # switched off since
            subject.good_since = alert.since
            self._moving.add(alert.key)

    def _read(self, reading: Reading, now: datetime) -> None:
        key = reading.key
        rule = self._rules.of(key.kind)
        subject = self._subjects.get(key)
        if not rule.enabled:
            return
        if rule.is_bad(reading.value):
            if subject is None:
                subject = self._subjects[key] = _Subject(reading, since=now)
                self._of_box[key.where].add(key)
                self._moving.add(key)
            elif subject.raised:
                self._moving.discard(key)
            subject.reading, subject.good_since = reading, None
        elif subject is not None:
            self._read_better(subject, is_good=rule.is_good(reading.value), now=now)

    def _read_better(self, subject: _Subject, *, is_good: bool, now: datetime) -> None:
        key = subject.reading.key
        if not subject.raised:
            self._let_go(key)
        elif is_good:
            subject.good_since = subject.good_since or now
            self._moving.add(key)
        else:
            subject.good_since = None
            self._moving.discard(key)

    def _raise(self, key: Key) -> _Subject:
        subject = self._subjects[key]
        subject.raised = True
        self._moving.discard(key)
        return subject

    def _let_go(self, key: Key) -> None:
        del self._subjects[key]
        self._of_box[key.where].discard(key)
        self._moving.discard(key)

    def _good(self, key: Key) -> float:
        return self._rules.of(key.kind).clear_at

    def _alert(self, key: Key, subject: _Subject) -> Alert:
        return Alert(
            key=key,
            severity=self._rules.of(key.kind).severity,
            since=subject.since,
            value=subject.reading.value,
            code=subject.reading.code,
            text=subject.reading.text,
        )

    # -- areas

    def _begun_areas(self, due: Iterable[Key], now: datetime) -> tuple[list[Alert], set[str]]:
        """Return the areas that are new, and the boxes not to be told alone.

        Losses of one cut are noticed up to a keep-alive apart: a box whose patience is over waits
        for others of its area that are gone too, as long again at most.
        """
        lost = [key for key in due if key.kind is Kind.OFFLINE]
        if not lost:
            return [], set()
        fresh = self._areas.begin(self._gone(now), now)
        covered = self._areas.boxes
        for key in lost:
            if key.where in covered:
                self._raise(key)
        return fresh, {*covered, *self._waiting_for_others(lost, now)}

    def _waiting_for_others(self, lost: Iterable[Key], now: datetime) -> set[str]:
        """Return the lost boxes of what will be an area, should none of it come back by then."""
        longest_s = 2 * self._rules.offline.after_s
        all_bad = {
            key.where: subject.since
            for key, subject in self._subjects.items()
            if key.kind is Kind.OFFLINE
        }
        soon = {box for boxes in self._areas.judged(all_bad, now).values() for box in boxes}
        return {
            key.where
            for key in lost
            if key.where in soon and not _past(self._subjects[key].since, longest_s, now)
        }

    def _ended_areas(self, cleared: list[Key], now: datetime) -> list[Alert]:
        """End the areas that are mostly back; return the boxes that are not, each on its own."""
        if not self._areas:
            return []
        ended = self._areas.end(self._gone(now))
        cleared += ended.areas
        subjects = ((key, self._subjects[key]) for key in map(_offline, ended.alone))
        return [self._alert(key, subject) for key, subject in subjects if subject.raised]

    def _gone(self, now: datetime) -> dict[str, datetime]:
        """Return since when boxes are gone, of those whose patience is over."""
        patience_s = self._rules.offline.after_s
        return {
            key.where: subject.since
            for key, subject in self._subjects.items()
            if key.kind is Kind.OFFLINE
            and (subject.raised or _past(subject.since, patience_s, now))
        }


def _offline(box: str) -> Key:
    return Key(Kind.OFFLINE, box)


def _past(since: datetime, seconds: float, now: datetime) -> bool:
    return now - since >= timedelta(seconds=seconds)
