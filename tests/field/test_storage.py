"""The phone's storage fails under the app: it says so in the way of everything, or next to what was typed; it never looks empty."""

from collections.abc import Callable

from tests.field.conftest import County, Phone
from tests.pins import let_in

FULL = """() => {
  const real = { put: IDBObjectStore.prototype.put, add: IDBObjectStore.prototype.add };
  for (const [name, write] of Object.entries(real)) {
    IDBObjectStore.prototype[name] = function (...what) {
      const request = write.apply(this, what);
      Object.defineProperty(this.transaction, "error", { value: new DOMException("full", "QuotaExceededError") });
      this.transaction.abort();
      return request;
    };
  }
  window.makeRoom = () => Object.assign(IDBObjectStore.prototype, real);
}"""
BROKEN = """
  const real = IDBDatabase.prototype.transaction;
  let left = Number(sessionStorage.getItem("calls") ?? Infinity);
  IDBDatabase.prototype.transaction = function (...how) {
    if (left-- > 0) return real.apply(this, how);
    window.struck = true;
    throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
  };
"""


def test_a_full_disk_is_told_and_what_was_typed_stays(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--fail")
    page.wait_for_selector(".unsaved")
    page.fill("[name=remark]", "灭火器压力不足 2 具")
    page.evaluate(FULL)
    page.click("button.bar__main")
    page.wait_for_selector("#notice .notice:has-text('空间')")
    assert page.input_value("[name=remark]") == "灭火器压力不足 2 具"
    assert zhou.answers(visit, "XF1") == []
    assert not page.is_visible(".answered--fail")
    page.evaluate("window.makeRoom()")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--fail")
    assert [body["remark"] for body in zhou.answers(visit, "XF1")] == ["灭火器压力不足 2 具"]


def test_a_store_that_breaks_at_any_call_of_the_start_stands_before_everything(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    page = zhou.open(visit)
    page.add_init_script(BROKEN)
    for calls in range(24):
        page.evaluate("(calls) => sessionStorage.setItem('calls', calls)", calls)
        page.reload()
        page.wait_for_selector(".gate button[data-do=reload], #visit-head")
        if page.query_selector("#visit-head"):
            break  # all that the page needs had been read
        assert page.evaluate("window.struck")
    zhou.faults.clear()  # the console was told too
    assert calls > 3


def test_work_left_half_done_does_not_keep_a_full_phone_from_opening(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.open(visit)
    left = """async (visit) => {
      const { app } = await import("/field/app/local/app.js");
      const capture = { item: "XF1", moment: null, department: "XFJY", caption: "", source: "app", captured_at: "2026-11-24T09:31:00.000+08:00", clock_offset: null };
      await app.store.putEvidence(visit, new Uint8Array(1000).fill(7), { type: "image/jpeg", capture });
    }"""
    zhou.page.evaluate(left, visit)
    page = zhou.tab()
    page.add_init_script(f"({FULL})()")
    page.goto(f"{county.server.url}/field/visits/{visit}")
    let_in(page)
    page.wait_for_selector("#visit-head")
    zhou.faults.clear()  # the console was told too
