"""The simulated person of a practice call: tell the daemon what he heard, do what it says.

Asked by callbank-practice after each thing that the person said or heard. Who he is and what he
answers is the daemon's business.
"""

from agi import names
from agi.desk import Desk
from agi.session import AgiFailed, AgiSession


def run(session: AgiSession, desk: Desk) -> None:
    """One question, one answer."""
    variables = desk.practice(
        session.query.get("practice", ""), session.query.get("event", "")
    )
    if variables.get(names.VAR_NEXT) not in names.PRACTICE_NEXT:
        raise AgiFailed("the daemon named a turn that the dialplan does not know")
    session.set_variables(variables)
