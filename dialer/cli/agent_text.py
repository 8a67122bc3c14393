"""An agent's state as plain text, for `callbank agent state` and after every live action."""

import time

from dialer.cli.client import Json

_WORDS = {
    "offline": "is not logged in",
    "joining": "is being called: let him pick up his telephone",
    "ready": "is ready",
    "reserved": "has a line being dialed for him",
    "talking": "is talking",
    "wrap_up": "is to give a result",
    "break": "is on a break",
}

_WISHES = {"break": "then a break", "offline": "then he goes home", "ready": "then he is ready"}


def state_text(name: str, state: Json) -> str:
    """One line about him, and one about the lead that he has."""
    what = _WORDS.get(str(state["state"]), str(state["state"]))
    since = state.get("since")
    when = f" since {time.strftime('%H:%M:%S', time.localtime(float(str(since))))}" if since else ""
    wish = _WISHES.get(str(state.get("wants") or ""), "")
    lines = [f"{name} {what}{when}" + (f"; {wish}" if wish else "") + "."]
    lead = state.get("lead")
    if isinstance(lead, dict):
        lines.append(_lead_line(lead))
    if state.get("attempt_id"):
        lines.append(f"  attempt {state['attempt_id']}")
    return "\n".join(lines)


def _lead_line(lead: Json) -> str:
    who = f"{lead['name'] or 'no name'}, {lead['number']}"
    before = f"{lead['attempts']} attempts before" if lead["attempts"] else "never called before"
    last = f", the last one {lead['last_outcome']}" if lead["last_outcome"] else ""
    return f"  lead {lead['lead_id']}: {who} ({before}{last})"
