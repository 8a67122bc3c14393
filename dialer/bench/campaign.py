"""The campaign that benchmarks dial: each volunteer gets one line at a time."""

from dialer.demo.stage import OUR_NUMBER
from dialer.domain.campaign import Campaign, DialMethod

CAMPAIGN = "Benchmark"


def bench_campaign(*, wrap_up_s: float) -> Campaign:
    """As it is before it is created."""
    return Campaign(
        id=0,
        name=CAMPAIGN,
        dial_method=DialMethod.PROGRESSIVE,
        wrap_up_s=wrap_up_s,
        caller_id=OUR_NUMBER,
        caller_name="Benchmark",
        trunks=("simulated",),
    )
