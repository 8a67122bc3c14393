"""Somebody calls us: ask the daemon whether a volunteer takes the call, and tell the dialplan.

Asked by callbank-inbound before the call is answered, and once more if a bridge failed. Where
CB_ROUTE stays empty the daemon is away, and the caller hears the message.
"""

from agi import names
from agi.desk import Desk
from agi.session import AgiFailed, AgiSession


def run(session: AgiSession, desk: Desk) -> None:
    """One question, one answer, one round trip."""
    route = desk.incoming(
        session.query.get("visit", ""),
        session.env.get("agi_channel", ""),
        session.query.get("called", ""),
        session.query.get("caller", ""),
    )
    if route.destination not in names.INBOUND_ROUTES:
        raise AgiFailed("the daemon named a route that callers cannot take")
    variables = {names.VAR_ROUTE: route.destination}
    if route.agent_channel:
        variables[names.VAR_AGENT_CHANNEL] = route.agent_channel
    session.set_variables(variables)
