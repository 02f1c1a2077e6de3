"""How many cases the property tests try: 2,000 in `make test`, the same ones every time; any number in `make soak`.

`HITO_SOAK` is the number of cases of all tests of this folder together. With it, every run draws other cases.
"""

import os

from hypothesis import HealthCheck, settings

CASES, TESTS = 2_000, 13
"""Number of cases in `make test`, and the number of tests that share them evenly."""

SOAK = int(os.environ.get("HITO_SOAK", "0"))

settings.register_profile(
    "properties",
    parent=settings.get_profile("hito"),
    max_examples=-(-(SOAK or CASES) // TESTS),
    derandomize=not SOAK,
    database=None,
    print_blob=bool(SOAK),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
