"""The draw: quotas exact, everything recomputable, any changed byte shown."""

import copy
import hashlib
import hmac
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.planning.draw import ceremony
from server.planning.draw.ceremony import Infeasible, Mismatch
from tests.planning.draw.transcripts import MISWRITTEN, named, secret_of, settled, unsettled

SIZES = {"A": 9, "B": 6, "C": 0, "D": 2}
QUOTAS = {"A": 1, "B": 1, "C": 0, "D": 2}


def test_positions_are_hkdf_of_secrets_and_dice() -> None:
    """RFC 5869 by its own words, with one block of output."""
    positions = ceremony.Positions.of([b"one", b"two"], "1234", "ab" * 32)
    prk = hmac.new(hashlib.sha256(b"onetwo").digest(), b"1234", "sha256").digest()
    info = b"liancha-draw/1\0" + b"ab" * 32 + b"\0E\0A\0name"
    assert positions("E", "A", "name") == hmac.new(prk, info + b"\1", "sha256").digest()


def test_a_frame_is_hashed_in_the_order_of_its_bytes() -> None:
    lines = ceremony.frame_lines([("B", "11"), ("A", "22"), ("A", "0f")])
    assert lines == [b"A\x000f", b"A\x0022", b"B\x0011"]
    assert ceremony.frame_hash(lines) == hashlib.sha256(b"A\x000f\nA\x0022\nB\x0011").hexdigest()


def test_a_commitment_says_whose_it_is() -> None:
    expected = hashlib.sha256(b"liancha-draw/1\0office\0" + b"s" * 32).hexdigest()
    assert ceremony.commitment("office", b"s" * 32) == expected


@given(st.dictionaries(st.sampled_from("ABCDU"), st.integers(0, 12), min_size=1), st.data())
def test_quotas_are_exact_and_the_reserve_is_all_others(sizes: dict[str, int], data: st.DataObject) -> None:
    quotas = {one: data.draw(st.integers(0, size), one) for one, size in sizes.items()}
    lines = ceremony.frame_lines((one, name) for one, size in sizes.items() for name in named(one, size))
    fell = ceremony.draw_subjects(lines, quotas, ceremony.Positions(b"key", "commit"))
    for one, size in sizes.items():
        assert len(fell[one].drawn) == quotas[one]
        assert sorted(fell[one].drawn + fell[one].reserve) == sorted(named(one, size))


@pytest.mark.parametrize("quotas", [{"A": 3}, {"A": -1}, {}])
def test_a_quota_no_stratum_can_fill_is_refused(quotas: dict[str, int]) -> None:
    lines = ceremony.frame_lines(("A", name) for name in named("A", 2))
    with pytest.raises(Mismatch, match="stratum A"):
        ceremony.draw_subjects(lines, quotas, ceremony.Positions(b"key", "commit"))


def test_teams_keep_every_rule() -> None:
    transcript = settled(SIZES, QUOTAS)
    officers, barred = transcript["eligibility"]["officers"], transcript["eligibility"]["barred"]
    away = transcript["eligibility"]["away"]
    seen = Counter()
    for team in transcript["result"]["teams"]:
        for department, members in team["members"].items():
            assert len(members) == 2
            kept = {officers[at] for at in (*barred.get(team["line"], ()), *away.get(team["slot"], ()))}
            assert set(members) <= set(named(department, 8)) - kept
            seen.update((team["slot"], name) for name in members)
    assert set(seen.values()) == {1}
    assert len(transcript["result"]["teams"]) == sum(QUOTAS.values())


def test_who_belongs_to_the_grid_comes_first() -> None:
    near = 0
    for dice in range(20):
        transcript = unsettled({"A": 6}, {"A": 1}) | {"randomness": str(dice)}
        tiers = [one["tiers"]["SCJG"] for one in transcript["eligibility"]["areas"]]
        grid = {transcript["eligibility"]["officers"][at] for at in tiers[0][0]}
        (team,) = ceremony.outcome(transcript)["teams"]
        near += set(team["members"]["SCJG"]) == grid
    assert near > 5


def test_too_few_officers_are_refused_with_the_set_that_lacks_them() -> None:
    with pytest.raises(Infeasible) as refused:
        ceremony.outcome(unsettled(SIZES, {"A": 9, "B": 6, "C": 0, "D": 2}, officers=3))
    assert {department for _slot, department in refused.value.demands} <= {"SCJG", "XFJY"}
    assert refused.value.needed > refused.value.available


def test_the_order_of_the_secrets_is_that_of_the_commitments() -> None:
    transcript = settled(SIZES, QUOTAS)
    transcript["opened"] = dict(reversed(transcript["opened"].items()))
    assert ceremony.check(transcript) == transcript["result"]


def test_a_secret_not_opened_is_left_out_by_name() -> None:
    transcript = unsettled(SIZES, QUOTAS)
    whole = ceremony.outcome(transcript)
    del transcript["opened"]["observer"]
    with pytest.raises(Mismatch, match="secret of observer"):
        ceremony.outcome(transcript)
    transcript["missing"] = ["observer"]
    assert ceremony.outcome(transcript) != whole


@pytest.mark.parametrize("change", MISWRITTEN.values(), ids=MISWRITTEN)
def test_secrets_are_written_in_one_way_and_name_the_parties_alone(change) -> None:
    transcript = settled(SIZES, QUOTAS)
    change(transcript)
    with pytest.raises(Mismatch, match="secret of"):
        ceremony.check(transcript)


def test_any_changed_byte_shows() -> None:
    """Every text and number of a transcript, one after the other, but those that stand for nothing else."""
    good = settled(SIZES, QUOTAS)
    for path in _leaves(good):
        bad = copy.deepcopy(good)
        _change(bad, path)
        with pytest.raises((Mismatch, Infeasible, KeyError, ValueError, IndexError)):
            ceremony.check(bad)


def _leaves(value: object, path: tuple = ()) -> list[tuple]:
    if isinstance(value, dict):
        return [leaf for name, one in value.items() for leaf in _leaves(one, (*path, name))]
    if isinstance(value, list):
        return [leaf for at, one in enumerate(value) for leaf in _leaves(one, (*path, at))]
    return [path]


def _change(document: object, path: tuple) -> None:
    *before, last = path
    for one in before:
        document = document[one]
    value = document[last]
    document[last] = value + 1 if isinstance(value, int) else value[:-1] + ("1" if value[-1] != "1" else "2")


def test_each_of_a_stratum_is_drawn_as_often_as_the_others() -> None:
    """Chi-square over 100,000 secrets: 10 candidates, 3 drawn; beyond the bound one time in a million."""
    names = named("A", 10)
    lines = ceremony.frame_lines(("A", name) for name in names)
    often = Counter()
    rounds = 100_000
    for at in range(rounds):
        positions = ceremony.Positions.of([at.to_bytes(32, "big")], "1", "commit")
        often.update(ceremony.draw_subjects(lines, {"A": 3}, positions)["A"].drawn)
    due = rounds * 3 / 10
    spread = sum((often[name] - due) ** 2 / (due * (1 - 3 / 10)) for name in names) * 9 / 10
    assert spread < 44.8  # chi-square with 9 degrees of freedom


def test_the_file_alone_checks_a_transcript(tmp_path: Path) -> None:
    script = tmp_path / "liancha-verify.py"
    script.write_bytes(Path(ceremony.__file__).read_bytes())
    good = settled(SIZES, QUOTAS)
    commit = good["result"]["commit_hash"]
    assert _run(script, tmp_path, good) == (0, f"相符 OK: 4 subjects, commit {commit}\n")
    good["result"]["subjects"]["A"][0] = "00" * 32
    assert _run(script, tmp_path, good) == (1, "不符 MISMATCH: Mismatch subjects\n")


def _run(script: Path, folder: Path, transcript: dict) -> tuple[int, str]:
    path = folder / "transcript.json"
    path.write_text(json.dumps(transcript, ensure_ascii=False), "utf-8")
    done = _command(script, path)
    return done.returncode, done.stdout


def _command(script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "-X", "utf8", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


ODD = {
    "none": (None, "无法读取 cannot be read: No such file or directory"),
    "empty": (b"", "不是 JSON 文件 is no JSON file"),
    "bytes": (b"\xff\xfe\x00\xd8", "不是 JSON 文件 is no JSON file"),
    "deep": (b"[" * 200_000, "不是 JSON 文件 is no JSON file"),
    "list": (b"[]", "it lacks: commit, frame, eligibility, opened, missing, randomness, result"),
    "void": (None, "it lacks: result"),
}


def test_the_file_alone_says_plainly_that_there_is_nothing_to_check(tmp_path: Path) -> None:
    script = tmp_path / "liancha-verify.py"
    script.write_bytes(Path(ceremony.__file__).read_bytes())
    for arguments in ((), ("one", "two")):
        done = _command(script, *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{ceremony.USAGE}\n")
    void = json.dumps(unsettled(SIZES, QUOTAS)).encode()
    for name, (content, why) in ODD.items():
        path = tmp_path / name
        if name != "none":
            path.write_bytes(void if content is None else content)
        done = _command(script, path)
        assert (done.returncode, done.stdout) == (2, ""), name
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"{path}: ")
        assert line.endswith(why)
    assert _command(script, tmp_path).returncode == 2  # a folder


def test_the_file_alone_finds_what_is_built_wrongly_inside_a_mismatch(tmp_path: Path) -> None:
    script = tmp_path / "liancha-verify.py"
    script.write_bytes(Path(ceremony.__file__).read_bytes())
    for part, value in (("frame", 7), ("opened", []), ("commit", []), ("result", []), ("missing", None)):
        code, said = _run(script, tmp_path, settled(SIZES, QUOTAS) | {part: value})
        assert code == 1, part
        assert said.startswith("不符 MISMATCH: "), part


def test_secrets_are_not_what_is_published_before() -> None:
    assert secret_of("office").hex() not in json.dumps(unsettled(SIZES, QUOTAS)["commit"])
