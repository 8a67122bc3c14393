"""How a request becomes an engine event, and what the engine's refusal becomes."""

import logging

from aiohttp import web

from dialer.engine.commands import Command, RefuseAgent
from dialer.engine.events import AgentEvent
from dialer.runtime.ports import StoreAway
from dialer.web.errors import KeptButUnconfirmedError, RefusedError
from dialer.web.keys import DESK, WATCH

logger = logging.getLogger(__name__)


async def post(request: web.Request, event: AgentEvent) -> tuple[Command, ...]:
    """Hand the event in, wait until it is committed, and raise what the engine refused."""
    try:
        commands = await request.app[DESK].post(event)
    except StoreAway as error:
        raise KeptButUnconfirmedError() from error
    finally:
        request.app[WATCH].stir()
    for command in commands:
        if isinstance(command, RefuseAgent) and command.agent_id == event.agent_id:
            raise RefusedError(command.reason)
    logger.info("agent %d: %s", event.agent_id, type(event).__name__)
    return commands
