"""The thesis's small CNN, several replicates in one step by `torch.vmap` against one after the other.

    python benchmarks/small_cnns_together.py    # prints, and writes benchmarks/results/

It decides whether networks on photos are trained at once (`experiments.models` trains them in turn):
`vmap` turns their convolutions into grouped ones.
"""

import copy
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.func import functional_call, stack_module_state

from components.backbones.cnn import thesis_cnn
from components.heads import Classifier
from components.training import device_name, pick_device
from experiments.runs import environment_record

R, B, C, SIDE, REPEATS = 4, 32, 4, 64, 5


def main() -> None:
    """Measure a step forwards and backwards, print and keep the figures."""
    device = pick_device()
    torch.manual_seed(0)
    networks = [Classifier(thesis_cnn(image_size=SIDE), C, 2).to(device).train() for _ in range(R)]
    photos = torch.randint(0, 256, (R, B, 3, SIDE, SIDE), dtype=torch.uint8, device=device)
    truth = torch.randint(0, C, (R, B), device=device)
    stacked, buffers = stack_module_state(networks)
    skeleton = copy.deepcopy(networks[0]).to("meta")

    def one(parameters: dict[str, Tensor], its_buffers: dict[str, Tensor], batch: Tensor, its_truth: Tensor) -> Tensor:
        return torch.nn.functional.cross_entropy(
            functional_call(skeleton, (parameters, its_buffers), (batch,)), its_truth
        )

    def together() -> list[Tensor]:
        losses = torch.vmap(one, randomness="different")(stacked, buffers, photos, truth)
        losses.sum().backward()
        return list(losses.detach())

    def singly() -> list[Tensor]:
        losses = []
        for network, batch, its_truth in zip(networks, photos, truth, strict=True):
            loss = torch.nn.functional.cross_entropy(network(batch), its_truth)
            loss.backward()
            losses.append(loss.detach())
        return losses

    def seconds(work: Callable[[], object]) -> float:
        began = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - began

    torch.testing.assert_close(torch.stack(together()), torch.stack(singly()), rtol=1e-3, atol=1e-4)
    measured: dict[str, list[float]] = {"at once": [], "one after the other": []}
    for _ in range(REPEATS):
        measured["at once"].append(seconds(together))
        measured["one after the other"].append(seconds(singly))
    medians = {name: round(statistics.median(values), 4) for name, values in measured.items()}
    result = {
        "what": f"{R} thesis CNNs at {SIDE} px, batch {B}, float32: one step, seconds, median of {REPEATS}",
        "seconds": medians,
        "at once / one after the other": round(medians["at once"] / medians["one after the other"], 2),
        "device": device_name(device),
        "environment": environment_record(),
    }
    print(json.dumps(result, indent=1))
    target = Path(__file__).parent / "results" / f"small_cnns_together_{device.type}.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
