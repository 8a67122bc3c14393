"""The call flows an answered or incoming call walks through, one readable script each.

Nothing here imports the dialer: scripts see Asterisk through `agi.session` and the daemon
through a `Desk`.
"""
