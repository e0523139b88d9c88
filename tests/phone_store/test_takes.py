"""Recordings, second by second: segments that play alone, kills, pauses, a full phone."""

import base64
import io
import time
from typing import Any

import av
import pytest

from tests.phone_store.conftest import Phone, Tab

VISIT = "01900000-0000-7000-8000-0000000000bb"
OPTIONS = {
    "visit": VISIT, "department": "XFJY", "preset": "saving", "soundOnly": False, "moment": "identity", "segmentMs": 3_000,
}  # fmt: skip
LOST_MS = 3_000  # what a kill may cost

CAPTURE = """
  const at = (path) => import(`/field/app/capture/${path}`);
  Object.assign(app, ...await Promise.all([at("record.js"), at("recorder.js"), at("formats.js"), at("finish.js")]));
"""


@pytest.fixture
def tab(alone: Phone) -> Tab:
    """A tab of somebody enrolled, with the recorder at hand."""
    tab = alone.tab()
    tab.enrol()
    tab.run(CAPTURE)
    return tab


def come_back(tab: Tab) -> None:
    """Open the app again after its page was killed."""
    tab.load()
    tab.open()
    tab.run(CAPTURE)


def start(tab: Tab, **options: Any) -> None:
    problem = tab.run("window.film = new app.Recorder(store, given); return film.start();", OPTIONS | options)
    assert problem is None


def bodies(tab: Tab, kind: str) -> list[dict[str, Any]]:
    return [entry["body"] for entry in tab.run("return store.entries(given);", VISIT) if entry["kind"] == kind]


def acts(tab: Tab) -> list[str]:
    return [body["act"] for body in bodies(tab, "recording")]


def film_of(tab: Tab, sha256: str) -> bytes:
    """The stored file."""
    text = tab.run(
        """const blob = await store.evidenceBlob(given.visit, given.sha256);
        const url = await new Promise((resolve) => { const reader = new FileReader(); reader.onload = () => resolve(reader.result); reader.readAsDataURL(blob); });
        return url.slice(url.indexOf(",") + 1);""",
        {"visit": VISIT, "sha256": sha256},
    )
    return base64.b64decode(text)


def played(film: bytes, medium: str = "video") -> float:
    """Decode a file to its end, all by itself: the seconds between its first and last frame."""
    with av.open(io.BytesIO(film)) as opened:
        times = [frame.time for frame in opened.decode(**{medium: 0}) if frame.time is not None]
    assert len(times) > 1
    return times[-1] - times[0]


FULL = """
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    const request = put.apply(this, given);
    if (window.full && ["pieces", "chunks"].includes(this.name)) {
      Object.defineProperty(this.transaction, "error", { value: new DOMException("full", "QuotaExceededError") });
      this.transaction.abort();
    }
    return request;
  };
"""


def test_segments_follow_without_a_gap_and_each_plays_alone(tab: Tab) -> None:
    start(tab)
    tab.until("(await store.evidenceList(given)).length >= 2", VISIT, seconds=30)
    tab.run("await film.stop();")
    segments = bodies(tab, "evidence")
    assert [body["segment"] for body in segments] == list(range(1, len(segments) + 1))
    assert len(segments) >= 3
    assert {(body["moment"], body["department"], body["source"], body["item"]) for body in segments} == {("identity", "XFJY", "app", None)}
    assert len({body["recording"] for body in segments}) == 1
    for body in segments[:-1]:
        assert body["duration_ms"] >= 3_000
    for body in segments:
        seconds = played(film_of(tab, body["sha256"]))
        assert abs(seconds - body["duration_ms"] / 1000) < 1.5
    assert acts(tab) == ["started", "ended"]
    assert tab.run("return store.takes.list();") == []


def test_a_killed_page_loses_the_last_seconds_only(tab: Tab, alone: Phone) -> None:
    start(tab, segmentMs=4_000)
    began = time.monotonic()
    tab.until("(await store.evidenceList(given)).length >= 1 && film.state.ms > 7000", VISIT, seconds=30)
    recorded = tab.run("return film.state.ms;")
    tab.page.close(run_before_unload=False)
    assert time.monotonic() - began > 6
    again = alone.tab()
    come_back(again)
    assert len(again.run("return store.takes.list();")) >= 1
    assert again.run("return app.finishCaptures(store);") >= 1
    assert again.run("return app.finishCaptures(store);") == 0
    segments = bodies(again, "evidence")
    assert sum(body["duration_ms"] for body in segments) >= recorded - LOST_MS
    for body in segments:
        assert played(film_of(again, body["sha256"])) > 0.5
    assert acts(again) == ["started", "interrupted"]
    assert bodies(again, "recording")[-1]["reason"]
    assert again.run("return store.takes.list();") == []


def test_a_segment_committed_but_not_yet_named_is_named_once(tab: Tab) -> None:
    start(tab)
    tab.until("film.state.bytes > 0", seconds=10)
    tab.run("store.takes.drop = () => Promise.reject(new Error('killed')); await film.stop();")
    assert len(bodies(tab, "evidence")) == 1
    tab.reload()
    come_back(tab)
    assert tab.run("return app.finishCaptures(store);") == 0
    assert len(bodies(tab, "evidence")) == 1
    assert tab.run("return store.takes.list();") == []


def test_a_pause_has_its_reason_and_a_mark_its_own_file(tab: Tab) -> None:
    start(tab, segmentMs=60_000)
    tab.until("film.state.bytes > 0", seconds=10)
    tab.run("await film.mark('rights');")
    tab.until("film.state.ms > 4000", seconds=15)
    tab.run("await film.pause('涉及商业秘密');")
    assert tab.run("return film.state.phase;") == "paused"
    assert tab.run("return film.resume();") is None
    tab.until("film.state.ms > 7000", seconds=15)
    tab.run("await film.stop();")
    assert [body["moment"] for body in bodies(tab, "evidence")] == ["identity", "rights", "rights"]
    assert [(body["act"], body.get("reason")) for body in bodies(tab, "recording")] == [
        ("started", None), ("paused", "涉及商业秘密"), ("resumed", None), ("ended", None),
    ]  # fmt: skip


def test_sound_alone_is_a_file_of_sound(tab: Tab) -> None:
    start(tab, soundOnly=True, reason="涉及个人隐私，不宜录像")
    tab.until("film.state.ms > 2500", seconds=15)
    tab.run("await film.stop();")
    (body,) = bodies(tab, "evidence")
    assert body["type"] in ("audio/mp4", "audio/webm")
    assert played(film_of(tab, body["sha256"]), "audio") > 1
    assert bodies(tab, "recording")[0]["reason"] == "涉及个人隐私，不宜录像"


def test_a_camera_taken_by_a_call_closes_the_segment_and_says_so(tab: Tab) -> None:
    start(tab)
    tab.until("film.state.bytes > 0", seconds=10)
    tab.run("film.stream.getVideoTracks()[0].dispatchEvent(new Event('ended'));")
    tab.until("film.state.phase === 'interrupted'")
    assert tab.run("return film.state.problem;") == "recorder-taken"
    assert tab.run("return film.resume();") is None
    tab.run("await film.stop();")
    assert acts(tab) == ["started", "interrupted", "resumed", "ended"]
    assert len(bodies(tab, "evidence")) == 2


def test_a_phone_without_room_does_not_begin(tab: Tab) -> None:
    tab.run("store.estimate = async () => ({ usage: 1000, quota: 40 * 1024 * 1024, persisted: true });")
    problem = tab.run("return new app.Recorder(store, given).start();", OPTIONS)
    assert problem == "recorder-no-room"
    assert acts(tab) == []


def test_little_room_is_said_and_no_room_ends_it(tab: Tab) -> None:
    tab.run("window.free = 120; store.estimate = async () => ({ usage: 0, quota: free * 1024 * 1024, persisted: true });")
    start(tab, segmentMs=60_000)
    state = tab.run("return film.state;")
    assert state["low"]
    assert 0 < state["left"] < 10
    tab.run("window.free = 50;")
    tab.until("film.state.phase === 'ended'", seconds=20)
    tab.until("(await store.entries(given)).some((one) => one.body.act === 'ended')", VISIT)
    assert (acts(tab), bodies(tab, "recording")[-1]["reason"]) == (["started", "ended"], "本机存储空间不足，自动停止")
    assert tab.run("return film.state.problem;") == "recorder-full"
    assert played(film_of(tab, bodies(tab, "evidence")[0]["sha256"])) > 1


def test_a_write_that_finds_the_phone_full_ends_it_and_loses_nothing_kept(tab: Tab) -> None:
    tab.run(FULL)
    start(tab, segmentMs=60_000)
    tab.until("film.state.bytes > 50_000 && film.state.ms > 3000", seconds=15)
    tab.run("window.full = true;")
    tab.until("film.state.phase === 'ended' && film.state.problem === 'recorder-full'", seconds=10)
    tab.until("(await store.entries(given)).some((one) => one.body.act === 'ended')", VISIT)
    recorded = tab.run("return film.state.ms;")
    assert bodies(tab, "evidence") == []
    assert len(tab.run("return store.takes.list();")) == 1
    tab.run("await app.finishCaptures(store);")
    assert len(tab.run("return store.takes.list();")) == 1  # still full: it waits
    tab.reload()
    come_back(tab)
    assert tab.run("return app.finishCaptures(store);") == 1
    (body,) = bodies(tab, "evidence")
    assert body["duration_ms"] >= recorded - LOST_MS
    assert played(film_of(tab, body["sha256"])) > 1
    assert acts(tab) == ["started", "ended"]


def test_the_screen_is_kept_on_while_it_records_and_again_when_the_page_comes_back(tab: Tab) -> None:
    tab.run(
        """window.asked = 0; window.released = 0;
        Object.defineProperty(navigator, "wakeLock", { value: { request: async () => { asked += 1; return { release: () => { released += 1; } }; } } });"""
    )
    start(tab)
    tab.until("asked === 1")
    tab.run("document.dispatchEvent(new Event('visibilitychange'));")
    tab.until("asked === 2")
    tab.run("await film.stop();")
    assert tab.run("return released;") >= 1


def test_sizes_fit_the_phone_and_are_foretold(tab: Tab) -> None:
    gib = 1024**3
    preset = "return app.fittingPreset(given);"
    assert tab.run(preset, {"free": 20 * gib, "memory": 4}) == "standard"
    assert tab.run(preset, {"free": 64 * gib, "memory": 8}) == "clear"
    assert tab.run(preset, {"free": 2 * gib, "memory": 4}) == "saving"
    assert tab.run(preset, {"free": 20 * gib, "memory": 2}) == "saving"
    assert tab.run(preset, {"free": None, "memory": None}) == "standard"
    assert tab.run("return Math.round(app.bytesPerMinute('standard') / 1024 ** 2);") == 11
    assert tab.run("return app.minutesLeft(2 * 1024 ** 3, app.bytesPerMinute('standard'));") in range(170, 185)
    assert tab.run("return app.recordingType(false, (type) => type.startsWith('video/webm'));") == "video/webm;codecs=vp9,opus"
    assert tab.run("return app.recordingType(true, () => false);") is None
