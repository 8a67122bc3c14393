"""A person answered: ask the daemon where the call goes, and tell the dialplan.

Asked by callbank-answered, once at the answer and again if a bridge failed. The dialplan reads
CB_ROUTE; where that stays empty the daemon is away and the dialplan decides by itself.
"""

from agi import names
from agi.desk import Desk
from agi.session import AgiFailed, AgiSession


def run(session: AgiSession, desk: Desk) -> None:
    """One question, one answer, one round trip."""
    query = session.query
    route = desk.route(
        query.get("attempt") or session.env.get("agi_uniqueid", ""),
        session.env.get("agi_channel", ""),
        query.get("amd", ""),
        query.get("cause", ""),
    )
    if route.destination not in names.ROUTES:
        raise AgiFailed("the daemon named a route that the dialplan does not know")
    variables = {names.VAR_ROUTE: route.destination}
    if route.agent_channel:
        variables[names.VAR_AGENT_CHANNEL] = route.agent_channel
    session.set_variables(variables)
