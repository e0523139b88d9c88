"""The page with the five phones: schedules go in, what became of them comes out."""

import json
from typing import Any

from playwright.sync_api import Browser, Page

from tests.faults.lab import Lab
from tests.faults.schedules import PHONES

Json = dict[str, Any]

OPEN = """async (phones) => {
  const frames = [];
  for (let n = 0; n < phones; n += 1) {
    const frame = document.createElement("iframe");
    frame.src = "/field/phone";
    document.body.append(frame);
    await new Promise((loaded) => { frame.onload = loaded; });
    const script = frame.contentDocument.createElement("script");
    script.type = "module";
    script.src = "/field/faults/frame.js";
    frame.contentDocument.head.append(script);
    while (!frame.contentWindow.phone) await new Promise((later) => setTimeout(later, 5));
    frames.push(frame.contentWindow.phone);
  }
  window.frames_ = frames;
  window.play = (await import("/field/faults/world.js")).run;
}"""

PLAY = """async (text) => {
  const { world, schedules, whole } = JSON.parse(text);
  const ends = [];
  for (const schedule of schedules) {
    const end = await window.play(window.frames_, world, schedule);
    if (!whole) delete end.log;
    ends.push({ seed: schedule.seed, ...end });
  }
  return JSON.stringify(ends);
}"""


class Phones:
    """Five phones in one page, on one visit of the world given."""

    def __init__(self, browser: Browser, lab: Lab, world: Json) -> None:
        self.context = browser.new_context()
        self.lab, self.world = lab, world
        self.page = self._fresh()

    def _fresh(self) -> Page:
        page = self.context.new_page()
        page.goto(f"{self.lab.url}/field/lab")
        page.evaluate(OPEN, PHONES)
        return page

    def play(self, schedules: list[Json], whole: bool = False) -> list[Json]:
        """Run schedules (seeds rising) in a fresh page: for each its failures, entries, context and state."""
        self.page.close()
        self.page = self._fresh()
        given = json.dumps({"world": self.world, "schedules": schedules, "whole": whole})
        return json.loads(self.page.evaluate(PLAY, given))

    def close(self) -> None:
        """Give the pages back."""
        self.context.close()
