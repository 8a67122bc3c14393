"""A volunteer's steps over HTTP, as far as the real Asterisk has to know of them."""

from aiohttp import ClientSession, CookieJar

from dialer.domain.volunteer import Invitation
from dialer.storage.volunteers import Volunteers
from tests.asterisk.e2e.evening import evening
from tests.asterisk.e2e.venue import Venue, until

OURS = {"X-Callbank": "1"}


def webrtc_of(venue: Venue, extension: str) -> str:
    """What Asterisk takes his telephone for: `yes`, `no`, or empty while it knows none."""
    shown = venue.pbx.console(f"pjsip show endpoint {extension}").splitlines()
    return next((line.split()[-1] for line in shown if line.strip().startswith("webrtc")), "")


async def test_who_chose_his_browser_has_a_browsers_telephone_as_soon_as_he_is_told_so(
    venue: Venue,
) -> None:
    """Else Asterisk calls it as a desk telephone at first, which every browser refuses."""
    async with evening(venue, "joins") as its:
        url = venue.database_url.replace("postgresql://", "postgresql+psycopg://")
        async with Volunteers.at(url) as volunteers:
            link = await volunteers.invite(
                Invitation(code="", campaign_id=its.campaign.id), pin="", by="Vera"
            )
        jar = CookieJar(unsafe=True)
        async with ClientSession(venue.stage.web_url, cookie_jar=jar, headers=OURS) as http:
            joined = await http.post(
                f"/api/join/{link.code}", json={"first_name": "Ada", "language": "en"}
            )
            assert joined.status == 201, await joined.text()
            conduct = await (await http.get("/api/volunteer/conduct")).json()
            agreed = {name: conduct[name] for name in ("version", "checklist")}
            assert (await http.post("/api/volunteer/conduct", json=agreed)).status == 200
            (agent,) = venue.rows("SELECT extension FROM agents ORDER BY id DESC LIMIT 1")
            extension = str(agent["extension"])
            await until(lambda: webrtc_of(venue, extension) == "no", "Asterisk knows him")
            chosen = await http.post("/api/volunteer/audio", json={"way": "browser"})
            assert chosen.status == 200, await chosen.text()
            assert webrtc_of(venue, extension) == "yes"
