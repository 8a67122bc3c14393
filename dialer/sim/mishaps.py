"""When things break: the link, the engine, the store, a trunk. Each comes back after a while."""

from collections.abc import Callable

from dialer.engine import events as ev
from dialer.sim.agenda import Agenda
from dialer.sim.chance import Chance
from dialer.sim.desk import Desk
from dialer.sim.network import Network
from dialer.sim.people import SimStore
from dialer.sim.wire import Wire
from dialer.sim.world import TrunkLaw, World

TRY_AGAIN_S = 1.0


class Mishaps:
    """Breaks things by lot and mends them."""

    def __init__(self, world: World, agenda: Agenda, chance: Chance, desk: Desk) -> None:
        self._world = world
        self._agenda = agenda
        self._chance = chance
        self._desk = desk
        self._wire: Wire | None = None
        self._network: Network | None = None
        self._store: SimStore | None = None
        self._is_link_broken = False
        self.on_gap: Callable[[bool], None] = lambda is_crash: None  # facts may be missed now

    def begin(self, wire: Wire, network: Network, store: SimStore) -> None:
        """Start the engine, open the link, and let fate take its course."""
        self._wire, self._network, self._store = wire, network, store
        self._restart(None)
        faults = self._world.faults
        self._plan(faults.link_cuts_per_hour, self._cut_link)
        self._plan(faults.crashes_per_hour, self._crash)
        self._plan(faults.store_cuts_per_hour, self._cut_store)
        for law in self._world.carrier.trunks:
            self._plan_trunk(law)

    def _plan(self, per_hour: float, do: Callable[[object], None]) -> None:
        if per_hour > 0.0:
            self._agenda.after(self._chance.exponential(3600.0 / per_hour), do)

    def _length(self, mean_s: float) -> float:
        return self._chance.between(0.5 * mean_s, 1.5 * mean_s)

    # --- the link -------------------------------------------------------------------------------

    def _cut_link(self, _: object) -> None:
        assert self._wire is not None
        faults = self._world.faults
        self._is_link_broken = True
        if self._wire.is_up:
            self.on_gap(False)
            self._wire.go_down()
            self._desk.take(ev.LinkWentDown(at=self._agenda.now))
        self._agenda.after(self._length(faults.link_cut_s), self._mend_link)

    def _mend_link(self, _: object) -> None:
        self._is_link_broken = False
        if self._desk.engine is not None:
            self._come_up()
        self._plan(self._world.faults.link_cuts_per_hour, self._cut_link)

    def _come_up(self) -> None:
        assert self._wire is not None and self._network is not None
        missed, self._network.switch.while_away = self._network.switch.while_away, []
        self._wire.come_up(self._network.legs(), missed)

    # --- the engine -----------------------------------------------------------------------------

    def _crash(self, _: object) -> None:
        assert self._wire is not None
        self.on_gap(True)
        self._wire.go_down()
        self._desk.crash()
        self._agenda.after(self._length(self._world.faults.crash_s), self._restart)
        self._plan(self._world.faults.crashes_per_hour, self._crash)

    def _restart(self, _: object) -> None:
        if self._desk.engine is not None:
            return  # crashed again meanwhile, and started by that
        if not self._desk.start():
            self._agenda.after(TRY_AGAIN_S, self._restart)
            return
        self._desk.drain()  # what is wished because of what was left behind comes before the link
        if not self._is_link_broken:
            self._come_up()
        self._desk.let_browsers_in()

    # --- the store and the trunks ---------------------------------------------------------------

    def _cut_store(self, _: object) -> None:
        assert self._store is not None
        self._store.go_away()
        self._agenda.after(self._length(self._world.faults.store_cut_s), self._mend_store)

    def _mend_store(self, _: object) -> None:
        assert self._store is not None
        self._store.come_back()
        self._plan(self._world.faults.store_cuts_per_hour, self._cut_store)

    def _plan_trunk(self, law: TrunkLaw) -> None:
        if law.failures_per_hour > 0.0:
            gap_s = self._chance.exponential(3600.0 / law.failures_per_hour)
            self._agenda.after(gap_s, self._trunk_fails, law)

    def _trunk_fails(self, law: TrunkLaw) -> None:
        assert self._network is not None
        self._network.failing.add(law.name)
        self._agenda.after(self._length(law.failure_s), self._trunk_works, law)

    def _trunk_works(self, law: TrunkLaw) -> None:
        assert self._network is not None
        self._network.failing.discard(law.name)
        self._plan_trunk(law)
