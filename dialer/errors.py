"""Errors that are shown to people: one clear sentence saying what, where and what to do."""


class CallbankError(Exception):
    """Something asked for could not be done; the command ends with `exit_code`."""

    exit_code = 1


class UsageError(CallbankError):
    """The request itself is wrong (bad input, unknown name); nothing was done."""

    exit_code = 2
