"""Records this phone once had and has no more: noticed even when phone and server agree, and said in plain words."""

from collections.abc import Callable

from tests.field.conftest import County, Phone

REMEMBER = """async ([visit, seq]) => {
  const [{ app }, { remember }] = await Promise.all([import("/field/app/local/app.js"), import("/field/app/store/memory.js")]);
  await app.store.append(visit, "note", { department: "XFJY", text: "x" });
  remember(app.store.device, visit, seq); // as a phone restored from an older copy remembers
}"""


def test_what_is_missing_is_said_with_what_to_do(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    page = officer("zhou").open(visit)
    page.evaluate(REMEMBER, [visit, 4])
    page.goto(f"{county.server.url}/field/sync")
    page.click("#sync-now button")
    page.click(f"#sync-{visit} .needs a[href='/field/loss']")
    page.wait_for_selector("#loss .needs:has-text('本机写过的 3 条记录')")
    assert "告诉联席办" in page.inner_text("#loss")


def test_where_nothing_is_missing_it_says_so(county: County, officer: Callable[..., Phone]) -> None:
    page = officer("zhou").page
    page.goto(f"{county.server.url}/field/loss")
    page.wait_for_selector("#loss .fine:has-text('没有发现丢失')")
