"""The real parts under the phone bank: Asterisk, PostgreSQL, speech, and how they are run.

Each is found on the machine or made in the data directory; the composition root and the commands
call in here, nothing below does.
"""
