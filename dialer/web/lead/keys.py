"""Where the shift leads' collaborators are kept in the application; server.py sets them."""

from aiohttp import web

from dialer.web.lead.counts import Counting
from dialer.web.lead.ports import Leading

LEADING = web.AppKey("leading", Leading)
COUNTING = web.AppKey("counting", Counting)
LEAD_SOCKETS = web.AppKey("lead_sockets", set[web.WebSocketResponse])
