"""How soon a finished sweep of 100 runs answers when it is asked for again: the whole process, table included.

    python benchmarks/sweep_skip.py [RUNS]      # prints, and writes benchmarks/results/sweep_skip.json

The runs are real ones of the task `prepare` on a few drawn photos (50 seeds, two ways to resize). Beside it stand two
peers: Hydra alone, which composes the same jobs with its own launcher and does nothing in them, and Python importing
torch, which a sweep that did not look before it launched would have to pay.

A second sweep has 100 jobs that all differ in options of groups (5 backbones, 4 heads, 5 detectors), so that no two of
them have a composition in common. The task takes none of these, so all are one run that is done: what is measured is
the composition of the jobs, their identity, the look at the disk and the table.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from experiments.runs import environment_record

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 100
REPEATS = 5
GROUPS = (
    "backbone=cnn,efficientnet_lite0,mobilenet_v2,resnet18_scratch,timm",
    "head=closed,rest_class,dual_cnn,background",
    "detector=none,msp,knn,energy,vim",
)
NOTHING = """
import hydra
@hydra.main(version_base="1.3", config_path={conf!r}, config_name="config")
def nothing(config): pass
nothing()
"""


def main() -> None:
    """Do the sweep, ask for it again, print and keep the seconds."""
    here = Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for index in range(12):
            place = folder / "photos" / ("train" if index < 8 else "test") / f"class{index % 2}"
            place.mkdir(parents=True, exist_ok=True)
            Image.effect_noise((24, 24), 40 + index).save(place / f"{index}.png")
        jobs = [f"seed=range({RUNS // 2})", "pixels=squash,crop"]
        shared = ["-m", "task=prepare", "data=folder", "data.root=photos", "pixels.size=16", "tracker=none"]
        words = [*shared, *jobs]
        command = [sys.executable, "-m", "experiments"]
        hito = [*command, *words]
        first = seconds(hito, folder)
        again = [seconds(hito, folder) for _ in range(REPEATS)]
        records = len(list(folder.glob("multirun/prepare/*/record.json")))
        groups = [*command, *shared, *GROUPS, "name=groups"]
        seconds(groups, folder)
        by_groups = [seconds(groups, folder) for _ in range(REPEATS)]
        script = folder / "nothing.py"
        script.write_text(NOTHING.format(conf=str(here.parent / "conf")))
        basic = ["hydra/sweeper=basic", "hydra.sweep.dir=peer"]
        hydra = [seconds([sys.executable, str(script), *words, *basic], folder)]
        hydra_by_groups = [seconds([sys.executable, str(script), *shared, *GROUPS, *basic], folder)]
        torch = [seconds([sys.executable, "-c", "import torch"], folder) for _ in range(REPEATS)]
    result = {
        "what": f"a finished sweep of {records} runs asked for again; wall-clock seconds of the whole process",
        "first time": round(first, 2),
        "again, median": round(statistics.median(again), 2),
        "again, all": [round(one, 2) for one in again],
        "100 jobs that all differ in groups, again, median": round(statistics.median(by_groups), 2),
        "100 jobs that all differ in groups, again, all": [round(one, 2) for one in by_groups],
        "Hydra's basic sweeper and launcher with jobs that do nothing": round(statistics.median(hydra), 2),
        "the same with the 100 jobs that differ in groups": round(statistics.median(hydra_by_groups), 2),
        "import torch": round(statistics.median(torch), 2),
        "environment": environment_record(),
    }
    print(json.dumps(result, indent=1))
    target = here / "results" / "sweep_skip.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def seconds(command: list[str], folder: Path) -> float:
    """Wall-clock time of a process that has to succeed."""
    began = time.perf_counter()
    environ = os.environ | {"HITO_CACHE": str(folder / "cache")}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environ)
    took = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return took


if __name__ == "__main__":
    main()
