"""Beyond the app: wake the browsers of those who were told something, and write them an e-mail.

Nobody waits for it, and nothing depends on it: what was told stands in the app.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import select, update

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.jobs import crontab, every, job
from server.messages import mail, push
from server.messages.model import Message
from server.messages.rules import text
from server.web.i18n import DEFAULT

TRIED_AGAIN_AFTER, TRIED_FOR = timedelta(minutes=5), timedelta(days=1)
AT_ONCE = 500


@job
def deliver(ids: Sequence[str]) -> None:
    """Wake and write to those these messages are for."""
    for start in range(0, len(ids), AT_ONCE):
        told = _told(Message.id.in_(ids[start : start + AT_ONCE]))
        _write(told)
        woken = push.wake({person.id: person for _message, person in told}.values())
        _note("pushed_at", [message for message, person in told if person.id in woken])


@every(crontab(minute="*/10"))
def write_again() -> None:
    """What the mail server did not take is tried again for a day."""
    if current_app.config["MAIL_URL"]:
        since, until = now() - TRIED_FOR, now() - TRIED_AGAIN_AFTER
        waits = (Message.mailed_at.is_(None), Message.seen_at.is_(None), Person.email.is_not(None))
        _write(_told(Message.at.between(since, until), *waits))


def _told(*conditions: object) -> list[tuple[Message, Person]]:
    query = select(Message, Person).join(Person, Person.id == Message.person_id)
    rows = db.session.execute(query.where(*conditions, Person.active).order_by(Message.at))  # type: ignore[arg-type]
    return [(message, person) for message, person in rows]


def _write(told: Iterable[tuple[Message, Person]]) -> None:
    """One letter to each person, whatever the number of messages; nothing is locked meanwhile."""
    by_person: defaultdict[str, list[Message]] = defaultdict(list)
    letters: dict[str, mail.Letter] = {}
    for message, person in told:
        if person.email and message.mailed_at is None:
            locale = person.locale or DEFAULT
            by_person[person.id].append(message)
            lines = [text(one.code, one.particulars, locale) for one in by_person[person.id]]
            greeting = text("greeting", {"count": len(lines)}, locale)
            letters[person.id] = mail.Letter(person.email, greeting, lines)
    taken = mail.send(letters)
    _note("mailed_at", [one for person in taken for one in by_person[person]])


def _note(column: str, messages: Sequence[Message]) -> None:
    if messages:
        ids = [one.id for one in messages]
        with transaction():
            db.session.execute(update(Message).where(Message.id.in_(ids)).values({column: now()}))
