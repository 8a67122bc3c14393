"""Which Asterisk dials: an installed one, else a private tree made in the data directory.

The tree is Debian's own packages, unpacked but not installed. Its programs run without chroot and
as any user, because its own dynamic loader is started with its own library path. An AsteriskProgram
gives the command lines; what Asterisk is told (asterisk-config) is the renderer's business.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialer.config import Settings
from dialer.errors import CallbankError
from dialer.parts import packages
from dialer.parts.lock import turn
from dialer.parts.processes import run_long

SUITE = "forky"
OLDEST_MAJOR = 20
TREE_PACKAGES = (
    "asterisk",
    "asterisk-modules",
    "asterisk-core-sounds-en",
    "espeak-ng",
    "sox",
    "sip-tester",
)
TREE_NEEDS_MB = 1200
TOOLS = ("espeak-ng", "sox", "sipp")
_STAMP = ".callbank"


@dataclass(frozen=True, kw_only=True, slots=True)
class AsteriskProgram:
    """One usable Asterisk; `tree` is None when it is installed on the machine."""

    version: str
    program: Path
    modules_dir: Path
    data_dir: Path
    tree: Path | None

    @property
    def version_numbers(self) -> tuple[int, ...]:
        """(22, 10, 1) of 22.10.1; () of a version that cannot be read."""
        return numbers_of(self.version)

    @property
    def sounds_dir(self) -> Path:
        """Where Asterisk's own recorded sounds of the default language are."""
        return self.data_dir / "sounds" / "en"

    def server(self, configuration: Path) -> list[str]:
        """Runs Asterisk in the foreground with this asterisk.conf."""
        return [*self._run(self.program), "-C", str(configuration), "-f", "-n"]

    def remote(self, configuration: Path, console_command: str) -> list[str]:
        """Has the Asterisk that runs with this asterisk.conf do one console command."""
        return [*self._run(self.program), "-C", str(configuration), "-rx", console_command]

    def tool(self, name: str) -> list[str]:
        """The command line that begins with espeak-ng, sox or sipp."""
        if self.tree is not None:
            words = self._run(self.tree / "usr" / "bin" / name)
            return [*words, f"--path={_libraries(self.tree)}"] if name == "espeak-ng" else words
        path = shutil.which(name)
        if path is None:
            package = "sip-tester" if name == "sipp" else name
            raise CallbankError(
                f"{name} is needed and is not there. Run: apt-get install {package}"
            )
        return [path]

    def has_tool(self, name: str) -> bool:
        if self.tree is not None:
            return (self.tree / "usr" / "bin" / name).exists()
        return shutil.which(name) is not None

    def _run(self, program: Path) -> list[str]:
        if self.tree is None:
            return [str(program)]
        libraries = _libraries(self.tree)
        path = f"{libraries}:{libraries / 'pulseaudio'}"
        return [str(_loader(self.tree)), "--library-path", path, str(program)]


def find_or_make(
    settings: Settings, *, announce: Callable[[str], None], environ: Mapping[str, str] = os.environ
) -> AsteriskProgram:
    """The Asterisk that the settings ask for; a private one is made when needed and missing."""
    mode = settings.asterisk.mode
    if not settings.asterisk.is_run_by_us:
        raise CallbankError(f"[asterisk] mode is {mode}: that Asterisk is not run from here.")
    if mode in ("auto", "installed"):
        installed = find_installed(settings.asterisk.program, path=environ.get("PATH", ""))
        if installed is not None:
            return installed
        if mode == "installed":
            raise CallbankError(
                f"no Asterisk {OLDEST_MAJOR} or later is installed: install one, name it in"
                ' [asterisk] program, or have a private one made ([asterisk] mode = "auto").'
            )
    return make_tree(settings.asterisk.tree, home=settings.home, announce=announce)


def supervised(settings: Settings, environ: Mapping[str, str] = os.environ) -> AsteriskProgram:
    """The Asterisk that somebody else starts: the one installed here, else our image's."""
    installed = find_installed(settings.asterisk.program, path=environ.get("PATH", ""))
    return installed or AsteriskProgram(
        version="",
        program=Path("/usr/sbin/asterisk"),
        modules_dir=Path("/usr/lib/asterisk/modules"),  # asterisk-config/Dockerfile makes it so
        data_dir=Path("/usr/share/asterisk"),
        tree=None,
    )


def find(settings: Settings) -> AsteriskProgram | None:
    """As find_or_make, but makes nothing; for `doctor`."""
    if settings.asterisk.mode in ("auto", "installed"):
        installed = find_installed(settings.asterisk.program, path=os.environ.get("PATH", ""))
        if installed is not None:
            return installed
    return open_tree(settings.asterisk.tree) if settings.asterisk.is_run_by_us else None


def find_installed(program: Path | None, *, path: str) -> AsteriskProgram | None:
    """An installed Asterisk that is new enough; one that was named and does not fit is an error."""
    places = f"{path}:/usr/sbin:/usr/local/sbin"
    found = str(program) if program else shutil.which("asterisk", path=places)
    if not found:
        return None
    version = _version([found])
    if version is None or int(version.split(".")[0]) < OLDEST_MAJOR:
        if program:
            raise CallbankError(
                f"{program} is not an Asterisk {OLDEST_MAJOR} or later"
                f" (it says {version or 'nothing'})."
            )
        return None
    modules, data = _installed_directories(Path("/etc/asterisk/asterisk.conf"))
    return AsteriskProgram(
        version=version, program=Path(found), modules_dir=modules, data_dir=data, tree=None
    )


def open_tree(tree: Path) -> AsteriskProgram | None:
    """The private Asterisk in this directory, None where no finished one is."""
    program = tree / "usr" / "sbin" / "asterisk"
    if not program.exists():
        return None
    result = AsteriskProgram(
        version="",
        program=program,
        modules_dir=_libraries(tree) / "asterisk" / "modules",
        data_dir=tree / "usr" / "share" / "asterisk",
        tree=tree,
    )
    version = _version(result._run(program))
    if version is None:
        return None
    return AsteriskProgram(
        version=version,
        program=program,
        modules_dir=result.modules_dir,
        data_dir=result.data_dir,
        tree=tree,
    )


def make_tree(tree: Path, *, home: Path, announce: Callable[[str], None]) -> AsteriskProgram:
    """Opens the private tree, or makes it: beside its place first, so it is whole or not there."""
    with turn(tree.parent / ".tree.lock"):
        ready = open_tree(tree)
        if ready is not None:
            return ready
        _refuse_full_disk(tree.parent)
        if shutil.which("mmdebstrap") is None:
            packages.install(
                ("mmdebstrap", "debian-archive-keyring"),
                home=home,
                announce=announce,
                why="making a private Asterisk (none is installed)",
            )
        fresh = tree.with_name(tree.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        run_long(
            _mmdebstrap(fresh),
            what=f"fetching Asterisk from Debian {SUITE} (about 100 MB)",
            log_file=home / "log" / "setup.log",
            announce=announce,
        )
        _finish(fresh)
        shutil.rmtree(tree, ignore_errors=True)
        fresh.rename(tree)
        made = open_tree(tree)
    if made is None:
        raise CallbankError(
            f"the Asterisk made in {tree} does not start: remove that directory and"
            " try again, or install Asterisk 20 or later."
        )
    return made


def numbers_of(version: str) -> tuple[int, ...]:
    """(22, 5, 2) of 22.5.2~dfsg-1; () of a text that does not begin with numbers."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _mmdebstrap(target: Path) -> list[str]:
    """Unpacks the packages and their dependencies; nothing of them is run, so anybody may."""
    mode = "root" if os.geteuid() == 0 else "chrootless"
    return [
        "mmdebstrap",
        f"--mode={mode}",
        "--variant=extract",
        '--aptopt=Acquire::Check-Valid-Until "false"',
        "--include=" + ",".join(TREE_PACKAGES),
        SUITE,
        str(target),
    ]


def _finish(tree: Path) -> None:
    """What the packages' own scripts would have done, and what must not point out of the tree."""
    sounds = tree / "usr" / "share" / "asterisk" / "sounds"
    for link in sounds.iterdir():
        if link.is_symlink():
            link.unlink()
    recorded = sorted(place.name for place in sounds.iterdir() if place.name.startswith("en"))
    if recorded and not (sounds / "en").exists():
        (sounds / "en").symlink_to(recorded[0])
    (tree / "tmp").chmod(0o755)
    (tree / _STAMP).write_text(f"{SUITE} {' '.join(TREE_PACKAGES)}\n", encoding="utf-8")


def _refuse_full_disk(place: Path) -> None:
    free_mb = shutil.disk_usage(place).free // 1_000_000
    if free_mb < TREE_NEEDS_MB:
        raise CallbankError(
            f"making a private Asterisk takes {TREE_NEEDS_MB} MB and {place} has"
            f" {free_mb} MB free: make room, or set CALLBANK_HOME to another disk."
        )


def _libraries(tree: Path) -> Path:
    """usr/lib/x86_64-linux-gnu, usr/lib/aarch64-linux-gnu, ...: where the libraries are."""
    found = sorted(tree.glob("usr/lib/*/asterisk/modules"))
    return found[0].parents[1] if found else tree / "usr" / "lib"


def _loader(tree: Path) -> Path:
    """The tree's dynamic loader: in usr/lib64 on amd64, in usr/lib on arm64."""
    places = (tree / "usr" / "lib64", tree / "usr" / "lib")
    found = [loader for place in places for loader in sorted(place.glob("ld-linux-*.so.*"))]
    return found[0] if found else places[0] / "ld-linux.so.2"


def _version(command: list[str]) -> str | None:
    try:
        answer = subprocess.run(
            [*command, "-V"],
            capture_output=True,
            text=True,
            timeout=20,
            errors="replace",
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"Asterisk (?:certified[/-])?(\d+\.\d+(?:\.\d+)?)", answer.stdout)
    return match[1] if match else None


def _installed_directories(configuration: Path) -> tuple[Path, Path]:
    """Module and data directories of an installed Asterisk: as configured, else as found."""
    said: dict[str, str] = {}
    if configuration.is_file() and os.access(configuration, os.R_OK):
        text = configuration.read_text(encoding="utf-8", errors="replace")
        said = dict(re.findall(r"^\s*(ast\w+dir)\s*=>?\s*([^\s;]+)", text, re.MULTILINE))
    modules = [
        *([Path(said["astmoddir"])] if "astmoddir" in said else []),
        *sorted(Path("/usr/lib").glob("*/asterisk/modules")),
        Path("/usr/lib/asterisk/modules"),
        Path("/usr/lib64/asterisk/modules"),
    ]
    data = [
        *([Path(said["astdatadir"])] if "astdatadir" in said else []),
        Path("/usr/share/asterisk"),
        Path("/var/lib/asterisk"),
    ]
    return (
        next((place for place in modules if place.is_dir()), modules[-1]),
        next((place for place in data if (place / "sounds").is_dir()), data[-1]),
    )
