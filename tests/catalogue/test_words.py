"""The codes of lists in people's words."""

import pytest
from flask_babel import force_locale

from server.catalogue import words
from server.demo.county import read_json

OPTIONS = [
    option
    for industry in read_json("catalogue.json")["industries"]
    for group in industry["groups"]
    for item in group["items"]
    for option in item["answer"].get("options", ())
]


@pytest.mark.parametrize("result", sorted({one["result"] for one in OPTIONS}))
def test_what_an_option_means_has_a_word(app, result):
    asked = {"type": "choice", "options": [{"value": "a", "label": "甲", "result": result}]}
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        told = words.answer(asked)
    assert words.RESULTS.keys() >= {result}
    assert result not in told


def test_an_item_tells_the_codes_of_what_it_answers_for_as_well():
    also = [
        {"department": "WJW", "matter": "饮用水", "item": "W-1", "supervision_code": "QY-2"},
        {"department": "XFJY", "matter": "疏散", "item": "X-1"},
    ]
    assert words.told("also", also, {"WJW": "卫健委"}) == "卫健委 饮用水（QY-2）；XFJY 疏散"
