"""What is recorded of a conversation in a page that is loaded again."""

import pytest

from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.venue import Row, until
from tests.browser.shift import Shift

pytestmark = pytest.mark.alone  # a browser that starves loses its call

ANNOUNCEMENT = "This call is recorded."


def recordings(its: Shift) -> list[Row]:
    return its.venue.rows(
        "SELECT r.* FROM recordings AS r JOIN attempts AS a ON a.id = r.attempt_id"
        " WHERE a.campaign_id = %s ORDER BY r.started_at",
        its.evening.campaign.id,
    )


async def test_after_a_reload_the_conversation_is_announced_and_recorded_anew(its: Shift) -> None:
    its.venue.change(
        "UPDATE campaigns SET records_calls = true, announcement_text = %s WHERE id = %s",
        ANNOUNCEMENT,
        its.evening.campaign.id,
    )
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        await until(lambda: recordings(its), "the conversation is recorded")
        await his.page.reload()
        await his.talks()
        await until(lambda: len(recordings(its)) == 2, "it is recorded anew")
        await its.ends(his, "undecided")
        await until(lambda: recordings(its)[1]["ended_at"], "the further recording has ended")
    first, second = recordings(its)
    instants = [
        row[name]
        for row in (first, second)
        for name in ("announced_from", "announced_to", "started_at", "ended_at")
    ]
    assert instants == sorted(instants)
    for row in (first, second):
        assert (its.venue.home / "recordings" / str(row["file"])).stat().st_size > 44
    assert list(its.evening.outcomes().values()) == ["talked"]
