"""Where a script goes: what follows a block, and the way that given answers take through it."""

from collections.abc import Mapping

from dialer.script.language import TAKES_ONE_CHOICE, Block, Script


def follows(block: Block, answer: object = None) -> str:
    """The id of the block after this one, when its question was answered so; empty at an end."""
    question = block.question
    if question is not None and question.kind in TAKES_ONE_CHOICE and isinstance(answer, str):
        choice = question.choice(answer)
        if choice is not None and choice.next:
            return choice.next
    return block.next


def way(script: Script, answers: Mapping[str, object]) -> tuple[Block, ...]:
    """The blocks from the start, as far as the answers (by question's key) lead.

    It stops at an end, at a required question without an answer, and where it would come to a
    block again.
    """
    taken: list[Block] = []
    block = script.block(script.start)
    while block is not None and block not in taken:
        taken.append(block)
        question = block.question
        answer = answers.get(question.key) if question else None
        if question is not None and question.is_required and answer is None:
            break
        block = script.block(follows(block, answer))
    return tuple(taken)
