"""`callbank dashboards preview`: the dashboards drawn into PNG files, with a Prometheus's figures.

For reviewing a dashboard where there is no Grafana: the demo prints its Prometheus's address.
"""

import argparse
import json
import time
from pathlib import Path

from dialer.cli.announce import announce
from dialer.cli.bar import Bar
from dialer.dashboards import files
from dialer.dashboards.answers import Asker, answers_of, is_known
from dialer.dashboards.prometheus import DEFAULT_URL, Prometheus
from dialer.dashboards.reading import Drawing, read
from dialer.dashboards.spans import span_of
from dialer.errors import CallbankError, UsageError

Places = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_preview(places: Places) -> None:
    """The word and its options."""
    place = places.add_parser("preview", help="draw the dashboards into PNG files")
    place.add_argument("names", nargs="*", metavar="NAME",
                       help=f"which dashboards (all): {', '.join(files.NAMES)}")
    place.add_argument("--prometheus", default=DEFAULT_URL, metavar="URL",
                       help=f"where the figures are ({DEFAULT_URL})")
    place.add_argument("--from", dest="began", metavar="TIME",
                       help="beginning: now-30m or 2026-11-29T18:30 (the dashboard's own)")
    place.add_argument("--to", dest="ended", default="now", metavar="TIME", help="end (now)")
    place.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                       help="a variable of the dashboards, as in --set goal=50; may be given again")
    place.add_argument("--output", type=Path, required=True, metavar="DIR|FILE.png",
                       help="a directory for NAME.png, or the file for a single dashboard")
    place.add_argument("--json", action="store_true", help="print what was drawn as JSON")
    place.set_defaults(do=_preview)


def _preview(args: argparse.Namespace) -> int:
    # Only here: matplotlib takes half a second to import.
    from dialer.dashboards.picture import COLUMN_PX, draw

    names = list(dict.fromkeys(args.names)) or list(files.NAMES)
    drawings = [read(files.path_of(name)) for name in names]
    paths = _paths(args.output, names)
    variables = _variables(args.set, drawings)
    now = time.time()
    spans = [span_of(args.began or one.window, args.ended, now) for one in drawings]
    prometheus = Prometheus(args.prometheus)
    interval_s = prometheus.scrape_interval_s()
    if not any(is_known(prometheus, span) for span in spans):
        raise CallbankError(
            f"{prometheus.url} has no figures of Callbank between --from and --to: is it the"
            " Prometheus that watches it?"
        )
    told = []
    with Bar() as bar:
        for name, drawing, span, path in zip(names, drawings, spans, paths, strict=True):
            asker = Asker(prometheus=prometheus, span=span, scrape_interval_s=interval_s)
            answers = answers_of(
                drawing, asker, variables, column_px=COLUMN_PX,
                show=lambda part, name=name: bar.show(name, part),
            )  # fmt: skip
            path.parent.mkdir(parents=True, exist_ok=True)
            draw(drawing, answers, span, variables, path)
            told.append(_told(name, path, drawing, [bool(one) for one in answers]))
    _tell(told, is_json=args.json)
    return 0


def _paths(output: Path, names: list[str]) -> list[Path]:
    """A file for each dashboard. Raises UsageError where none could be written."""
    if output.suffix.lower() != ".png":
        if output.exists() and not output.is_dir():
            raise UsageError(f"{output} is a file: give a directory, or a name that ends in .png.")
        return [output / f"{name}.png" for name in names]
    if len(names) > 1:
        raise UsageError(
            f"{output} is one picture, for one dashboard: name it, or give a directory."
        )
    if output.is_dir() or (output.parent.exists() and not output.parent.is_dir()):
        raise UsageError(f"{output} cannot be written: it or {output.parent} is of another kind.")
    return [output]


def _variables(given: list[str], drawings: list[Drawing]) -> dict[str, str]:
    known = {name for drawing in drawings for name in drawing.variables}
    found = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not value or name not in known:
            raise UsageError(
                f"--set {word}: give NAME=VALUE, where NAME is one of {', '.join(sorted(known))}."
            )
        found[name] = value
    return found


def _told(name: str, path: Path, drawing: Drawing, has_figures: list[bool]) -> dict[str, object]:
    empty = [
        placed.panel.title
        for placed, has_some in zip(drawing.placed, has_figures, strict=True)
        if not has_some
    ]
    return {"dashboard": name, "file": str(path), "panels": len(has_figures), "empty": empty}


def _tell(told: list[dict[str, object]], *, is_json: bool) -> None:
    if is_json:
        print(json.dumps(told, indent=2))
        return
    for one in told:
        print(f"drawn: {one['file']}")
        if one["empty"]:
            announce(f"{one['dashboard']}: without figures: {', '.join(map(str, one['empty']))}")
