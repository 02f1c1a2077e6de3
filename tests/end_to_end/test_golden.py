"""The metrics of a small run of every experiment and task, held to those in golden.json.

On the machine that wrote the file (processor, Python and numerical libraries) every digit is the same. Elsewhere a
metric may differ by TOLERANCE: other kernels round differently, and one photo of 24 that changes sides moves accuracy
by 0.042. After a change that is meant to change results, write the file again and say so in the changelog:

    HITO_WRITE_GOLDEN=1 make test ARGS='-n 0 tests/end_to_end/test_golden.py'
"""

import json
import math
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

GOLDEN = Path(__file__).with_name("golden.json")
TOLERANCE = 0.13
"""Three of 24 test photos. Counts, distances and ratios without an upper bound are not held elsewhere."""

LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "torchvision", "pillow", "opencv-python-headless", "timm")

SIZES = ("tracker=none", "pixels.size=32", "device=cpu")
TRAINING = (
    "replicates=2",
    "training.epochs=2",
    "training.batch_size=16",
    "training.precision=float32",
    "on_leak=ignore",
)
EMBEDDER = ("embedder=backbone", "embedder.size=32")

RUNS = {
    "thesis/closed_set": (*TRAINING, "backbone=cnn,efficientnet_lite0", "augmentation=none,thesis", "replicates=1"),
    "thesis/open_set": (*TRAINING, "backbone=cnn", "head=rest_class,dual_cnn", "detector=none,knn"),
    "thesis/rest_class": (*TRAINING, "backbone=cnn", "unknowns=known_kinds"),
    "thesis/dual_cnn": (*TRAINING, "backbone=cnn", "unknowns=new_kinds"),
    "thesis/region": (*TRAINING, "backbone=cnn"),
    "thesis/defects": (
        *TRAINING, *EMBEDDER, "k_max=4", "k_selection.k=3", "projection=pca",
        "defect=none,unit_pixels,validation_augmented,gate_lacks_eight,clusters_over_seeds",
    ),
    "thesis/embeddings": (*EMBEDDER, "backbone=cnn", "replicates=2", "k_max=6", "projection=pca"),
    "thesis/search": ("embedder.size=32",),
    "thesis/assign": ("embedder.size=32",),
    "thesis/same_object": (*EMBEDDER, "backbone=cnn", "matching.folds=3"),
    "extend/cifar10_open_set": (
        *TRAINING, "split.known=3", "seed=0,1", "detector=max_logit", "backbone=cnn", "augmentation=flip",
    ),
    "extend/embeddings": (
        *EMBEDDER, "backbone=cnn", "replicates=1", "k_max=4", "k_selection=silhouette",
        "clusterer=spherical_kmeans,spectral", "projection=pca",
    ),
    "extend/head_search": (*TRAINING, "learning_rates=[0.001,0.01]"),
    "extend/match": (*EMBEDDER, "backbone=cnn", "matching.folds=3", "matching=phash,local,fused"),
    "extend/open_set": (
        *TRAINING, "backbone=cnn", "unknowns=known_kinds", "head=background,outlier_exposure",
        "detector=mahalanobis,vim",
    ),
    "extend/languages": ("embedder.size=32", "query.language=en", "query.split=test"),
    "extend/zero_shot": ("embedder.size=32",),
    "task=review": (
        "faults=injected", "data@existing=table", "existing.path={existing}", "embedder.size=32", "features.size=32",
        "n_test=30", "max_error_rate=0.3", "backbone=efficientnet_lite0",
    ),
    "task=prepare": (),
    "task=locate": ("location/displacement=injected",),
    "task=align": ("embedder=aligned", "embedder.epochs=2", "on_leak=ignore"),
}  # fmt: skip
"""What is run: an experiment, or a task that no experiment names, and the words that make it small."""

KINDS = {
    "camino_santiago": ("way marker",),
    "cartel": ("board",),
    "marcador": ("trail marker",),
    "parque": ("playground",),
    "resto": ("fountain", "pool", "mural"),
}
WORDS = {
    "way marker": ("mojón", "A way marker"), "board": ("panel informativo", "An information board"),
    "trail marker": ("marca de sendero", "A trail marker"), "playground": ("columpio", "A playground with a swing"),
    "fountain": ("fuente de piedra", "A stone fountain"), "pool": ("piscina", "A swimming pool"),
    "mural": ("mural", "A painted mural on a wall"),
}  # fmt: skip


@pytest.fixture
def world(tmp_path, draw_photo):
    """Write a table of drawn photos with all that experiments ask for; gives its path."""

    def write(folder, seed, shift=0.0):
        folder.mkdir(parents=True)
        generator = np.random.default_rng(seed)
        rows, kinds = [], [(label, kind) for label, of_label in KINDS.items() for kind in of_label]
        for number, (label, kind) in enumerate(kinds):
            for one in range(8 if label == "resto" else 16):
                where = generator.uniform((40 + shift, 3), (40.2 + shift, 3.2))
                spanish, english = WORDS[kind]
                side = "test" if one % 4 == 3 else "train"
                for view in range(2):
                    name = f"{number}-{one}-{view}.jpg"
                    draw_photo(number, 1000 * number + 10 * one + view + 10**6 * seed, where, folder / name)
                    rows.append({
                        "path": name, "label": label, "kind": kind, "split": side,
                        "object_id": f"{seed}-{number}-{one}",
                        "group": "Alcalá de Henares" if one % 3 == 0 else "Guadalajara",
                        "title": f"{spanish} {one}", "title_en": f"{english} {one}",
                        "description": f"{spanish} {one} de la plaza",
                        "description_es": f"{spanish} {one} de la plaza",
                        "description_en": f"{english} {one} in a square",
                        "latitude": where[0], "longitude": where[1],
                    })  # fmt: skip
        pd.DataFrame(rows).to_csv(folder / "table.csv", index=False)
        return folder / "table.csv"

    return write(tmp_path / "proposals", 0), write(tmp_path / "existing", 1)


def machine():
    """What must be the same for the same digits."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    return {"processor": name, "python": platform.python_version()} | {one: metadata.version(one) for one in LIBRARIES}


def figures(record):
    """Of one run: value, interval and n of each metric."""
    return {name: [one["value"], one["low"], one["high"], one["n"]] for name, one in record["metrics"].items()}


@pytest.mark.parametrize("name", RUNS)
def test_the_metrics_are_what_they_were(name, world, tmp_path):
    proposals, existing = world
    words = [one.format(existing=existing) for one in RUNS[name]]
    asked = name if name.startswith("task=") else f"experiment={name}"
    words = [asked, "data=table", f"data.path={proposals}", *SIZES, "name=golden", *words]
    # A process of its own: what ran before in this one, such as another number of threads, changes the last digits.
    done = subprocess.run([sys.executable, "-m", "experiments", *words], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "multirun" / "golden"
    sweep = folder / "sweep.json"
    if sweep.is_file():
        ids = [one["id"] for one in json.loads(sweep.read_text(encoding="utf-8"))["runs"] if one["id"]]
    else:
        ids = [path.parent.name for path in folder.glob("*/record.json")]
    found = [figures(json.loads((folder / one / "record.json").read_text(encoding="utf-8"))) for one in ids]
    if os.environ.get("HITO_WRITE_GOLDEN"):
        kept = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
        kept |= {"machine": machine(), "runs": kept.get("runs", {}) | {name: found}}
        kept["runs"] = {one: kept["runs"][one] for one in RUNS if one in kept["runs"]}
        GOLDEN.write_text(written(kept), encoding="utf-8")
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    expected = golden["runs"][name]
    assert [list(one) for one in found] == [list(one) for one in expected]  # as many runs, the same metrics
    exact = golden["machine"] == machine()
    for run, (ours, theirs) in enumerate(zip(found, expected, strict=True)):
        for metric, values in theirs.items():
            assert alike(ours[metric], values, exact=exact), f"{name}, run {run}, {metric}: {ours[metric]} for {values}"


def written(golden):
    """A line a metric, so that a change shows which."""
    lines = json.dumps(golden, indent=1, ensure_ascii=False)
    return compact(lines) + "\n"


def compact(text):
    """JSON with its innermost lists on one line each."""
    lines, open_list = [], None
    for line in text.splitlines():
        if open_list is not None:
            open_list += line.strip() + ("" if line.strip().startswith("]") else " ")
            if line.strip().startswith("]"):
                lines.append(open_list.replace(" ]", "]"))
                open_list = None
        elif line.endswith("[") and line.startswith("    "):
            open_list = line
        else:
            lines.append(line)
    return "\n".join(lines)


def alike(ours, theirs, *, exact):
    """Whether [value, low, high, n] are the same, or near enough on another machine."""
    if exact:
        return ours == theirs
    if ours[3] != theirs[3] or [one is None for one in ours] != [one is None for one in theirs]:
        return False
    bounded = all(one is None or abs(one) <= 1 for one in theirs[:3])
    return not bounded or all(
        one is None or math.isclose(one, other, abs_tol=TOLERANCE)
        for one, other in zip(ours[:1], theirs[:1], strict=True)
    )
