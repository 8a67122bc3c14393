"""What is wrong with a script that can be read: blocks nobody reaches, ways that never end, gaps.

An *error* keeps a script from being used, because a volunteer would be left without words or the
law's words be left out; a *warning* is for its writer to think about. Called by `script check` and
whenever a script is given to a campaign.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dialer.domain.campaign import Purpose
from dialer.script.language import (
    TAKES_ONE_CHOICE,
    Block,
    Question,
    QuestionKind,
    Script,
)
from dialer.script.merge import FIELDS, fields, has_stray_brace

NEEDS_CHOICES = TAKES_ONE_CHOICE | {QuestionKind.MULTIPLE}

THE_SCRIPT = "the script"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One fault. `where` is a block's id, a card's title, or the script."""

    where: str
    line: int
    what: str
    is_error: bool = True

    def __str__(self) -> str:
        place = f"{self.where} (line {self.line})" if self.line else self.where
        return f"{place}: {self.what}."


def faults(script: Script, purpose: Purpose = Purpose.POLITICAL) -> tuple[Fault, ...]:
    """Everything that is wrong, errors first; `purpose` is that of the campaign that uses it.

    The identification: 47 CFR 64.1200(d)(4) asks it of solicitations, our policy of every call.
    The paid-for line: 11 CFR 110.11 and the states' like laws, for calls about elections.
    """
    found = [
        *_ways_to_nowhere(script),
        *_out_of_reach(script),
        *_dead_ends(script),
        *_questions(script),
        *_texts(script),
        *_identification(script),
        *(_paid_for(script) if purpose is Purpose.POLITICAL else ()),
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_error, one.line)))


def _ways_to_nowhere(script: Script) -> Iterator[Fault]:
    if script.block(script.start) is None:
        yield _of_script(f"it starts with {script.start}, which is no block")
    for block in script.blocks:
        for way in block.ways():
            if script.block(way) is None:
                yield _at(block, f"it leads to {way}, which is no block")


def _out_of_reach(script: Script) -> Iterator[Fault]:
    reached = _reached_from(script, script.start)
    for block in script.blocks:
        if block.id not in reached:
            yield _at(block, "nothing leads here: link it or take it out")


def _dead_ends(script: Script) -> Iterator[Fault]:
    for block in script.blocks:
        if block.is_end:
            if block.ways():
                yield _at(block, "it is an end but leads on: take `end` or `next` away")
        elif not block.ways():
            yield _at(block, "it leads nowhere: give it `next`, or `end: true`")
        elif not block.next and (stuck := _choices_without_next(block)):
            what = f"{', '.join(stuck)} leads nowhere: give the choice or the block `next`"
            yield _at(block, what)
        elif not any(_is_end(script, one) for one in _reached_from(script, block.id)):
            yield _at(block, "no way from here comes to an end")


def _choices_without_next(block: Block) -> list[str]:
    question = block.question
    if question is None:
        return []
    if question.kind not in TAKES_ONE_CHOICE:
        return [f"an answer to {question.key}"]
    stuck = [choice.label for choice in question.choices if not choice.next]
    return stuck if question.is_required else [*stuck, f"no answer to {question.key}"]


def _questions(script: Script) -> Iterator[Fault]:
    known: dict[str, str] = {}
    for block in script.blocks:
        question = block.question
        if question is None:
            if not block.say:
                yield _at(block, "there is nothing to say here: give it `say` or a question")
            continue
        if question.key in known:
            other = known[question.key]
            yield _at(block, f"{other} asks for {question.key} too: answers need keys of their own")
        known[question.key] = block.id
        yield from (_at(block, what) for what in _question_faults(question))


def _question_faults(question: Question) -> Iterator[str]:
    values = [choice.value for choice in question.choices]
    if question.kind in NEEDS_CHOICES and not values:
        yield f"{question.key} is {question.kind} and offers no choices"
    if question.kind not in NEEDS_CHOICES and values:
        yield f"{question.key} is {question.kind}: nothing reads its choices"
    if question.kind is QuestionKind.MULTIPLE and any(one.next for one in question.choices):
        yield f"{question.key} takes several choices, so that none of them can have a `next`"
    for value in sorted({one for one in values if values.count(one) > 1}):
        yield f"{question.key} offers {value} twice"
    if question.kind is QuestionKind.CONSENT and not question.words:
        yield f"{question.key} asks for consent without `words`: give exactly what is read out"
    if question.kind is QuestionKind.CONSENT and not question.channels:
        yield f"{question.key} does not say for which `channels` consent is given"
    if None not in (question.least, question.most) and (question.least or 0) > (question.most or 0):
        yield f"{question.key} has a least that is above its most"


def _texts(script: Script) -> Iterator[Fault]:
    for where, line, text in _all_texts(script):
        if has_stray_brace(text):
            yield Fault(where=where, line=line, what="a brace is alone: write {{ or }} for a brace")
        for field in fields(text):
            if not field.is_known:
                known = ", ".join(FIELDS)
                what = f"{{{field.name}}} is no field: use {known}, or custom. and a column"
                yield Fault(where=where, line=line, what=what)
            elif field.needs_fallback:
                what = f"{{{field.name}}} has no fallback: write {{{field.name}|something}}"
                yield Fault(where=where, line=line, what=what)


def _all_texts(script: Script) -> Iterator[tuple[str, int, str]]:
    yield THE_SCRIPT, 0, script.identification
    yield THE_SCRIPT, 0, script.paid_for_by
    for block in script.blocks:
        question = block.question
        asked = (question.ask, question.words) if question else ()
        for text in (block.title, block.say, block.hint, *block.points, *asked):
            yield block.id, block.line, text
    for card in script.cards:
        yield f"card {card.title}", 0, card.say


def _identification(script: Script) -> Iterator[Fault]:
    first = script.block(script.start)
    if not script.identification:
        yield _of_script("`identification` is missing: say who calls, for whom")
    elif first is not None and not _says(first, script.identification):
        yield _at(first, "the first block does not say the identification word for word")


def _paid_for(script: Script) -> Iterator[Fault]:
    if not script.paid_for_by:
        yield _of_script("`paid_for_by` is missing: say who pays for the call")
        return
    silent = {one.id for one in script.blocks if not _says(one, script.paid_for_by)}
    if len(silent) == len(script.blocks):
        yield _of_script("no block says the paid-for line word for word")
    elif any(_is_end(script, one) for one in _reached_from(script, script.start, within=silent)):
        yield _of_script("a call can end before the paid-for line is said", is_error=False)


def _says(block: Block, words: str) -> bool:
    return _squeezed(words) in _squeezed(block.say)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _is_end(script: Script, block_id: str) -> bool:
    block = script.block(block_id)
    return block is not None and block.is_end


def _reached_from(
    script: Script, start: str, *, within: Collection[str] | None = None
) -> frozenset[str]:
    """The blocks that can follow, `start` among them; only through those of `within`, if given."""
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        block = script.block(ahead.pop())
        if block is not None and block.id not in reached and (within is None or block.id in within):
            reached.add(block.id)
            ahead.extend(block.ways())
    return frozenset(reached)


def _of_script(what: str, *, is_error: bool = True) -> Fault:
    return Fault(where=THE_SCRIPT, line=0, what=what, is_error=is_error)


def _at(block: Block, what: str) -> Fault:
    return Fault(where=block.id, line=block.line, what=what)
