"""The deeds of an edition of a list (R-104): open, merge, send round, answer, return, publish, give up.

Each locks the industry's row first, so that of two who publish at once one does and the other is told.
"""

from collections.abc import Sequence

from sqlalchemy import delete, select

from server.accounts.model import Department, Person
from server.catalogue import rules as list_rules
from server.catalogue.actions import publish_checklist
from server.catalogue.drafts import queries, rules
from server.catalogue.drafts.actions import held, take_over
from server.catalogue.drafts.merging import Draft
from server.catalogue.drafts.model import Countersignature, DraftItem, Edition, KeptApart
from server.catalogue.drafts.rules import Deed, State
from server.catalogue.model import ChecklistVersion, Industry
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db, insert_once
from server.infra.ids import new_id
from server.kernel.problems import Problem

VERSION_LENGTH = 40


def open_edition(person: Person, industry_code: str, reason: str) -> Edition:
    """Begin the next version of a list; one at a time."""
    industry = held(industry_code)
    if not rules.may_open(rules.parts(person.roles, person.department, industry.lead_department, ())):
        raise Problem("edition-not-yours")
    if queries.open_edition(industry_code):
        raise Problem("edition-open-already")
    current = queries.newest_version(industry_code)
    if current and not db.session.scalar(select(DraftItem.id).filter_by(industry=industry_code).limit(1)):
        take_over(person, industry, current.items)
    edition = Edition(
        id=new_id(),
        industry=industry_code,
        state=State.DRAFT,
        reason=reason,
        opened_at=now(),
        opened_by=person.id,
    )
    db.session.add(edition)
    record(person.id, "edition-opened", edition.id, industry=industry_code, reason=reason)
    return edition


def send_round(person: Person, edition_id: str) -> Edition:
    """Freeze the items as they are now and ask every department that has one; earlier answers are over."""
    edition, industry = _begun(person, edition_id, Deed.SEND_ROUND)
    items = rules.compose(queries.drafts(industry))
    fingerprint = list_rules.checklist_hash(items)
    if edition.state != State.DRAFT and fingerprint == edition.hash:
        raise Problem("edition-round-already")
    current = queries.newest_version(industry.code)
    if current and current.hash == fingerprint:
        raise Problem("edition-unchanged", version=current.version)
    list_rules.check_publishable(items, industry.lead_department, _inspecting())
    edition.items, edition.hash, edition.sent_round_at = items, fingerprint, now()
    edition.state = State.ROUND
    record(person.id, "edition-sent-round", edition.id, hash=fingerprint, items=len(items))
    return edition


def answer(person: Person, edition_id: str, fingerprint: str, agrees: bool, reason: str) -> Edition:
    """A department agrees to what is going round, or objects; when all agree the office's review begins."""
    edition, _industry = _begun(person, edition_id, Deed.ANSWER)
    if fingerprint != edition.hash:
        raise Problem("edition-moved-on")
    db.session.add(
        Countersignature(
            id=new_id(),
            edition_id=edition.id,
            department=person.department,
            hash=fingerprint,
            agrees=agrees,
            reason=reason,
            at=now(),
            actor=person.id,
        )
    )
    deed = "edition-agreed" if agrees else "edition-objected"
    record(person.id, deed, edition.id, department=person.department, reason=reason)
    db.session.flush()
    if rules.all_agree(queries.standing(edition)):
        edition.state = State.REVIEW
        record(None, "edition-all-agreed", edition.id)
    return edition


def return_(person: Person, edition_id: str, reason: str) -> Edition:
    """The office sends a list back to its departments."""
    edition, _industry = _begun(person, edition_id, Deed.RETURN)
    edition.state = State.DRAFT
    record(person.id, "edition-returned", edition.id, reason=reason)
    return edition


def publish(person: Person, edition_id: str, version: str) -> ChecklistVersion:
    """The office publishes what all departments agreed to, under a number of its own."""
    edition, industry = _begun(person, edition_id, Deed.PUBLISH)
    if not 1 <= len(version) <= VERSION_LENGTH or not version.isprintable():
        raise Problem("version-number-needed", field="version", length=VERSION_LENGTH)
    if db.session.scalar(select(ChecklistVersion.id).filter_by(industry=industry.code, version=version)):
        raise Problem("checklist-published", field="version", version=version)
    items = edition.items or []
    if list_rules.checklist_hash(rules.compose(queries.drafts(industry))) != edition.hash:
        raise Problem("edition-changed")
    current = queries.newest_version(industry.code)
    sample = current.sample if current else False  # what grows out of a sample is no official list either
    published = publish_checklist(person.id, industry, version, items, sample, reason=edition.reason)
    db.session.flush()
    edition.state, edition.version_id = State.PUBLISHED, published.id
    edition.closed_at, edition.closed_by = now(), person.id
    record(person.id, "edition-published", edition.id, version=version, hash=published.hash)
    return published


def give_up(person: Person, edition_id: str, reason: str) -> Edition:
    """Close an edition that comes to nothing; the drafts stay."""
    edition, _industry = _begun(person, edition_id, Deed.GIVE_UP)
    edition.state, edition.closed_at, edition.closed_by = State.GIVEN_UP, now(), person.id
    record(person.id, "edition-given-up", edition.id, reason=reason)
    return edition


def merge(person: Person, edition_id: str, head_id: str, other_id: str) -> None:
    """Have one item answer for another as well; what the other answered for comes along."""
    edition, industry = _begun(person, edition_id, Deed.MERGE)
    head, other = _two(industry, head_id, other_id)
    rules.check_merge(queries.as_draft(head), queries.as_draft(other))
    followers = _merged_into(other)
    rules.compose([queries.as_draft(head), *(_under(head, one) for one in (other, *followers))])
    for one in (other, *followers):
        one.merged_into = head.id
    record(person.id, "drafts-merged", edition.id, head=head.code, other=other.code)


def keep_apart(person: Person, edition_id: str, one_id: str, other_id: str) -> None:
    """Two items look alike and stay two: they are not offered again."""
    edition, industry = _begun(person, edition_id, Deed.MERGE)
    one, other = _two(industry, one_id, other_id)
    least, most = sorted((one.id, other.id))
    insert_once(KeptApart, one=least, other=most, at=now(), actor=person.id)
    record(person.id, "drafts-kept-apart", edition.id, one=one.code, other=other.code)


def undo_merging(person: Person, edition_id: str, draft_id: str) -> None:
    """An item stands on its own again."""
    edition, industry = _begun(person, edition_id, Deed.MERGE)
    draft = _item(industry, draft_id)
    if draft.merged_into is not None:
        draft.merged_into = None
        record(person.id, "drafts-parted", edition.id, code=draft.code)


def undo_keeping_apart(person: Person, edition_id: str, one_id: str, other_id: str) -> None:
    """Offer two items for merging again."""
    edition, industry = _begun(person, edition_id, Deed.MERGE)
    one, other = _two(industry, one_id, other_id)
    least, most = sorted((one.id, other.id))
    db.session.execute(delete(KeptApart).filter_by(one=least, other=most))
    record(person.id, "drafts-offered-again", edition.id, one=one.code, other=other.code)


def _begun(person: Person, edition_id: str, deed: Deed) -> tuple[Edition, Industry]:
    """The edition and its industry, locked, if this person may do this now."""
    found = db.session.get(Edition, edition_id)
    if found is None:
        raise Problem("not-found")
    industry = held(found.industry)
    db.session.refresh(found)
    rules.check(State(found.state), deed, queries.parts(person, industry, found))
    return found, industry


def _inspecting() -> set[str]:
    return set(db.session.scalars(select(Department.code).where(Department.can_inspect)))


def _two(industry: Industry, one_id: str, other_id: str) -> tuple[DraftItem, DraftItem]:
    return _item(industry, one_id), _item(industry, other_id)


def _item(industry: Industry, draft_id: str) -> DraftItem:
    draft = db.session.scalar(select(DraftItem).filter_by(id=draft_id, industry=industry.code, dropped=False))
    if draft is None:
        raise Problem("not-found")
    return draft


def _merged_into(draft: DraftItem) -> Sequence[DraftItem]:
    return db.session.scalars(select(DraftItem).filter_by(merged_into=draft.id)).all()


def _under(head: DraftItem, draft: DraftItem) -> Draft:
    one = queries.as_draft(draft)
    return Draft(one.id, one.code, one.department, one.document, head.id)
