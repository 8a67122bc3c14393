"""The files of scripts and codes of conduct that an organiser hands over."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dialer.errors import UsageError
from dialer.script.reading import ScriptError

T = TypeVar("T")


def document_in(file: str, read: Callable[[str, str], T]) -> tuple[T, str]:
    """What `read` makes of a file's name and text, and the text.

    Raises UsageError saying why the file cannot be opened, or all that `read` cannot take.
    """
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        why = error.strerror
        raise UsageError(f"{file} cannot be read ({why}): name a YAML file.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is no UTF-8 text: save it as UTF-8.") from error
    try:
        return read(file, text), text
    except ScriptError as error:
        raise UsageError(str(error)) from error
