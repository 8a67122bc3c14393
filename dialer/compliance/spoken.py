"""What a machine's voice must say, and what it must not: the words of a campaign's messages.

The safe-harbor message serves whoever was let down: who called, a number to call back, the key that
stops further calls, and nothing else. The voicemail is what a volunteer leaves on a machine. The
announcement tells both parties that they are recorded.
Called by policy.py; sentences are for the person who wrote the words.
"""

import re

from dialer.domain.campaign import Campaign, Purpose

_SPOKEN_NUMBER = re.compile(r"\+?[0-9](?:[ ().\-]{0,3}[0-9]){8,14}", re.ASCII)
_OPT_OUT_KEY = re.compile(r"(?<![0-9])9(?![0-9])|\bnine\b|\bnueve\b", re.ASCII | re.IGNORECASE)
_SAYS_RECORDED = re.compile(r"\brecord|\bgraba|\bgrabando", re.IGNORECASE)

_PREMIUM_AREAS = ("900",)
_TOLL_FREE = re.compile(r"1?8(?:00|33|44|55|66|77|88)[0-9]{7}")
_DEAR_BRITISH = re.compile(r"0?(?:9|84|87|70|118)")
"""Above the basic rate: premium, service and personal numbers. An information message names a
free or basic-rate number (compliance.md 1.8)."""

_PROMOTES = re.compile(
    r"\b(?:buy|discounts?|special offers?|our offers?|save money|on sale|deals?|donat(?:e|ion)s?"
    r"|contribut(?:e|ion)s?|vote (?:for|against)|support (?:us|our)|sign up|subscribe)\b",
    re.IGNORECASE,
)


def message_problems(campaign: Campaign) -> list[str]:
    """Required parts of the safe-harbor message: 47 CFR 64.1200(a)(7)(i)(A) and (B), for which
    Virginia's Code 59.1-513.1 and Ofcom's information message ask as well.

    By any dial method: a reserved agent may vanish while it rings, and then it is played too.
    """
    text = campaign.message_text
    if not text:
        return []
    found = []
    if not _names_caller(text, campaign):
        found.append("Message: it must say who is calling, by the campaign's caller name.")
    found += _number_problems("Message", text, _is_british(campaign))
    if not _OPT_OUT_KEY.search(_SPOKEN_NUMBER.sub(" ", text)):
        found.append("Message: it must say that pressing 9 stops further calls.")
    is_sales = campaign.purpose is Purpose.SALES
    if is_sales and "telemarketing" not in text.casefold() and not _is_british(campaign):
        found.append("Message: a sales call must say that it is for telemarketing purposes.")
    promotes = _PROMOTES.search(text)
    if promotes is not None and (is_sales or _is_british(campaign)):
        found.append(
            "Message: it may say who called and how to stop further calls, and not promote"
            f" anything: leave out {promotes[0]!r}."
        )
    return found


def voicemail_problems(campaign: Campaign) -> list[str]:
    """Required parts of a recorded voice that is left on a machine: 47 CFR 64.1200(b)(1) and (2),
    and (3), by which a toll-free number leads to the opt-out. That is law for sales and for
    landlines without consent, and taken for every call to a number of North America."""
    text = campaign.voicemail_text
    if not text:
        return []
    found = []
    if not _names_caller(text, campaign):
        found.append("Voicemail: it must say who is calling, by the campaign's caller name.")
    found += _number_problems("Voicemail", text, _is_british(campaign))
    is_american = campaign.caller_id.lstrip("+").startswith("1") or not campaign.caller_id
    if not found and is_american and not any(map(_TOLL_FREE.fullmatch, _numbers_in(text))):
        found.append(
            "Voicemail: it must give a toll-free number (such as 800 555 0199) at which one can"
            " ask for no further calls."
        )
    return found


def _names_caller(text: str, campaign: Campaign) -> bool:
    return bool(campaign.caller_name) and campaign.caller_name.casefold() in text.casefold()


def _numbers_in(text: str) -> list[str]:
    return [re.sub(r"[^0-9]", "", spoken) for spoken in _SPOKEN_NUMBER.findall(text)]


def _number_problems(what: str, text: str, is_british: bool) -> list[str]:
    numbers = _numbers_in(text)
    if not numbers:
        return [f"{what}: it must give a telephone number to call back, in digits."]
    if is_british:
        if any(_DEAR_BRITISH.match(number.removeprefix("44")) for number in numbers):
            return [f"{what}: the number to call back must be free or at the basic rate."]
    elif any(number[-10:].startswith(_PREMIUM_AREAS) for number in numbers):
        return [f"{what}: the number to call back must not be a premium (900) number."]
    return []


def _is_british(campaign: Campaign) -> bool:
    """Who shows a number of the United Kingdom calls people there."""
    return campaign.caller_id.lstrip("+").startswith("44")


def announcement_problems(campaign: Campaign) -> list[str]:
    """A recording is announced wherever one of the parties may be in a place that asks for it, and
    nobody knows beforehand whom a campaign will reach (compliance.md 4)."""
    words = campaign.announcement_text
    if not words:
        return (
            ["Recording: the announcement is missing; set its words by --announcement."]
            if campaign.records_calls
            else []
        )
    if not _SAYS_RECORDED.search(words):
        return ["Announcement: it must say that the call is recorded."]
    return []
