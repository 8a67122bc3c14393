"""Where the volunteers' collaborators are kept in the application; server.py sets them."""

from aiohttp import web

from dialer.domain.guesses import Guesses
from dialer.web.volunteer.goals import GoalBoard
from dialer.web.volunteer.ports import Volunteering

VOLUNTEERING = web.AppKey("volunteering", Volunteering)
GUESSES = web.AppKey("guesses", Guesses)
ASTERISK = web.AppKey("asterisk", str)  # the URL of its websocket
GOALS = web.AppKey("goals", GoalBoard)
SOCKETS = web.AppKey("sockets", dict[int, web.WebSocketResponse])  # the tab in use, by session
