import pandas as pd
import pytest
from conftest_simulated import simulated  # type: ignore[import-not-found]
