"""The systemd unit that runs `callbank serve` on a machine without containers.

`init --systemd` prints it, `--install` writes it. It is closed in as far as `serve` with its own
Asterisk and database works: `systemd-analyze security` is asked by a test.
"""

from pathlib import Path

from dialer.errors import CallbankError, UsageError

UNIT = Path("etc/systemd/system/callbank.service")
USER = Path("etc/sysusers.d/callbank.conf")

_USER = """\
# Written by ./callbank init --systemd. Whom callbank.service runs as.
u callbank - "Callbank phone bank" /var/lib/callbank
"""

_UNIT = """\
# Written by ./callbank init --systemd.
[Unit]
Description=Callbank phone bank
Documentation=file:{checkout}/README.md
Wants=network-online.target
After=network-online.target time-sync.target postgresql.service

[Service]
Type=exec
User=callbank
Group=callbank
Environment=CALLBANK_HOME={home}
WorkingDirectory={home}
ExecStart={checkout}/callbank serve --drain-seconds 170
# A stop drains: no new calls, live ones finish, then serve ends its Asterisk and its database.
TimeoutStartSec=infinity
TimeoutStopSec=200
# A daemon that was killed is started again, and finds its Asterisk with the conversations in it.
KillMode=process
Restart=always
RestartSec=2
RestartPreventExitStatus=2

StateDirectory=callbank
StateDirectoryMode=0750
UMask=0027
LimitNOFILE=65536

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={home}
PrivateTmp=yes
PrivateDevices=yes
DevicePolicy=closed
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


def unit_files(checkout: Path, home: Path) -> dict[Path, str]:
    """What belongs where below the file system's root.

    Raises UsageError for a path that systemd would read otherwise.
    """
    for path in (checkout, home):
        if any(sign in str(path) for sign in " \t\n%\"'\\$;"):
            raise UsageError(f"{path} cannot stand in a unit: choose a path without such signs.")
    return {UNIT: _UNIT.format(checkout=checkout, home=home), USER: _USER}


def install(files: dict[Path, str], root: Path) -> tuple[Path, ...]:
    """Write the files below `root`; one that is there and differs is refused before any is."""
    for place, text in files.items():
        target = root / place
        if target.exists() and target.read_text(encoding="utf-8") != text:
            raise CallbankError(f"{target} is there and differs: move it away, then try again.")
    for place, text in files.items():
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        target.chmod(0o644)
    return tuple(root / place for place in files)
