"""Runs of every task that measures can be compared with a run of another seed."""

import pandas as pd
import pytest

from experiments.config.paths import configuration_folder

SMALL = ("tracker=none", "pixels.size=32", "device=cpu", "on_leak=ignore")
TRAINING = ("backbone=cnn", "training.epochs=1", "training.batch_size=16")
EMBEDDER = ("embedder=backbone", "embedder.size=32", "backbone=cnn")

WORDS = {
    "classify": (*TRAINING, "head.rest=resto"),
    "open_set": (*TRAINING, "head=rest_class"),
    "head_search": ("training=thesis", "training.epochs=1", "learning_rates=[0.001,0.01]"),
    "label_errors": ("split.folds=2", "detector.k=2", "label_noise=0.1"),
    "zero_shot": ("embedder.size=32",),
    "search": (*EMBEDDER, "query=examples"),
    "assign": ("embedder.size=32", "assignment.ways=3", "assignment.column=title"),
    "cluster": (*EMBEDDER, "k_selection.k=3", "k_max=4", "projection=pca"),
    "match": (*EMBEDDER, "matching=cosine", "matching.folds=3"),
    "locate": ("location/displacement=injected",),
    "align": ("embedder=aligned", "embedder.epochs=1"),
    "review": ("faults=injected", "data@existing=table", "existing.path={existing}", "embedder.size=32",
               "features.size=32", "n_test=40", "max_error_rate=0.3", "backbone=efficientnet_lite0"),
}  # fmt: skip
"""What makes a run of each task small."""

MEASURES_NOTHING = {"prepare": "only finished runs of task="}
"""Tasks without metrics, and what `hito compare` answers."""

KINDS = ("camino_santiago", "cartel", "marcador", "resto")


@pytest.fixture
def tables(draw_photo, tmp_path):
    """Two tables of drawn photos with everything that a task reads: proposals, and existing points."""

    def write(folder, seed):
        folder.mkdir()
        rows = []
        for number in range(32):
            kind, position = number % len(KINDS), (40 + seed / 10 + number / 1000, 3.0)
            for view in range(2):
                name = f"{number}-{view}.jpg"
                draw_photo(kind, 1000 * seed + 10 * number + view, position, folder / name)
                rows.append({
                    "path": name, "label": KINDS[kind], "kind": KINDS[kind], "object_id": f"{seed}-{number}",
                    "split": ("train", "validation", "test", "test")[number // 4 % 4],
                    "title": f"{KINDS[kind]} {number}", "description": f"the {KINDS[kind]} {number}",
                    "latitude": position[0], "longitude": position[1],
                })  # fmt: skip
        pd.DataFrame(rows).to_csv(folder / "table.csv", index=False)
        return folder / "table.csv"

    return write(tmp_path / "proposals", 0), write(tmp_path / "existing", 1)


def test_every_task_is_listed_here():
    tasks = {path.stem for path in (configuration_folder() / "task").glob("*.yaml")}
    assert tasks == set(WORDS) | set(MEASURES_NOTHING)


@pytest.mark.parametrize("task", [*WORDS, *MEASURES_NOTHING])
def test_runs_of_two_seeds_can_be_compared(task, hito, tables, records):
    proposals, existing = tables
    words = [word.format(existing=existing) for word in WORDS.get(task, ())]
    for seed in (0, 1):
        status, _, err = hito(f"task={task}", "data=table", f"data.path={proposals}", f"seed={seed}", *SMALL, *words)
        assert status == 0, err
    runs = sorted(records().values(), key=lambda record: record["config"]["seed"])
    status, out, err = hito("compare", *(record["id"] for record in runs))
    if task in MEASURES_NOTHING:
        assert status == 1
        assert runs[0]["metrics"] == {}
        assert MEASURES_NOTHING[task] in " ".join(err.split())
    else:
        assert status == 0, err
        assert runs[1]["id"] in out
