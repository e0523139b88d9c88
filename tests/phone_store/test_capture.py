"""From the lens to the journal: the camera in the page, kills in between, places, thumbnails, signatures."""

import hashlib
from typing import Any

import pytest

from tests.phone_store.conftest import Phone, Tab

VISIT = "01900000-0000-7000-8000-0000000000aa"
TARGET = {"visit": VISIT, "item": "XFJY-1", "moment": "fail", "department": "XFJY"}

CAPTURE = """
  const at = (path) => import(`/field/app/capture/${path}`);
  Object.assign(app, ...await Promise.all([at("record.js"), at("location.js"), at("files.js"), at("thumbs.js")]));
"""


@pytest.fixture
def tab(alone: Phone) -> Tab:
    """A tab of somebody enrolled, with the capture modules at hand."""
    tab = alone.tab()
    tab.enrol()
    tab.run(CAPTURE)
    return tab


def evidence(tab: Tab) -> list[dict[str, Any]]:
    """The evidence entries of the visit."""
    return [entry for entry in tab.run("return store.entries(given);", VISIT) if entry["kind"] == "evidence"]


def test_several_photos_in_a_row_each_kept_before_it_is_counted(tab: Tab) -> None:
    tab.run("window.end = app.takePhotos(document.body, store, given);", TARGET)
    shutter = tab.page.locator(".camera__shutter")
    for number in (1, 2, 3):
        shutter.click()
        tab.page.locator(".camera__count", has_text=f"已存 {number} 张").wait_for()
    assert [one["item"] for one in tab.run("return store.intents();")] == ["XFJY-1"]
    tab.page.locator(".camera__done").click()
    assert tab.run("return window.end;") == {"taken": 3, "problem": None}
    assert tab.run("return store.intents();") == []
    entries = evidence(tab)
    assert len(entries) == 3
    body = entries[0]["body"]
    assert {name: body[name] for name in ("item", "moment", "department", "source", "type")} == {
        "item": "XFJY-1", "moment": "fail", "department": "XFJY", "source": "app", "type": "image/jpeg",
    }  # fmt: skip
    assert body["location"] == {"lat": 306389000, "lon": 1178472000, "accuracy": 12}
    photo = tab.run(
        "const blob = await store.evidenceBlob(given.visit, given.sha256); return [...new Uint8Array(await blob.arrayBuffer())];",
        {"visit": VISIT, "sha256": body["sha256"]},
    )
    assert hashlib.sha256(bytes(photo)).hexdigest() == body["sha256"]
    assert tab.run("return (await store.thumb(given)).size > 100;", body["sha256"])


def test_done_tapped_right_after_the_shutter_still_keeps_the_photo(tab: Tab) -> None:
    tab.run("""
      ImageCapture.prototype.takePhoto = () => new Promise((_, reject) => { setTimeout(reject, 700, new Error("slow")); });
      window.end = app.takePhotos(document.body, store, given);
    """, TARGET)  # fmt: skip
    tab.page.locator(".camera__shutter:not([disabled])").wait_for()
    tab.run("for (const name of ['shutter', 'done']) document.querySelector(`.camera__${name}`).click();")
    assert tab.run("return window.end;") == {"taken": 1, "problem": None}
    assert len(evidence(tab)) == 1


def test_the_shutter_is_big_enough_for_gloves_and_the_camera_lies_over_everything(tab: Tab) -> None:
    tab.page.add_style_tag(url="/field/app/capture/capture.css")
    tab.run("window.end = app.takePhotos(document.body, store, given);", TARGET)
    for part in (".camera__shutter", ".camera__done"):
        tab.page.locator(part).wait_for()
        box = tab.page.locator(part).bounding_box()
        assert min(box["width"], box["height"]) >= 64
    whole = tab.page.locator("dialog.camera").bounding_box()
    assert (whole["width"], whole["height"]) == (390, 844)


def test_a_page_killed_while_the_camera_is_open_still_knows_for_what(tab: Tab) -> None:
    tab.run("window.end = app.takePhotos(document.body, store, given);", TARGET)
    tab.page.locator(".camera__shutter:enabled").click()
    tab.page.locator(".camera__count", has_text="已存 1 张").wait_for()
    tab.reload()
    tab.open()
    (intent,) = tab.run("return store.intents();")
    assert {name: intent[name] for name in TARGET} == TARGET
    assert len(evidence(tab)) == 1


def test_a_page_killed_between_the_photo_and_its_entry_writes_the_entry_later(tab: Tab) -> None:
    tab.run(
        """
        store.append = () => new Promise(() => {});
        window.kept = app.capturePhoto(store, given.visit, new Blob([new Uint8Array(5000).fill(4)], { type: "image/jpeg" }), given);
        """,
        TARGET,
    )
    tab.until("(await store.evidenceList(given)).length === 1", VISIT)
    assert evidence(tab) == []
    tab.reload()
    tab.open()
    tab.run(CAPTURE)
    assert tab.run("return app.finishCaptures(store);") == 1
    assert tab.run("return app.finishCaptures(store);") == 0
    (entry,) = evidence(tab)
    assert (entry["body"]["item"], entry["body"]["source"], entry["body"]["location"]) == (
        "XFJY-1",
        "app",
        None,
    )


def test_a_refused_camera_says_so_and_leaves_no_intent(tab: Tab) -> None:
    for name, problem in [("NotAllowedError", "camera-refused"), ("NotFoundError", "camera-none")]:
        tab.run(
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', given));", name
        )
        end = tab.run("return app.takePhotos(document.body, store, given);", TARGET)
        assert end == {"problem": problem, "taken": 0}
    assert tab.run("return store.intents();") == []
    assert tab.page.locator(".camera").count() == 0


def test_a_photo_that_could_not_be_kept_is_not_counted_and_the_reason_stays(tab: Tab) -> None:
    tab.run("store.putEvidence = () => Promise.reject(new app.StoreError('storage-full'));")
    tab.run("window.end = app.takePhotos(document.body, store, given);", TARGET)
    tab.page.locator(".camera__shutter:enabled").click()
    tab.page.locator(".camera__trouble", has_text="空间").wait_for()
    assert tab.page.locator(".camera__count").inner_text() == "已存 0 张"
    tab.page.locator(".camera__done").click()
    assert tab.run("return window.end;") == {"taken": 0, "problem": None}


def test_a_place_is_whole_numbers_and_none_is_a_value(tab: Tab) -> None:
    assert tab.run("return app.locate();") == {"lat": 306389000, "lon": 1178472000, "accuracy": 12}
    tab.page.context.clear_permissions()
    tab.page.context.grant_permissions([])
    assert tab.run("return app.locate();") is None


def test_files_from_the_album_are_marked_so_and_date_themselves(tab: Tab) -> None:
    tab.run(
        "document.body.insertAdjacentHTML('beforeend', '<button>pick</button>');"
        "document.querySelector('button').onclick = () => { window.taken = app.takeFiles(store, given, 'album'); };",
        TARGET,
    )
    with tab.page.expect_file_chooser() as chooser:
        tab.page.locator("button").click()
    chooser.value.set_files([{"name": "旧照.HEIC", "mimeType": "", "buffer": b"ftypheic" * 100}])
    (entry,) = tab.run("return window.taken;")
    assert (entry["body"]["source"], entry["body"]["type"]) == ("album", "image/heic")
    thumb = tab.run("return store.thumb(given);", entry["body"]["sha256"])
    assert thumb is None  # this browser cannot read it
    assert tab.run("return (await store.evidenceList(given))[0].name;", VISIT) == "旧照.HEIC"


def test_a_signature_is_strokes_of_whole_numbers(tab: Tab) -> None:
    tab.page.add_style_tag(url="/field/app/capture/capture.css")
    tab.run(
        "const host = document.createElement('div'); host.id = 'pad'; document.body.append(host);"
        "host.style.width = '300px'; host.style.height = '200px';"
        "window.changes = 0; window.pad = app.signaturePad(host, { onChange: () => { window.changes += 1; } });"
    )
    box = tab.page.locator("#pad").bounding_box()
    mouse = tab.page.mouse
    for y in (40, 120):
        mouse.move(box["x"] + 20, box["y"] + y)
        mouse.down()
        mouse.move(box["x"] + 220, box["y"] + y + 30, steps=10)
        mouse.up()
    drawing = tab.run("return pad.drawing();")
    assert (drawing["width"], drawing["height"]) == (300, 200)
    assert len(drawing["strokes"]) == 2
    assert all(isinstance(number, int) for stroke in drawing["strokes"] for number in stroke)
    assert drawing["strokes"][0][:2] == [20, 40]
    tab.run("pad.undo();")
    assert tab.run("return pad.drawing().strokes.length;") == 1
    tab.run("pad.redo();")
    assert tab.run("return pad.drawing();") == drawing
    assert tab.run("return app.toSvgPath({ strokes: [[1, 2, 3, 4], [5, 6]] });") == "M1 2L3 4M5 6h0.1"
    tab.run("pad.clear();")
    assert tab.run("return [pad.drawing(), pad.isEmpty()];") == [None, True]
