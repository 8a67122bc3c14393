"""People for whom nobody is free: the safe-harbor message, the opt-out key, the daemon away."""

from dialer.domain.campaign import CampaignState, DialMethod
from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.evening import LONG_TALKS, Evening, evening
from tests.asterisk.e2e.venue import Venue, until


def listed(its: Evening) -> dict[str, str]:
    """The do-not-call entries of the campaign's numbers: the attempt of each."""
    rows = its.venue.rows(
        "SELECT e164, attempt_id FROM do_not_call WHERE e164 = ANY(%s)", list(its.behaviours)
    )
    return {str(row["e164"]): str(row["attempt_id"]) for row in rows}


async def test_who_hears_the_message_and_presses_9_is_never_called_again(venue: Venue) -> None:
    async with evening(
        venue, "Too many answer", dial_method=DialMethod.RATIO, ratio=3.0
    ) as its, its.crew(1) as crew:
        await its.over_dials()
        numbers = its.add([Behaviour.PERSON_OPTS_OUT] * 3)
        await its.all_dialed(3)
        outcomes = its.outcomes()
        assert sorted(map(str, outcomes.values())) == ["abandoned", "abandoned", "talked"]
        left_alone = {e164 for e164 in numbers if outcomes[e164] == "abandoned"}
        for e164 in left_alone:
            row = its.attempt(e164)
            assert row is not None
            assert row["message_started_at"] is not None
            (entry,) = venue.rows(
                "SELECT d.attempt_id, d.added_at <= a.ended_at AS was_in_time FROM do_not_call AS d"
                " JOIN attempts AS a ON a.id = d.attempt_id WHERE d.e164 = %s",
                e164,
            )
            assert entry == {"attempt_id": row["id"], "was_in_time": True}
        assert listed(its).keys() == left_alone
        its.add_again(sorted(left_alone))
        await until(lambda: len(refused(its)) == 2, "both were refused at the second time")
        assert refused(its) == {e164: ["INTERNAL_DNC", "ABANDONED_72H"] for e164 in left_alone}
        await its.check(crew)


def refused(its: Evening) -> dict[str, object]:
    """The numbers that the gate refused, and why."""
    rows = its.venue.rows(
        "SELECT l.e164, r.reasons FROM refusals AS r JOIN leads AS l ON l.id = r.lead_id"
        " WHERE r.campaign_id = %s",
        its.campaign.id,
    )
    return {str(row["e164"]): row["reasons"] for row in rows}


async def test_without_the_daemon_a_person_still_gets_his_reserved_agent(venue: Venue) -> None:
    async with evening(
        venue, "Reserved and away", dial_method=DialMethod.PROGRESSIVE
    ) as its, its.crew(1, LONG_TALKS) as crew:
        (e164,) = its.add([Behaviour.SLOW_ANSWER])
        await its.set_state(CampaignState.RUNNING)
        await until(lambda: its.ringing() == 1, "the line rings")
        venue.kill("daemon")
        row = its.attempt(e164)
        assert row is not None
        assert row["answered_at"] is None
        await until(lambda: f"/{row['id']}" in away(venue), "the dialplan put him through")
        channel = venue.channels()[str(row["id"])]
        await venue.stage.start_daemon()
        await until(lambda: its.talking(), "the conversation was adopted")
        assert venue.channels()[str(row["id"])] == channel
        await its.all_dialed()
        assert its.outcomes() == {e164: "talked"}
        await its.check(crew)


async def test_without_the_daemon_the_message_is_played_and_an_opt_out_is_kept(
    venue: Venue,
) -> None:
    async with evening(
        venue, "Too many and away", dial_method=DialMethod.RATIO, ratio=3.0
    ) as its, its.crew(1, LONG_TALKS) as crew:
        await its.over_dials()
        numbers = its.add([Behaviour.SLOW_ANSWER] * 3)
        await until(lambda: its.ringing() == 3, "three lines ring")
        venue.kill("daemon")
        assert all(row["answered_at"] is None for row in its.attempts())
        await until(lambda: away(venue).count(": message:") >= 2, "two hear the message")
        who = {str(row["id"]): str(row["e164"]) for row in its.attempts()}
        hears = {e164 for each, e164 in who.items() if f"/{each}" in messages(venue)}
        press_9(venue, hears)
        await until(lambda: hears <= optouts(venue), "both opt-outs are kept")
        await venue.stage.start_daemon()
        await until(lambda: listed(its).keys() == hears, "both are on the list")
        await its.all_dialed(3)
        outcomes = its.outcomes()
        assert {outcomes[e164] for e164 in hears} == {"abandoned"}
        assert {outcomes[e164] for e164 in set(numbers) - hears} == {"talked"}
        await its.check(crew)


def away(venue: Venue) -> str:
    """What the dialplan did by itself."""
    return venue.pbx.console("database show callbank-away")


def messages(venue: Venue) -> str:
    """Those whom it played the message."""
    return "\n".join(line for line in away(venue).splitlines() if ": message:" in line) + "\n"


def optouts(venue: Venue) -> set[str]:
    """The numbers that it keeps on its own list."""
    lines = venue.pbx.console("database show callbank-optout").splitlines()
    return {line.split("/")[2].split(":")[0].strip() for line in lines if line.startswith("/")}


def press_9(venue: Venue, numbers: set[str]) -> None:
    """The persons of these numbers hear something and press the key."""
    for line in venue.carrier.console("core show channels concise").splitlines():
        channel = line.split("!")[0]
        variables = venue.carrier.console(f"core show channel {channel}").splitlines()
        if any(f"NUMBER={e164.removeprefix('+')}" in variables for e164 in numbers):
            venue.carrier.console(f"channel redirect {channel} caller,s,1")
