"""`callbank serve`: run the phone bank until it is told to stop (SIGTERM, SIGINT)."""

import argparse
import asyncio
import logging
import os
import signal

from dialer import app
from dialer.cli.announce import announce
from dialer.config import load_settings
from dialer.house import House, prepare, stop_parts
from dialer.parts.lock import only_one

DRAIN_S = 30.0


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank serve`."""
    parser.add_argument(
        "--drain-seconds",
        type=float,
        default=DRAIN_S,
        metavar="S",
        help=f"how long live conversations may go on after a stop is asked for ({DRAIN_S:g})",
    )
    parser.add_argument(
        "--leave-parts",
        action="store_true",
        help="leave Asterisk, its conversations and the embedded database running after a stop",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; 0 after an orderly stop."""
    settings = load_settings(os.environ, home=args.home)
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    with only_one(settings.home):
        house = prepare(settings, announce)
        try:
            asyncio.run(_serve(house, args.drain_seconds, args.leave_parts))
        finally:
            if not args.leave_parts:
                stop_parts(house)
    return 0


async def _serve(house: House, drain_s: float, leaves_parts: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for request in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(request, stopping.set)
    await app.serve(house, stopping, drain_s=drain_s, keeps_agents=leaves_parts)
