"""Task `align`: train the heads of `embedder=aligned` on photos and their texts, and measure the gain in retrieval."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest, Photos, check_leaks, single_split
from components.embedders import HEADS_FILE, Aligned
from components.errors import ConfigError, DataError
from components.figures import recall_by_text, save_figures
from components.metrics import Estimate, mean_estimate, ranks_of_own
from components.results import PerItemMetrics
from components.wording import counted
from experiments.console import Steps
from experiments.runs import Outcome, Run, write_items
from experiments.tasks.align_output import show

NAMED_BY = ("embedder",)
"""Configuration groups whose options name a run of this task."""

TEXT_COLUMNS = ("title", "description")
CUTOFFS = (1, 5)
MEASURES = (*(f"recall_{cutoff}" for cutoff in CUTOFFS), "reciprocal_rank")
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
    """Train on the training photos and their texts, and measure how well texts of test photos retrieve their photo.

    Every column of the manifest with titles or descriptions is used (`title`, `description`, `description_en`, ...);
    each text is a query.

    Args:
        data: Photos with texts.
        split: Called with the manifest and `seed`; returns it with train and test rows.
        pixels: Decodes the photos once, to leave out unreadable ones and to find leaks.
        embedder: `embedder=aligned`.
        on_leak: What to do if the same photo or object is on both sides of the split.
        seed: Seed of the split, the training and the intervals.
        run: Run whose folder the results are written to.

    Returns:
        For each text column, recall at 1 and 5 and reciprocal rank among the test photos, of `conse` alone, of the
        heads alone and of both, and the gain over `conse`, with intervals over queries. The heads are written to
        heads.safetensors.

    Raises:
        ConfigError: The embedder is another one, or the split is a cross-validation.
        DataError: No photo has texts.
    """
    if not isinstance(embedder, Aligned):
        raise ConfigError("task=align trains embedder=aligned: add embedder=aligned")
    photos = pixels(data)
    manifest = single_split(split(photos.manifest, seed=seed), "task=align")
    check_leaks(manifest, photos, on_leak)
    train, test = manifest.take(manifest.rows("train")), manifest.take(manifest.rows("test"))
    texts = texts_of_photos(train)
    with_texts = np.flatnonzero([bool(of_photo) for of_photo in texts])
    columns = [name for name in text_columns(manifest) if (test.columns()[name] != "").any()]
    for count, part in ((len(with_texts), "training"), (len(columns), "test")):
        if not count:
            raise DataError(f"None of the {part} photos in {manifest.root} has a title or a description")
    with Steps("training the heads", embedder.epochs) as steps:
        heads = embedder.fit(
            train.take(with_texts).files,
            [texts[row] for row in with_texts],
            seed=seed,
            on_epoch=lambda loss: steps.step(f"loss {loss:.3f}"),
        )
    heads.save(run.folder / HEADS_FILE)
    by_name: dict[str, NDArray[np.float64]] = {}
    for name in columns:
        by_name |= query_metrics(embedder, run, test, name)
    write_items(run.folder, [per_photo(test, by_name, f"recall_{CUTOFFS[0]}_{columns[0]}_aligned")])
    metrics = {name: mean_estimate(values[np.isfinite(values)], seed=seed) for name, values in by_name.items()}
    sizes = f"{counted(len(with_texts), 'training photo')} with texts · {counted(len(test), 'test photo')}"
    undrawn = draw(run, metrics, columns, f"{run.subtitle} · {sizes}")
    return Outcome(
        metrics=metrics,
        protocol=sizes,
        notes=tuple(undrawn),
        left_out=manifest.left_out,
        show=lambda: show(metrics, columns, EMBEDDERS, CUTOFFS),
    )


def text_columns(manifest: Manifest) -> dict[str, NDArray[Any]]:
    """Return the columns with texts, by name, without columns that are equal to an earlier one.

    Raises:
        DataError: There are none.
    """
    columns: dict[str, NDArray[Any]] = {}
    prefixes = tuple(f"{name}_" for name in TEXT_COLUMNS)
    for name in (*sorted(name for name in manifest.extra if name.startswith(prefixes)), *TEXT_COLUMNS):
        column = manifest.columns()[name]
        if any(column) and not any(np.array_equal(column, earlier) for earlier in columns.values()):
            columns[name] = column
    if not columns:
        raise DataError(f"None of the photos in {manifest.root} has a title or a description")
    return columns


def texts_of_photos(manifest: Manifest) -> list[list[str]]:
    """Return the distinct texts of each photo, sorted."""
    columns = text_columns(manifest).values()
    return [sorted({column[row] for column in columns} - {""}) for row in range(len(manifest))]


def query_metrics(embedder: Aligned, run: Run, test: Manifest, column: str) -> dict[str, NDArray[np.float64]]:
    """Search the test photos for each text of a column.

    Args:
        embedder: The embedder whose heads were trained.
        run: Run whose folder contains the heads.
        test: The n test photos.
        column: Name of the text column.

    Returns:
        (n,) values by metric: recall_1_COLUMN_EMBEDDER, recall_5_..., reciprocal_rank_..., and gain_METRIC_COLUMN,
        which is `aligned` minus `conse`. NaN for photos without this text.
    """
    rows = np.flatnonzero(test.columns()[column] != "")
    queries = test.take(rows)
    texts = queries.columns()[column].tolist()
    heads = run.folder / HEADS_FILE
    spaces = {
        "conse": embedder.untrained,
        "heads": embedder.with_heads(heads, share=1.0),
        "aligned": embedder.with_heads(heads),
    }
    ranks = {
        name: ranks_of_own(space.embed_texts(texts), space.embed_images(queries.files))
        for name, space in spaces.items()
    }
    by_name: dict[str, NDArray[np.float64]] = {}
    for measure in MEASURES:
        values = {name: _measured(measure, rank) for name, rank in ranks.items()}
        by_name |= {f"{measure}_{column}_{name}": values[name] for name in EMBEDDERS}
        by_name[f"gain_{measure}_{column}"] = values["aligned"] - values["conse"]
    return {name: _at_rows(values, rows, len(test)) for name, values in by_name.items()}


def _measured(measure: str, rank: NDArray[np.float64]) -> NDArray[np.float64]:
    if measure == "reciprocal_rank":
        return np.asarray(1 / rank, dtype=np.float64)
    return (rank <= int(measure.removeprefix("recall_"))).astype(np.float64)


def _at_rows(values: NDArray[np.float64], rows: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    spread = np.full(n, np.nan)
    spread[rows] = values
    return spread


def per_photo(test: Manifest, by_name: Mapping[str, NDArray[np.float64]], headline: str) -> PerItemMetrics:
    """Return the metrics of the test photos for items.parquet, the headline metric first."""
    order = [headline, *(name for name in by_name if name != headline)]
    return PerItemMetrics(test.path, {name: by_name[name] for name in order})


def draw(run: Run, metrics: Mapping[str, Estimate], columns: Sequence[str], subtitle: str) -> list[str]:
    """Draw recall by text column and embedder (retrieval.png); return a note if it could not be drawn."""
    panels = {
        f"recall at {cutoff}": {
            name: [metrics[f"recall_{cutoff}_{column}_{name}"] for column in columns] for name in EMBEDDERS
        }
        for cutoff in CUTOFFS
    }
    return save_figures(run.figures, {"retrieval": lambda: recall_by_text(panels, list(columns), subtitle=subtitle)})
