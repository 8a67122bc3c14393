"""A volunteer of `bench page`: one page in a browser that is driven as fast as the page allows,
and what the page itself saw of it.

The *probe* runs in the page from before its own program: it notes when a person was painted, how
long taps took until the server had them, and what became of the telephone. Instants are seconds
since the epoch, as the database's are: all run on one machine. Called by page.py.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PageTimeout

PATIENCE_MS = 120_000.0
LOOK_MS = 1000.0
SENDS_MS = 10_000.0
READS_S = 10.0
"""How long he reads before each of three taps: half a minute is a short conversation."""

ANSWERS = ("Yes", "Undecided")
"""What he taps in the demo's script; no other question comes after them that must be answered."""

CALL_S = READS_S * (len(ANSWERS) + 1)
"""A conversation on a page that keeps nobody waiting."""

RESULT = "undecided"

PROBE = """
(() => {
  const seen = { arrivals: [], saved: [], ready: [], broken: 0, errors: [] };
  window.callbankSeen = seen;
  const now = () => (performance.timeOrigin + performance.now()) / 1000;
  let state = "", reported = 0, arrived = "";
  addEventListener("error", (event) => seen.errors.push(String(event.message)));
  addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));
  addEventListener("click", (event) => {
    if (event.target.closest?.("[data-result]")) {
      reported = (performance.timeOrigin + event.timeStamp) / 1000;
    }
  }, true);
  const ask = window.fetch;
  window.fetch = async (path, request) => {
    const answer = await ask(path, request);
    if (String(path).endsWith("/api/volunteer/clicks") && answer.ok) {
      for (const click of JSON.parse(request.body).clicks) {
        seen.saved.push({ kind: click.kind, id: click.id, took_s: now() - click.at });
      }
    }
    return answer;
  };
  const look = () => {
    const bar = document.querySelector(".bar");
    const next = bar ? bar.className.replace("bar", "").trim() : "";
    if (next !== state) {
      if (reported && ["ready", "reserved", "talking"].includes(next)) {
        seen.ready.push(now() - reported);
        reported = 0;
      }
      if (next === "offline" && !["", "joining"].includes(state)) seen.broken += 1;
      state = next;
    }
    if (state !== "talking" || !document.querySelector(".person h1")) return;
    const kept = JSON.parse(localStorage.getItem("callbank.calls") ?? "null");
    const attempt = kept?.current?.attemptId;
    if (!attempt || attempt === arrived) return;
    arrived = attempt;
    requestAnimationFrame(() => seen.arrivals.push({ attempt, at: now() }));
  };
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["class"],
  });
})();
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one page saw: arrivals by attempt, and how long things took, in seconds."""

    arrivals: dict[str, float]
    answers_saved: frozenset[str]  # ids of the clicks that the server confirmed
    saved_s: tuple[float, ...]
    ready_s: tuple[float, ...]
    lines_broken: int
    errors: tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class PageVolunteer:
    """Somebody at a page with the probe in it."""

    page: Page
    joined_s: float | None = None
    answers_tapped: int = 0

    async def join(self, link: str, name: str) -> None:
        """Be on the line with somebody; without `joined_s` he has not got so far in time."""
        began = time.monotonic()
        with suppress(PageTimeout):
            await self._do_all_that_is_asked(link, name)
            self.joined_s = time.monotonic() - began

    async def _do_all_that_is_asked(self, link: str, name: str) -> None:
        page = self.page
        await page.goto(link)
        await page.get_by_label("Your first name").fill(name)
        await page.get_by_role("button", name="Join").click()
        await page.get_by_role("button", name="I agree").wait_for()
        for box in await page.get_by_role("checkbox").all():
            await box.check()
        await page.get_by_role("button", name="I agree").click()
        await page.get_by_role("button", name="Use my microphone").click()
        await page.get_by_text("Your telephone is connected.").wait_for()
        await page.get_by_role("button", name="That works, go on").click()
        await page.get_by_role("button", name="Start calling").click()
        await page.locator(".bar.talking").wait_for()

    async def work(self, closing: asyncio.Event) -> None:
        """Talk with whoever is put through, until it is over."""
        while not closing.is_set():
            with suppress(PageTimeout):
                await self.page.locator(".bar.talking").wait_for(timeout=LOOK_MS)
                await self._converse()

    async def _converse(self) -> None:
        for label in ANSWERS:
            await asyncio.sleep(READS_S)
            question = self.page.locator(".question")
            await question.get_by_role("button", name=label, exact=True).click()
            self.answers_tapped += 1
        await asyncio.sleep(READS_S)
        await self.page.locator(".bar button.danger").click()
        await self.page.locator(".bar.wrap_up").wait_for()
        await self.page.locator(f'[data-result="{RESULT}"]').click()
        # The next person may be there before one can look: he waits until this one is gone.
        await self.page.locator(".bar:not(.wrap_up)").wait_for()

    async def seen(self) -> Seen:
        """What the page saw, when everything is with the server."""
        with suppress(PageTimeout):  # what is not is lost, and found missing in the database
            sent = self.page.locator('[data-unsaved="0"]')
            await sent.wait_for(state="attached", timeout=SENDS_MS)
        its = await self.page.evaluate("window.callbankSeen")
        answers = [one for one in its["saved"] if one["kind"] == "answer"]
        return Seen(
            arrivals={one["attempt"]: one["at"] for one in its["arrivals"]},
            answers_saved=frozenset(one["id"] for one in answers),
            saved_s=tuple(one["took_s"] for one in its["saved"]),
            ready_s=tuple(its["ready"]),
            lines_broken=its["broken"],
            errors=tuple(its["errors"]),
        )
