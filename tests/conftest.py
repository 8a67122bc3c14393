"""What holds for all tests: nothing that a slow or busy machine does makes one fail.

The databases of tests/integration/databases.py are there for all who ask for one.
"""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.integration.databases"]

settings.register_profile(
    "callbank", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("callbank")
