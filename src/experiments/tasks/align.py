"""Task `align`: train the heads of `embedder=aligned` on photos and their texts, and say what they gain."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from components.data import Manifest, Photos, guard
from components.embedders import HEADS_FILE, Aligned
from components.errors import ConfigError, DataError
from components.figures import recalls, save_figure
from components.metrics import Estimate, mean_estimate, ranks_of_own
from components.storage import atomic_path
from experiments.console import terminal
from experiments.runs import Outcome, Run

TEXTS = ("title", "description")
CUTOFFS = (1, 5)
EMBEDDERS = ("conse", "heads", "aligned")


def align(
    *,
    data: Manifest,
    split: Callable[..., Manifest],
    pixels: Callable[[Manifest], Photos],
    embedder: Aligned,
    on_leak: Literal["error", "warn", "ignore"],
    seed: int,
    run: Run,
) -> Outcome:
    """Train on the train photos and their texts, and let the texts of the test photos find their photo.

    Every column of the manifest that is a title or a description counts (`title`, `description`, `description_en`,
    ...); each is a query of its own.

    Args:
        data: Photos with texts.
        split: Gives the manifest its train and test rows, from a seed.
        pixels: Reads the photos once, to leave out the broken ones and to find on_leak.
        embedder: `embedder=aligned`.
        on_leak: What to do when the same thing stands on both sides of the split.
        seed: Of the split and the training.
        run: Where to write and whom to tell.

    Returns:
        Recall at 1 and 5 among the test photos by column, of `conse` alone, of the heads alone and of both, and what
        is gained over `conse`, each with its interval over queries. The heads lie in heads.safetensors.
    """
    if not isinstance(embedder, Aligned):
        raise ConfigError("task=align trains embedder=aligned: add embedder=aligned")
    photos = pixels(data)
    manifest = split(photos.manifest, seed=seed)
    guard(manifest, photos, on_leak)
    columns = text_columns(manifest)
    train, test = manifest.take(manifest.rows("train")), manifest.take(manifest.rows("test"))
    texts = [sorted({column[row] for column in text_columns(train).values()} - {""}) for row in range(len(train))]
    told = np.flatnonzero([bool(one) for one in texts])
    with terminal.Steps("training the heads", embedder.epochs) as steps:
        heads = embedder.fit(
            train.take(told).files,
            [texts[row] for row in told],
            seed=seed,
            on_epoch=lambda loss: steps.step(f"loss {loss:.3f}"),
        )
    heads.save(run.folder / HEADS_FILE)
    rows = pd.concat([queries(embedder, run, test, name) for name in columns], ignore_index=True)
    with atomic_path(run.folder / "items.parquet") as path:
        rows.to_parquet(path, index=False)
    metrics = estimates(rows, seed)
    about = f"{run.subtitle} · {len(told)} pairs to train · {len(test)} test photos"
    shown = {
        f"recall at {cutoff}": {
            name: [metrics[f"recall_{cutoff}_{column}_{name}"] for column in columns] for name in EMBEDDERS
        }
        for cutoff in CUTOFFS
    }
    save_figure(recalls(shown, list(columns), subtitle=about), run.figures / "retrieval.png")
    return Outcome(
        metrics=metrics,
        protocol=f"{len(told)} train photos with texts · {len(test)} test photos",
        left_out=manifest.left_out,
        show=lambda: show(metrics, list(columns)),
    )


def text_columns(manifest: Manifest) -> dict[str, NDArray[Any]]:
    """The columns with texts, without those that say the same as an earlier one.

    Raises:
        DataError: There are none.
    """
    found: dict[str, NDArray[Any]] = {}
    extra = [name for name in manifest.extra if name.startswith(tuple(f"{one}_" for one in TEXTS))]
    for name in (*sorted(extra), *TEXTS):
        column = manifest.columns()[name]
        if any(column) and not any(np.array_equal(column, other) for other in found.values()):
            found[name] = column
    if not found:
        raise DataError(f"None of the photos in {manifest.root} has a title or a description to train on")
    return found


def queries(embedder: Aligned, run: Run, test: Manifest, column: str) -> pd.DataFrame:
    """A row a test photo with this text: reciprocal rank and hits at each cutoff, by embedder."""
    rows = np.flatnonzero(test.columns()[column] != "")
    known = test.take(rows)
    texts = known.columns()[column].tolist()
    file = run.folder / HEADS_FILE
    spaces = {
        "conse": embedder.untrained,
        "heads": embedder.replace(file, share=1.0),
        "aligned": embedder.replace(file),
    }
    table: dict[str, Any] = {"replicate": 0, "id": known.path, "column": column}
    for name, space in spaces.items():
        rank = ranks_of_own(space.embed_texts(texts), space.embed_images(known.files))
        table[f"reciprocal_rank_{name}"] = 1 / rank
        table |= {f"recall_{cutoff}_{name}": (rank <= cutoff).astype(float) for cutoff in CUTOFFS}
    return pd.DataFrame(table)


def estimates(rows: pd.DataFrame, seed: int) -> dict[str, Estimate]:
    """Means by column and embedder with intervals over queries; `gain_*` is aligned minus conse, paired."""
    metrics: dict[str, Estimate] = {}
    for column, part in rows.groupby("column", sort=False):
        for measure in (*(f"recall_{cutoff}" for cutoff in CUTOFFS), "reciprocal_rank"):
            for name in EMBEDDERS:
                values = part[f"{measure}_{name}"].to_numpy()
                metrics[f"{measure}_{column}_{name}"] = mean_estimate(values, seed=seed)
            gain = (part[f"{measure}_aligned"] - part[f"{measure}_conse"]).to_numpy()
            metrics[f"gain_{measure}_{column}"] = mean_estimate(gain, seed=seed)
    return metrics


def show(metrics: dict[str, Estimate], columns: list[str]) -> None:
    """Print recall and gain by column."""
    table = Table(title="texts that find their photo", title_justify="left")
    table.add_column("recall of", no_wrap=True)
    for heading in ("at", *EMBEDDERS, "gain over conse", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    for column in columns:
        for cutoff in CUTOFFS:
            cells = [f"{one.value:.3f}" for one in (metrics[f"recall_{cutoff}_{column}_{name}"] for name in EMBEDDERS)]
            gain = metrics[f"gain_recall_{cutoff}_{column}"]
            said = f"{gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
            table.add_row(column, str(cutoff), *cells, said, str(gain.n))
    Console(highlight=False).print(table)
