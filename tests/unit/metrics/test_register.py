"""Series that are told all at once: while a page is written, none that stays is away."""

from collections.abc import ItemsView

from prometheus_client import CollectorRegistry

from dialer.metrics.page import Writer
from dialer.metrics.register import Register, Wholes

Values = dict[tuple[str, ...], float]


def test_a_series_that_stays_is_on_every_page_and_one_not_told_again_goes() -> None:
    registry = CollectorRegistry()
    gauge = Register(registry).gauge("callbank_things", "Things.", "name")
    wholes, writer, pages = Wholes(), Writer(registry), list[bytes]()

    class Slowly(Values):
        """Values between which a page is written."""

        def items(self) -> ItemsView[tuple[str, ...], float]:
            pages.append(writer.page())
            return super().items()

    wholes.tell(gauge, {("stays",): 1.0, ("goes",): 1.0})
    wholes.tell(gauge, Slowly({("stays",): 2.0}))
    pages.append(writer.page())
    assert b'callbank_things{name="stays"} 1.0\n' in pages[0]
    assert b'callbank_things{name="stays"} 2.0\n' in pages[-1]
    assert b"goes" not in pages[-1]
