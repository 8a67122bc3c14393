"""Work spread over processes of its own: a few at a time, and none left behind.

A *piece* is one argument of the work. Each gets a fresh process, so that nothing of one run can
reach another and results do not depend on how many there are at once.
"""

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from typing import Any, TypeVar, cast

from dialer.errors import CallbankError

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def run_all(
    work: Callable[[Piece], Result],
    pieces: Sequence[Piece],
    *,
    at_once: int,
    done: Callable[[int], None],
) -> list[Result]:
    """The results in the order of the pieces; `done` hears the place of each that is finished.

    `work` is a function at the top of a module: the processes import it by name.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([work.__module__])
    waiting = list(enumerate(pieces))[::-1]
    running: dict[Connection, tuple[int, ForkServerProcess]] = {}
    results: dict[int, Result] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                place, piece = waiting.pop()
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(work, piece, theirs), daemon=True)
                process.start()
                theirs.close()
                running[ours] = (place, process)
            for ready in wait(list(running)):
                assert isinstance(ready, Connection)
                results[running[ready][0]] = cast(Result, _result(ready, running[ready][1]))
                place, process = running.pop(ready)
                process.join()
                done(place)
    finally:
        for _, process in running.values():
            process.terminate()
            process.join()
    return [results[place] for place in range(len(pieces))]


def _work(work: Callable[[Any], Any], piece: object, theirs: Connection) -> None:
    """In the process: one piece, and its result or its error back through the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, who ends us
    try:
        theirs.send((True, work(piece)))
    except CallbankError as error:
        theirs.send((False, str(error)))


def _result(ready: Connection, process: ForkServerProcess) -> object:
    try:
        is_good, result = ready.recv()
    except EOFError:
        process.join()
        raise CallbankError(
            f"a process of the benchmark ended without a result (exit code {process.exitcode});"
            " if memory was short, run it again with fewer --workers."
        ) from None
    finally:
        ready.close()
    if not is_good:
        raise CallbankError(result)
    return result
