"""What a phone tells the office of itself, and what it does once its enrolment was ended."""

from typing import Any

from server.accounts import devices
from server.accounts.model import Device, Person
from server.infra.db import db, transaction
from tests.phone_store.conftest import Field, Tab
from tests.phone_store.test_sync import keep, photo, problems, write


def row(field: Field, device: str) -> Device:
    """The device as the server has it."""
    app = field.server.app
    with app.app_context():
        found = db.session.get_one(Device, device)
        db.engine.dispose()
    return found


def end(field: Field, device: str) -> None:
    """The office reports the phone lost."""
    app = field.server.app
    with app.app_context(), transaction():
        office = db.session.get_one(Person, field.people["he"])
        devices.revoke(office, db.session.get_one(Device, device), "lost", "遗失")
    with app.app_context():
        db.engine.dispose()


def device_of(tab: Tab) -> str:
    return tab.run("return store.device;")


def sign_in_again(field: Field, tab: Tab) -> dict[str, Any]:
    field.sign_in(tab.page.context, "zhou")
    return tab.sync()


def test_what_is_on_the_phone_only_is_told(field: Field) -> None:
    tab = field.working("zhou")
    write(field, tab)
    tab.sync()
    said = row(field, device_of(tab))
    assert (said.unsent_entries, said.unsent_files, said.unsent_bytes) == (0, 0, 0)
    assert said.reported_at is not None


def test_a_file_that_cannot_go_yet_is_counted(field: Field) -> None:
    tab = field.working("zhou")
    tab.page.context.route("**/api/evidence/uploads**", lambda route: route.abort())
    content = photo()
    keep(field, tab, content)
    tab.sync()
    said = row(field, device_of(tab))
    assert (said.unsent_files, said.unsent_bytes) == (1, len(content))
    tab.page.context.unroute("**/api/evidence/uploads**")
    tab.sync()
    said = row(field, device_of(tab))
    assert (said.unsent_files, said.unsent_bytes) == (0, 0)


def test_an_ended_enrolment_says_so_keeps_all_and_goes_on_under_a_new_one(field: Field) -> None:
    tab = field.working("zhou")
    write(field, tab)
    tab.sync()
    old = device_of(tab)
    end(field, old)
    held = write(field, tab)
    assert tab.sync()["problem"] == "sign-in"
    state = sign_in_again(field, tab)
    assert (state["phase"], state["problem"]) == ("attention", "device-revoked")
    assert problems(field, state) == ["quarantined"]
    assert held in tab.run("return store.hashes(given);", field.visit)
    tab.run("await app.renewEnrolment(store);")
    later = write(field, tab)
    assert tab.sync()["problem"] is None
    assert device_of(tab) != old
    assert later in tab.run("return (await app.openLedger(store, given)).accepted;", field.visit)
    assert row(field, device_of(tab)).revoked_at is None
