import json
import math

from components.metrics import Estimate


def test_survives_json() -> None:
    estimate = Estimate(value=0.9, low=0.85, high=0.94, n=152, values=(0.88, 0.92))
    assert Estimate.from_dict(json.loads(json.dumps(estimate.to_dict(), allow_nan=False))) == estimate


def test_undefined_numbers_survive_strict_json() -> None:
    undefined = Estimate(value=math.nan, low=math.nan, high=math.nan, n=3, values=(math.nan, 0.5))
    back = Estimate.from_dict(json.loads(json.dumps(undefined.to_dict(), allow_nan=False)))
    assert math.isnan(back.value)
    assert math.isnan(back.low)
    assert math.isnan(back.high)
    assert math.isnan(back.values[0])
    assert (back.n, back.values[1]) == (3, 0.5)
