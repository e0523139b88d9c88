"""A script in another language, written from the description alone, finds what our draw found."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from server.planning.draw.ceremony import Infeasible
from tests.planning.draw.transcripts import MISWRITTEN, settled

SCRIPT = Path(__file__).with_name("outsider.pl")

pytestmark = pytest.mark.skipif(
    shutil.which("perl") is None and "CI" not in os.environ, reason="Perl is not installed"
)


def outsider(folder: Path, transcript: dict) -> tuple[int, str]:
    path = folder / "transcript.json"
    path.write_text(json.dumps(transcript, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run(["perl", SCRIPT, path], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.strip()


@settings(deadline=None, max_examples=40)
@given(
    a=st.integers(0, 30), b=st.integers(0, 20), of_a=st.integers(0, 6), of_b=st.integers(0, 4),
    officers=st.integers(4, 9), total=st.integers(1, 4),
)  # fmt: skip
def test_it_finds_the_same(tmp_path_factory, a, b, of_a, of_b, officers, total):
    assume(of_a <= a and of_b <= b)
    try:
        transcript = settled({"A": a, "B": b}, {"A": of_a, "B": of_b}, officers, total=total)
    except Infeasible:
        assume(False)
    assert outsider(tmp_path_factory.mktemp("outsider"), transcript) == (0, f"agrees: {of_a + of_b} subjects")


@pytest.mark.parametrize("change", MISWRITTEN.values(), ids=MISWRITTEN)
def test_it_sees_secrets_that_are_written_otherwise(tmp_path, change):
    transcript = settled({"A": 12, "B": 7}, {"A": 3, "B": 2})
    change(transcript)
    code, said = outsider(tmp_path, transcript)
    assert (code, said[:18]) == (1, "differs: secret of")


@pytest.mark.parametrize("part", ["randomness", "frame", "eligibility", "subjects", "teams"])
def test_it_sees_what_was_changed(tmp_path, part):
    transcript = settled({"A": 12, "B": 7}, {"A": 3, "B": 2})
    if part == "randomness":
        transcript["randomness"] = transcript["randomness"][:-1] + "1"
    elif part == "frame":
        transcript["frame"][0]["candidates"].pop()
    elif part == "eligibility":
        transcript["eligibility"]["total"] += 1
    elif part == "subjects":
        transcript["result"]["subjects"]["A"].reverse()
    else:
        members = transcript["result"]["teams"][0]["members"]["SCJG"]
        members.reverse()
    code, said = outsider(tmp_path, transcript)
    assert code == 1
    assert said.startswith("differs:")
