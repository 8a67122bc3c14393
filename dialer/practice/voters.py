"""The people with whom one can practise."""

from collections.abc import Mapping

from dialer.domain.outcome import Disposition
from dialer.practice.voter import Line, Voter, VoterKind

FRIENDLY = Voter(
    kind=VoterKind.FRIENDLY,
    first_name="Rosa",
    last_name="Miller",
    town="Springfield",
    state="IL",
    right_results=frozenset(
        {Disposition.SUPPORTS, Disposition.LEANS, Disposition.UNDECIDED, Disposition.OPPOSES}
    ),
    goes_through_script=True,
    lines={
        "hello": Line(words="Hello?", after="speaking", after_silence="again"),
        "again": Line(
            words="Hello? Is anybody there?", after="speaking", after_silence="nobody"
        ),
        "nobody": Line(words="Nobody there. Goodbye."),
        "speaking": Line(
            words="Yes, this is Rosa. What is it about?",
            after="interested",
            after_brief="more",
            after_silence="again",
        ),
        "more": Line(words="Could you tell me a little more?", after="interested"),
        "interested": Line(
            words="Oh, I have read about that. Yes, I think I am for it.",
            after="plans",
            patience_s=10,
        ),
        "plans": Line(
            words="I do plan to vote. Early, I think. What else would you like to know?",
            after="works",
            patience_s=12,
        ),
        "works": Line(words="All right, that works for me.", after="thanks", patience_s=12),
        "thanks": Line(words="Thank you for calling. Goodbye!"),
    },
)

BUSY = Voter(
    kind=VoterKind.BUSY,
    first_name="Daniel",
    last_name="Novak",
    town="Decatur",
    state="IL",
    right_results=frozenset({Disposition.CALL_BACK}),
    lines={
        "hello": Line(words="Yes, hello?", after="cooking", after_silence="nobody"),
        "nobody": Line(words="I hear nobody. I have no time for this. Goodbye."),
        "cooking": Line(
            words="Listen, I am just cooking dinner. I really have no time now.",
            after="later",
            after_long="impatient",
        ),
        "later": Line(
            words="Can somebody call me back tomorrow evening?",
            after="fine",
            after_long="impatient",
        ),
        "fine": Line(words="Fine, tomorrow then. Goodbye."),
        "impatient": Line(words="I said that I have no time. Call me tomorrow. Goodbye."),
    },
)

ANGRY = Voter(
    kind=VoterKind.ANGRY,
    first_name="Walter",
    last_name="Reed",
    town="Peoria",
    state="IL",
    right_results=frozenset({Disposition.DO_NOT_CALL}),
    lines={
        "hello": Line(words="What is it?", after="stop"),
        "stop": Line(
            words="Not again! You people call me every single day. Take me off your list!",
            after="understood",
            after_long="enough",
            asks_to_stop=True,
        ),
        "understood": Line(words="And never call me again. Goodbye."),
        "enough": Line(words="Did you not hear me? I do not want to talk to you!"),
    },
)

SPANISH = Voter(
    kind=VoterKind.SPANISH,
    first_name="Lucía",
    last_name="Hernández",
    town="Joliet",
    state="IL",
    right_results=frozenset({Disposition.OTHER_LANGUAGE}),
    lines={
        "hello": Line(words="¿Bueno?", after="no_english"),
        "no_english": Line(
            words="Perdón, no hablo inglés. ¿Habla usted español?", after="somebody"
        ),
        "somebody": Line(
            words="Por favor, que me llame alguien que hable español.", after="thanks"
        ),
        "thanks": Line(words="Gracias. Adiós."),
    },
)

WRONG_NUMBER = Voter(
    kind=VoterKind.WRONG_NUMBER,
    first_name="Henry",
    last_name="Adams",
    town="Urbana",
    state="IL",
    right_results=frozenset({Disposition.WRONG_NUMBER}),
    lines={
        "hello": Line(words="Hello, this is Betty.", after="nobody_here"),
        "nobody_here": Line(
            words="Henry? There is nobody of that name here. You have the wrong number.",
            after="no_problem",
        ),
        "no_problem": Line(words="No problem. Goodbye."),
    },
)

VOTERS: Mapping[VoterKind, Voter] = {
    voter.kind: voter for voter in (FRIENDLY, BUSY, ANGRY, SPANISH, WRONG_NUMBER)
}
