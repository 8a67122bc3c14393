"""The campaign of a simulated evening, as the rules of its world have it. Called by run.py."""

from dialer.domain.campaign import Campaign, CampaignState, Limits
from dialer.domain.transfer import DestinationKind, TransferDestination
from dialer.sim.world import World

OUR_NUMBER = "+19195550100"
OFFICE = TransferDestination(
    kind=DestinationKind.OFFICE, name="the office", number="+12025550123"
)


def campaign_of(world: World) -> Campaign:
    """Running from the first moment."""
    rules = world.rules
    message = (
        "This is the Sim Project. Sorry that nobody was free to talk to you. You can reach us at"
        " 9 1 9 5 5 5 0 1 0 0. To not be called again, press 9."
    )
    voicemail = "This is the Sim Project. Please call us at 8 0 0 5 5 5 0 1 9 9."
    leaves_messages = world.volunteers.leaves_message_share > 0.0
    return Campaign(
        id=0,
        name=world.name,
        state=CampaignState.RUNNING,
        dial_method=rules.dial_method,
        ratio=rules.ratio,
        amd_mode=world.detector.mode,
        ring_timeout_s=rules.ring_timeout_s,
        wrap_up_s=rules.wrap_up_limit_s,
        caller_id=OUR_NUMBER,
        caller_name="Sim Project",
        trunks=tuple(law.name for law in world.carrier.trunks),
        message_text=message if rules.has_message else "",
        destinations=(OFFICE,) if world.volunteers.transfer_share else (),
        voicemail_text=voicemail if leaves_messages else "",
        limits=Limits(
            abandon_limit=rules.abandon_limit,
            abandon_target=rules.abandon_target,
            governor_warm_up_answers=rules.warm_up_answers,
            machine_error_bound=rules.machine_error_bound,
        ),
    )
