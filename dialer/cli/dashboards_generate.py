"""`callbank dashboards generate`: the dashboards' JSON, written or compared with the code.

For whoever changes dialer/dashboards/: Grafana reads the files, and they are committed.
"""

import argparse
import json
from pathlib import Path

from dialer.dashboards import files

Places = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_generate(places: Places) -> None:
    """The word and its options."""
    place = places.add_parser("generate", help="write the dashboards' JSON from the code")
    place.add_argument("--check", action="store_true",
                       help="write nothing; end with 1 when a file differs from the code")
    place.add_argument("--folder", type=Path, default=files.FOLDER, metavar="DIR",
                       help="where the files are (dashboards/grafana/ of the checkout)")
    place.add_argument("--json", action="store_true", help="print what was found as JSON")
    place.set_defaults(do=_generate)


def _generate(args: argparse.Namespace) -> int:
    changed = files.drifted(args.folder) if args.check else files.write(args.folder)
    if args.json:
        print(json.dumps({"dashboards": files.NAMES, "changed": [str(path) for path in changed]}))
    elif args.check:
        for path in changed:
            print(f"{path} differs from the code: run `./callbank dashboards generate`.")
    else:
        for path in changed:
            print(f"written: {path}")
    if not changed and not args.json:
        print(f"{len(files.NAMES)} dashboards say what the code says.")
    return 1 if args.check and changed else 0
