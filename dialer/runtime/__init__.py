"""The only asyncio that knows the engine: ports, the pump, timers, recovery."""
