"""How a turn is put together: words become sounds, and what was kept in the call stays kept."""

from collections.abc import Sequence
from dataclasses import replace

from dialer.keypad.ports import Help
from dialer.keypad.prompts import LANGUAGES, Prompt, words
from dialer.runtime.ports import KeypadAsked, KeypadNext, KeypadTurn

MOST_TRIES = 3
"""So often a question is asked in vain."""

WAIT_S = 10


class Saying:
    """Turns of one call. `language` empty: not known yet, everything is said in all of them."""

    def __init__(self, help: Help, asked: KeypadAsked, language: str = "") -> None:
        self._help = help
        self._kept = KeypadTurn(
            next=KeypadNext.BACK,
            step=asked.step,
            tries=asked.tries,
            extension=asked.extension,
            invitation=asked.invitation,
        )
        self._language = language

    async def ask(
        self,
        step: str,
        *said: Prompt | str,
        spelled: str = "",
        digits: int = 1,
        wait_s: int = WAIT_S,
        tries: int = 0,
    ) -> KeypadTurn:
        """Say it, then some digits one by one, and wait for keys."""
        return replace(
            self._kept,
            next=KeypadNext.ASK,
            sound="&".join(filter(None, [await self._sound(said), await self._digits(spelled)])),
            step=step,
            digits=digits,
            wait_s=wait_s,
            tries=tries,
        )

    async def bye(self, *said: Prompt) -> KeypadTurn:
        """Say it and hang up."""
        return replace(self._kept, next=KeypadNext.BYE, sound=await self._sound(said))

    def hold(self) -> KeypadTurn:
        """He waits for the next person from now on, and hears nothing."""
        return replace(self._kept, next=KeypadNext.HOLD, sound="", step="", tries=0)

    def back(self) -> KeypadTurn:
        """He stays where he is."""
        return replace(self._kept, next=KeypadNext.BACK, sound="")

    async def _digits(self, spelled: str) -> str:
        """A sound for each digit: what they say together is a secret and is kept nowhere."""
        return "&".join([await self._sound((digit,)) for digit in spelled])

    async def _sound(self, said: Sequence[Prompt | str]) -> str:
        spoken: list[str] = []
        for language in (self._language,) if self._language else LANGUAGES:
            texts = [
                words(language, one) if isinstance(one, Prompt) else one for one in said if one
            ]
            if texts:
                spoken.append(await self._help.speaker.say(" ".join(texts), language))
        return "&".join(filter(None, spoken))
