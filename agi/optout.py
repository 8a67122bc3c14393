"""A person pressed the opt-out key: have it committed before he hears that it is done.

Asked by callbank-message. CB_OPTOUT stays empty when it could not be committed in time;
the dialplan then keeps the opt-out in AstDB, from where the daemon fetches it later.
"""

from agi import names
from agi.desk import Desk, DeskAway
from agi.session import AgiSession


def run(session: AgiSession, desk: Desk) -> None:
    """Returns only after the do-not-call row is committed."""
    attempt_id = session.query.get("attempt", "")
    if not desk.opt_out(attempt_id, session.env.get("agi_arg_1", "")):
        raise DeskAway("the opt-out is not committed")
    session.set_variables({names.VAR_OPTOUT: names.OPTOUT_RECORDED})
