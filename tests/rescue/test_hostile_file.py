"""A rescue file made by somebody who means ill: what it claims is bounded before anything is done with it."""

import datetime as dt
import json
import os
from itertools import chain, repeat
from types import SimpleNamespace

import pytest

from server.kernel.problems import Problem
from server.rescue import actions, rules
from server.rescue.contents import LONGEST_ENTRY, Contents, Piece, look_through
from server.rescue.parcel import Damage, Frame
from tests.builders import fresh_id

HASH = "ab" * 32


class Open:
    """A vault whose contents are not sealed."""

    def value(self, place, content):
        return json.loads(content)


def seen(*frames):
    return look_through(SimpleNamespace(frames=lambda: frames), Open())


def entry(**members):
    said = {"visit": fresh_id(), "device": fresh_id(), "seq": 2, "hash": HASH, "prev": HASH, **members}
    return Frame(0, {"entry": said["hash"]}, json.dumps(said).encode())


@pytest.mark.parametrize(
    "members",
    [{"visit": "\0"}, {"device": "x" * 40}, {"hash": "x"}, {"prev": "x"}, {"body": "x" * LONGEST_ENTRY}],
)
def test_an_entry_that_cannot_be_one_is_damage(members):
    assert seen(entry()).damaged == []
    found = seen(entry(**members))
    assert ([one["what"] for one in found.damaged], found.links) == (["entry"], {})


def test_a_file_of_no_visit_is_damage():
    content = b'{"visit": "\\u0000", "type": "image/jpeg"}'
    file = Frame(0, {"file": "f", "visit": "\0", "sha256": HASH, "chunks": 1}, content)
    found = seen(file, Frame(0, {"take": "t"}, content))
    assert ([one["what"] for one in found.damaged], found.pieces) == (["file", "segment"], {})


def test_as_many_enrolments_and_lost_places_as_a_phone_may_name():
    said = {"device": fresh_id(), "person": {"id": fresh_id()}, "former": [fresh_id()] * 1000}
    about = rules.read_about(said, dt.datetime.now(dt.UTC))
    assert len(about.devices) == 1 + rules.MOST_FORMER
    links = [rules.Link(about.device, 400 * n, HASH, HASH, 0) for n in range(1, 5)]
    assert len(rules.lost_places(links, [about.device], set())) == rules.BATCH


def test_whose_it_is_is_not_looked_for_without_end(app):
    about = {"device": fresh_id(), "person": {"id": fresh_id()}}
    frames = chain(repeat(Damage(0), rules.MOST_FRAMES), [Frame(0, {"about": about}, b"")])
    with app.app_context(), pytest.raises(Problem):
        actions._about(SimpleNamespace(frames=lambda: frames))


class Killed(BaseException):
    """The server goes down."""


def test_a_draft_left_by_a_killed_server_is_swept(app, any_db, monkeypatch):
    left = []

    def cut(self, piece, handle):
        os.close(handle)
        (draft,) = folder.iterdir()
        os.utime(draft, (0, 0))
        actions.give_up_abandoned()
        left.extend(folder.iterdir())
        raise Killed

    monkeypatch.setattr(actions._Importing, "_decrypt", cut)
    importing = object.__new__(actions._Importing)
    importing.found = Contents()
    with app.app_context():
        folder = actions._folder()
        with pytest.raises(Killed):
            importing._take_file(fresh_id(), Piece("p", "v", "image/jpeg", HASH), rules.new_visit())
    assert left == []
