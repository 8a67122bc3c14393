"""A volunteer without a screen: tell the daemon what he typed, and the dialplan what he hears next.

Asked by callbank-keypad for every turn of the talk between voice and keys. The daemon keeps
nothing of it: what has to be known in the next turn stays in the call's own variables. What was
typed is no part of the request's address, for codes are secrets.
"""

from agi import names
from agi.desk import Desk
from agi.session import AgiFailed, AgiSession


def run(session: AgiSession, desk: Desk) -> None:
    """One question, one answer."""
    asked = {
        **session.query,
        "keys": session.env.get("agi_arg_1", ""),
        "invitation": session.env.get("agi_arg_2", ""),
    }
    variables = desk.keypad(asked)
    if variables.get(names.VAR_NEXT) not in names.KEYPAD_NEXT:
        raise AgiFailed("the daemon named a turn that the dialplan does not know")
    session.set_variables(variables)
    if asked.get("event") == "pressed" and variables[names.VAR_NEXT] != "back":
        # He is in a bridge and has no line of the dialplan to go on at.
        where = f"{session.env.get('agi_channel', '')},{names.CONTEXT_KEYPAD},next,1"
        session.execute("EXEC", "ChannelRedirect", f'"{where}"')
