"""What cannot be together in a scenario, though each key by itself is in bounds."""

from collections.abc import Iterator

from dialer.sim.world import Carrier, Leads, Rules, Volunteers, World

ROUNDING = 1e-6


def contradictions(world: World, hours: float) -> list[str]:
    """A sentence for each, with the keys it is about."""
    return [
        *_carrier(world.carrier),
        *_leads(world.leads),
        *_answer_rate(world),
        *_volunteers(world.volunteers),
        *_rules(world.rules),
        *length_problems(world, hours),
    ]


def _carrier(carrier: Carrier) -> Iterator[str]:
    yield from _spans(
        ("[carrier] setup", carrier.setup_from_s, carrier.setup_to_s),
        ("[carrier] greeting", carrier.greeting_from_s, carrier.greeting_to_s),
    )
    for number, end in enumerate(carrier.ends, start=1):
        if end.from_s > end.to_s:
            yield f"[[carrier.ends]] {number}: from_s is {end.from_s:g}, after to_s {end.to_s:g}"
    yield from _shares("[[carrier.ends]]", [end.share for end in carrier.ends])
    typical_s = carrier.setup_to_s + carrier.ring_shape * carrier.ring_scale_s
    if carrier.longest_ring_s < typical_s:
        yield (
            f"[carrier] longest_ring_s is {carrier.longest_ring_s:g}, shorter than people usually"
            f" ring (setup_to_s + ring_shape * ring_scale_s = {typical_s:g})"
        )
    if not carrier.trunks:
        yield "[[carrier.trunks]]: there must be one at least"
    names = [trunk.name for trunk in carrier.trunks]
    if len(set(names)) < len(names):
        yield f"[[carrier.trunks]]: two have one name ({', '.join(names)})"
    if "" in names:
        yield "[[carrier.trunks]]: a trunk must have a name"
    if not carrier.attempt_factors:
        yield "[carrier] attempt_factors: name one at least, [1.0] for no difference"


def _leads(leads: Leads) -> Iterator[str]:
    yield from _shares("[[leads.classes]]", [one.share for one in leads.classes])
    if leads.odds_to > 0.0:
        yield from _spans(("[leads] odds", leads.odds_from, leads.odds_to))
        if leads.areas < 2:
            yield "[leads] areas is 1, and odds_from to odds_to needs people of several areas"
    elif leads.odds_from > 0.0:
        yield "[leads] odds_from is given without odds_to"


def _answer_rate(world: World) -> Iterator[str]:
    """The highest rate that the factors together can reach is a probability too."""
    carrier = world.carrier
    factors = [
        1.0 + carrier.swing,
        max(1.0, carrier.switch_factor) if carrier.switch_every_h else 1.0,
        max(carrier.attempt_factors, default=1.0),
        max((one.answer_factor for one in world.leads.classes), default=1.0),
    ]
    rate = world.leads.odds_to or carrier.answer_rate
    for factor in factors:
        rate *= factor
    if rate > 1.0 + ROUNDING:
        yield (
            f"the answer rate reaches {rate:g}, over 1: answer_rate (or odds_to) times 1 + swing,"
            " switch_factor and the greatest attempt_factors and answer_factor"
        )


def _volunteers(volunteers: Volunteers) -> Iterator[str]:
    if not volunteers.shifts:
        yield "[volunteers] shifts: name one at least, [1.0] for a team that stays"
    results = volunteers.callback_share + volunteers.not_home_share
    if results > 1.0 + ROUNDING:
        yield f"[volunteers] callback_share and not_home_share add up to {results:g}, over 1"
    if volunteers.speakers_share > 1.0:
        yield f"[volunteers] speakers_share is {volunteers.speakers_share:g}, over 1"


def _rules(rules: Rules) -> Iterator[str]:
    if rules.abandon_target > rules.abandon_limit:
        yield (
            f"[rules] abandon_target is {rules.abandon_target:g}, above abandon_limit"
            f" {rules.abandon_limit:g}"
        )


def length_problems(world: World, hours: float) -> Iterator[str]:
    """Whether so many hours of this world can be played."""
    if world.burn_in_min >= hours * 60.0:
        yield (
            f"burn_in_min is {world.burn_in_min:g}, and the run has {hours * 60.0:g} minutes:"
            " nothing would be counted"
        )


def _spans(*spans: tuple[str, float, float]) -> Iterator[str]:
    for place, low, high in spans:
        if low > high:
            yield f"{place}: from {low:g} is above to {high:g}"


def _shares(place: str, shares: list[float]) -> Iterator[str]:
    if abs(sum(shares) - 1.0) > ROUNDING:
        yield f"{place}: the shares add up to {sum(shares):g}, and must to 1"
