"""The three posts of each department (R-108): who holds them, and naming others.

The deed is to be called inside `with transaction():`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.accounts import rules
from server.accounts.model import Department, DepartmentPost, Person
from server.accounts.rules import Post
from server.infra.audit import record
from server.infra.db import db
from server.kernel.problems import Problem


@dataclass(frozen=True)
class Row:
    """One department, and who holds which of its posts."""

    department: Department
    holders: Mapping[str, Person]

    @property
    def gaps(self) -> list[Post]:
        """The posts nobody holds."""
        return [post for post in Post if post not in self.holders]


def of_all() -> list[Row]:
    """All departments that inspect, in the county's order: two queries."""
    held: defaultdict[str, dict[str, Person]] = defaultdict(dict)
    query = select(DepartmentPost, Person).join(Person, Person.id == DepartmentPost.person_id)
    for post, person in db.session.execute(query.where(Person.active)):
        held[post.department][post.post] = person
    departments = select(Department).where(Department.can_inspect).order_by(Department.order)
    return [Row(one, held[one.code]) for one in db.session.scalars(departments)]


def of(code: str) -> Row:
    """One of them; `not-found` where there is none."""
    found = next((row for row in of_all() if row.department.code == code), None)
    if found is None:
        raise Problem("not-found")
    return found


def candidates(code: str) -> Sequence[Person]:
    """Whom a department may name: everybody of its own with an account in use."""
    query = select(Person).where(Person.department == code, Person.active)
    return db.session.scalars(query.order_by(Person.name, Person.username)).all()


def name_holders(actor: Person, code: str, holders: Mapping[Post, str]) -> None:
    """Name who holds the posts (ids of people); a post left out or empty is vacant from now on."""
    rules.refuse_foreign_posts(actor.roles, actor.department, code)
    rules.check_posts(holders, {one.id for one in candidates(code)})
    before = {post: person.id for post, person in of(code).holders.items()}
    for post in Post:
        if person := holders.get(post):
            db.session.merge(DepartmentPost(department=code, post=post, person_id=person))
        else:
            _vacate(code, post)
    db.session.flush()
    after = {str(post): person for post, person in holders.items() if person}
    record(actor.id, "posts-named", code, before=before, after=after)


def _vacate(code: str, post: Post) -> None:
    found = db.session.get(DepartmentPost, (code, post))
    if found is not None:
        db.session.delete(found)
