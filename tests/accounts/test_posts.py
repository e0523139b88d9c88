"""The three posts of a department: named by its own people, each another person, gaps in sight."""

import pytest

from server.accounts import posts
from server.accounts.model import Person
from server.accounts.rules import Post, check_posts
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.messages.actions import answering_for
from tests.office.conftest import desk, submit, words

__all__ = ["desk"]


@pytest.mark.parametrize(
    ("holders", "wrong"),
    [
        ({Post.PRINCIPAL: "a", Post.IN_CHARGE: "b", Post.LIAISON: "c"}, None),
        ({Post.PRINCIPAL: "a", Post.IN_CHARGE: "", Post.LIAISON: ""}, None),
        ({Post.PRINCIPAL: "a", Post.IN_CHARGE: "a"}, ("post-twice", "in-charge")),
        ({Post.PRINCIPAL: "a", Post.LIAISON: "x"}, ("post-stranger", "liaison")),
    ],
)
def test_each_post_is_another_person_s(holders, wrong):
    if wrong is None:
        check_posts(holders, {"a", "b", "c"})
    else:
        with pytest.raises(Problem) as caught:
            check_posts(holders, {"a", "b", "c"})
        assert (caught.value.code, caught.value.field) == wrong


def test_a_department_names_its_own(app, desk, people):
    luo = desk("luo")
    assert "未确定" in words(luo.get("/office/posts"))
    named = {"principal": people["zhou"], "in-charge": people["wu"], "liaison": people["luo"]}
    assert submit(luo, "/office/posts/XFJY", **named).status_code == 303
    assert "周演示" in words(luo.get("/office/posts"))
    twice = submit(luo, "/office/posts/XFJY", **named | {"liaison": people["wu"]})
    assert twice.status_code == 422
    assert "一人不能担任两个职责" in words(twice)
    assert submit(luo, "/office/posts/XFJY", **named | {"liaison": people["lin"]}).status_code == 422
    assert submit(luo, "/office/posts/SCJG", principal=people["lin"]).status_code == 403
    assert luo.get("/office/posts/SCJG").status_code == 403
    assert luo.get("/office/posts/none").status_code == 404
    assert submit(desk("he"), "/office/posts/SCJG", principal=people["lin"]).status_code == 303
    with app.app_context():
        assert people["zhou"] in answering_for("XFJY")


def test_a_post_falls_vacant(any_db, app, people):
    with app.app_context():
        he = db.session.get_one(Person, people["he"])
        for holders in ({Post.PRINCIPAL: people["zhou"]}, {Post.LIAISON: people["luo"]}):
            with transaction():
                posts.name_holders(he, "XFJY", holders)
        row = posts.of("XFJY")
        assert {post: one.username for post, one in row.holders.items()} == {"liaison": "luo"}
        assert row.gaps == [Post.PRINCIPAL, Post.IN_CHARGE]
        with transaction():  # whoever has left holds nothing
            db.session.get_one(Person, people["luo"]).active = False
        assert posts.of("XFJY").gaps == list(Post)
