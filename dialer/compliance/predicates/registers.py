"""Lists of people who are not to be called: our own, the registers of others, changed hands."""

from dialer.compliance.facts import Facts
from dialer.compliance.predicates.breach import FOR_GOOD, Breach, Check, forbids
from dialer.compliance.predicates.consent import unvoided
from dialer.compliance.rule import Rule
from dialer.compliance.windows import DAY_S
from dialer.domain.campaign import Voice
from dialer.domain.number import ReassignedAnswer

not_do_not_call = forbids(lambda facts: facts.is_do_not_call)


def not_on_register(rule: Rule) -> Check:
    """The number is not in the do-not-call register `register`."""
    register = rule.arguments["register"]

    def check(facts: Facts) -> Breach | None:
        return FOR_GOOD if register in facts.number.registers else None

    return check


def register_is_fresh(rule: Rule) -> Check:
    """We have a copy of `register` that is at most `most_days` days old."""
    register, oldest_s = rule.arguments["register"], rule.arguments["most_days"] * DAY_S

    def check(facts: Facts) -> Breach | None:
        for name, as_of in facts.registers_as_of:
            if name == register:
                return None if facts.at - as_of <= oldest_s else FOR_GOOD
        return FOR_GOOD

    return check


def reassigned_was_asked(rule: Rule) -> Check:
    """The Reassigned Numbers Database was asked in the last `most_days` days."""
    oldest_s = rule.arguments["most_days"] * DAY_S

    def check(facts: Facts) -> Breach | None:
        asked = facts.number.reassigned
        return None if asked is not None and facts.at - asked.asked_at <= oldest_s else FOR_GOOD

    return check


def not_reassigned(_rule: Rule) -> Check:
    """The number has not changed hands, unless whoever has it now has consented since.

    `no data` is no safe harbor (47 CFR 64.1200(m)), so it is not enough for a recorded voice.
    """

    def check(facts: Facts) -> Breach | None:
        asked = facts.number.reassigned
        if asked is None or asked.answer is ReassignedAnswer.NO:
            return None
        if asked.answer is ReassignedAnswer.NO_DATA:
            return None if facts.call.voice is Voice.LIVE else FOR_GOOD
        is_mended = any(one.given_at <= facts.at for one in unvoided(facts.number))
        return None if is_mended else FOR_GOOD

    return check
