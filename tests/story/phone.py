"""An officer's phone, driven the way an officer uses it: tapped, typed and drawn on, then looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.pins import ASKING, choose_pin, let_in

PASSWORD = "liancha-demo"
SAVED = 60_000  # milliseconds a phone may take on a busy machine before a test calls it lost


@dataclass
class Phone:
    """One browser with storage of its own, and who is signed in on it."""

    context: BrowserContext
    url: str
    username: str
    visit: str = ""
    page: Page = field(init=False)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.take_up()

    # The app itself

    def take_up(self) -> None:
        """Open a tab."""
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def kill_tab(self) -> None:
        """Take the tab away in the middle of whatever it does, and open another."""
        self.page.close(run_before_unload=False)
        self.take_up()

    def sign_in(self) -> None:
        """Sign in, and wait until the visit lies on the phone."""
        self._log_in(self.username)
        let_in(self.page)

    def join(self, username: str) -> None:
        """A colleague signs in on this phone too, and has it in hand."""
        self._log_in(username)
        self.page.click("#other-switch button")
        self.page.wait_for_selector("#enrol")
        choose_pin(self.page)

    def sign_in_again(self, username: str) -> None:
        """Somebody enrolled here signs in at the server, and has the phone in hand."""
        self._log_in(username)
        self.page.wait_for_selector(f"#other-switch button, {ASKING}, .visit-card")
        if self.page.locator("#other-switch button").count():
            self.page.click("#other-switch button")
        let_in(self.page)

    def _log_in(self, username: str) -> None:
        self.context.clear_cookies()
        self.page.goto(f"{self.url}/login?next=/field/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("form button:has-text('登录')")
        self.page.wait_for_url("**/field/**")

    def download(self, visit: str) -> None:
        """Wait until a visit can be opened, and until the shell is kept for the time without a server."""
        self.visit = visit
        expect(self.page.locator(f"a[href='/field/visits/{visit}']").first).to_be_visible(timeout=SAVED)
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        self.open()
        expect(self.page.locator(".department--own")).to_be_visible(timeout=SAVED)

    def open(self, place: str = "") -> None:
        """Go to a place of the visit by its address, as a link or a reload does."""
        self.page.goto(f"{self.url}/field/visits/{self.visit}{place}", wait_until="load")
        let_in(self.page)
        expect(self.page.locator("#screen h1")).to_be_visible(timeout=SAVED)

    # Arriving

    def arrive(self, department: str, party: str) -> None:
        """Place, cards shown, rights told, recusal asked, the party recorded."""
        self.open(f"/arrive/{department}")
        self._step("arrived")
        for officer in self.page.locator("#form-identity input[name=officer]").all():
            officer.check()
        self._step("identity")
        self._step("rights")
        self.page.click("#form-recusal button[value=no]")
        expect(self._done("recusal")).to_be_visible(timeout=SAVED)
        self.page.fill("#party-name", party)
        self.page.fill("#party-post", "站长")
        self.page.locator("#party-authority input").first.check()
        self._step("party")

    def _step(self, name: str) -> None:
        self.page.click(f"#form-{name} > button[type=submit]")
        expect(self._done(name)).to_be_visible(timeout=SAVED)

    def _done(self, name: str) -> Locator:
        return self.page.locator(f"#step-{name}.step-card--done")

    # Answering

    def answer(self, item: dict[str, Any]) -> None:
        """Answer an item as in order."""
        self.open(f"/items/{item['id']}")
        answer = item["answer"]
        if answer["type"] == "number":
            self.page.fill(field_of("value", item), within(answer))
            self.page.click("button.verdict[value=number]")
        elif answer["type"] == "choice":
            good = next(one["value"] for one in answer["options"] if one["result"] == "pass")
            self.page.click(f"button.verdict[value='option:{good}']")
        else:
            if answer["type"] == "text":
                self.page.fill(field_of("value", item), "现场情况正常")
            self.page.click("button.verdict[value=pass]")
        self.sees(item, "pass")

    def fail(self, item: dict[str, Any], words: str) -> None:
        """Answer an item as not in order, with words."""
        self.open(f"/items/{item['id']}")
        self.page.click("button.verdict[value=fail]")
        self.page.fill(field_of("remark", item), words)
        self.page.locator("button[value=staged]:visible").first.click()
        self.sees(item, "fail")

    def sees(self, item: dict[str, Any], state: str) -> None:
        """Wait until the open item page shows this state."""
        badge = self.page.locator(field_of("item", item)).locator(f".item__state .badge--{state}")
        expect(badge).to_be_visible(timeout=SAVED)

    # Evidence

    def open_camera(self) -> None:
        """Open the camera of the page one is on."""
        self.page.locator("[data-do=camera]").first.click()
        expect(self.page.locator(".camera__shutter")).to_be_enabled(timeout=SAVED)

    def photograph(self, count: int = 1) -> None:
        """Take photos in a row on the page one is on, and wait until each is kept.

        The fake camera may show the same picture twice; a strip shows it once, so strips are not counted.
        """
        self.open_camera()
        for taken in range(1, count + 1):
            self.page.click(".camera__shutter")
            expect(self.page.locator(".camera__count")).to_contain_text(f"已存 {taken} 张", timeout=SAVED)
        self.page.click(".camera__done")
        expect(self.page.locator(".camera")).to_have_count(0, timeout=SAVED)
        expect(self.page.locator("img[data-thumb]").first).to_be_visible(timeout=SAVED)

    # Closing

    def order_correction(self, item: dict[str, Any], demand: str) -> None:
        """Order a failed item to be corrected by the usual deadline."""
        self.open("/close")
        form = self.page.locator(f"[id='measure-{item['id']}']")
        form.locator("textarea[name=demand]").fill(demand)
        form.locator("input[name=when][value=date]").check()
        form.locator("button[type=submit]").last.click()
        expect(self.page.locator("#own .disposal .said", has_text=demand)).to_be_visible(timeout=SAVED)

    def complete(self) -> None:
        """Confirm the results of the own department."""
        self.open("/close")
        self.page.click("#complete button[type=submit]")
        expect(self.page.locator("#complete")).to_have_count(0, timeout=SAVED)

    def absent(self, department: str, words: str) -> None:
        """Record that a department did not come."""
        self.open("/close")
        form = self.page.locator(f"#absent-{department}")
        form.locator("xpath=ancestor::details[1]").locator("summary").first.click()
        form.locator("input[value=emergency]").check()
        form.locator("textarea").fill(words)
        form.locator("button[type=submit]").click()
        expect(self.page.locator(f"#absent-{department}")).to_have_count(0, timeout=SAVED)

    def take_over(self, reason: str) -> None:
        """The deputy takes the lead."""
        self.open("/close")
        form = self.page.locator("#takeover")
        form.locator("xpath=ancestor::details[1]").locator("summary").first.click()
        form.locator("textarea").fill(reason)
        form.locator("button[type=submit]").last.click()
        expect(self.page.locator("#lead #signoff, #lead .needs")).not_to_have_count(0, timeout=SAVED)

    def sign_officer(self, person: str, department: str) -> None:
        """An officer draws their signature on this phone."""
        self._sign(f"/sign?role=inspector&scope={department}&person={person}")

    def sign_party(self, scope: str, name: str) -> None:
        """The party signs the whole visit or a section."""
        self._sign(f"/sign?role=party&scope={scope}", name)

    def _sign(self, place: str, name: str = "") -> None:
        self.open(place)
        if name:
            self.page.fill("#sign-name", name)
        self.scribble()
        self.page.click("#sign button[type=submit]")
        self.page.wait_for_url("**/close**", timeout=SAVED)

    def scribble(self) -> None:
        """Draw on the pad."""
        self.page.locator("#pad svg").scroll_into_view_if_needed()
        box = self.page.locator("#pad svg").bounding_box()
        assert box is not None
        mouse = self.page.mouse
        for row in (0.3, 0.6):
            mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * row)
            mouse.down()
            for step in range(1, 9):
                across, down = 0.2 + step * 0.07, row + 0.05 * (step % 3)
                mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
            mouse.up()

    # Syncing

    def sync(self) -> None:
        """Ask for an exchange and wait until nothing is on this phone only."""
        self.page.goto(f"{self.url}/field/sync")
        self.page.click("#sync-now button[type=submit]")
        self._ask_sync("syncNow('button')")
        try:
            expect(self.page.locator("header .mark--stored").first).to_be_visible(timeout=60_000)
        except AssertionError as error:
            raise AssertionError(f"{self.username} did not come to rest: {self._sync_state()}") from error

    def push(self) -> None:
        """Send what the open account has, under whoever's session."""
        self._ask_sync("syncNow('button')")

    def _sync_state(self) -> str:
        """What the app knows of its exchange, for the failure's words."""
        return json.dumps(self._ask_sync("syncState()"), ensure_ascii=False)

    def _ask_sync(self, call: str) -> Any:
        """What a function of the app's exchange answers when its round is over."""
        return self.page.evaluate(f"() => import('/field/app/sync/sync.js').then((module) => module.{call})")


def within(answer: dict[str, Any]) -> str:
    """A reading inside the limits, as one would type it."""
    limits = [limit for limit in (answer["min"], answer["max"]) if limit is not None]
    return f"{Decimal(limits[0] if limits else 0).scaleb(-answer['decimals']):f}"


def field_of(what: str, item: dict[str, Any]) -> str:
    """The selector of something that belongs to an item; item ids need quoting."""
    return f"[id='{what}-{item['id']}']"


def phone_of(browser: Browser, profile: dict[str, Any], url: str, username: str) -> Phone:
    """A new phone, signed in."""
    phone = Phone(browser.new_context(**profile), url, username)
    phone.sign_in()
    return phone
