"""PINs on the phones of the tests: one for everybody, and the taps that set, enter and switch."""

from playwright.sync_api import Page, expect

PIN = "258036"
WAIT = 60_000  # milliseconds: keys are derived slowly on purpose, and the machine may be busy

ASKING = "form[data-pin]"
INSIDE = "#screen:has(.content):not(:has(.gate))"
GO = "(path) => htmx.ajax('GET', path, { target: '#screen', swap: 'outerSync', push: 'true' })"


def choose_pin(page: Page, pin: str = PIN) -> None:
    """Set a PIN where the page asks for a new one; waits until the app is open."""
    page.fill("[name=pin]", pin)
    page.fill("[name=again]", pin)
    page.wait_for_selector(INSIDE, timeout=WAIT)


def enter_pin(page: Page, pin: str = PIN) -> None:
    """Tap a PIN on the keys; the last figure sends it."""
    for figure in pin:
        page.click(f"[data-do=pin-key][data-figure='{figure}']")


def unlock(page: Page, pin: str = PIN) -> None:
    """Enter the PIN where the page asks for it; waits until the app is open."""
    enter_pin(page, pin)
    page.wait_for_selector(INSIDE, timeout=WAIT)


def let_in(page: Page, pin: str = PIN) -> None:
    """Wait for a page of the app, giving the PIN if it is asked for, or setting it if there is none yet."""
    page.wait_for_selector(f"{ASKING}, #screen:has(.content):not(:has({ASKING}))", timeout=WAIT)
    if page.query_selector("[name=again]") and page.query_selector(".gate"):
        choose_pin(page, pin)
    elif page.query_selector(f".gate {ASKING}"):
        unlock(page, pin)


def lock(page: Page) -> None:
    """Lock the phone on the page one is on."""
    page.evaluate(GO, "/field/me")
    page.click("#lock button")
    page.wait_for_selector(ASKING)


def switch_to(page: Page, name: str, pin: str = PIN) -> None:
    """Hand the phone to somebody enrolled on it: a tap on the name, and the PIN."""
    page.evaluate(GO, "/field/people")
    page.locator(".person", has_text=name).click()
    expect(page.locator("h1", has_text=name)).to_be_visible(timeout=WAIT)
    unlock(page, pin)
