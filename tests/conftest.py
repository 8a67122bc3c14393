"""What holds for all tests: nothing that a slow or busy machine does makes one fail."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "callbank", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("callbank")
