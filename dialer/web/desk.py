"""How a request becomes an engine event, and what the engine's refusal becomes."""

import logging

from aiohttp import web

from dialer.engine.commands import Command, RefuseAgent
from dialer.engine.events import AgentEvent
from dialer.engine.requests import AgentAskedHelp, AgentHelpOver
from dialer.engine.store_commands import SaveHelpRequest
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


async def post_help(request: web.Request, event: AgentAskedHelp | AgentHelpOver) -> bool:
    """The same for who asks for help, or is seen; whether that is news. His page is told of it."""
    try:
        commands = await post(request, event)
    finally:
        request.app[WATCH].wake(event.agent_id)
    return any(isinstance(command, SaveHelpRequest) for command in commands)
