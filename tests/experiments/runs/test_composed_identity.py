"""Ids of runs of the real configuration: each key in turn, spellings, files, modules, other runs."""

import copy

import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode

from components.data import Manifest
from components.errors import ConfigError
from experiments.config.composer import Composer
from experiments.config.paths import configuration_folder
from experiments.runs import identity, request
from experiments.runs.record import Record
from experiments.runs.request import RunRequest

CONF = configuration_folder()
TASKS = sorted(path.stem for path in (CONF / "task").glob("*.yaml"))
VARIANTS = [
    ["backbone=cnn", "augmentation=thesis", "data=folder", "data.root=/photos"],
    ["backbone=timm", "augmentation=randaugment", "split=stratified", "pixels=crop", "training=modern", "device=cpu"],
    ["experiment=thesis/closed_set", "protocol=reduced", "training.optimizer=sgd"],
]

FREE = ("name", "output", "if_exists", "tracker", "baseline", "reference_results", "data", "existing", "launcher")
"""Keys of the configuration that cannot change a result. Photos count by their fingerprint, not by where they are."""
REFERENCES = ("classifier", "matcher", "calibration", "index")
PRICES = {"usd_per_photo", "usd_per_1000_characters", "price_date"}
assert {"workers", "checkpoint_seconds"} | PRICES == identity.RESULT_FREE


@pytest.fixture(scope="module")
def composer():
    with initialize_config_dir(str(CONF), version_base="1.3"):
        loader = GlobalHydra.instance().hydra.config_loader
        yield Composer(loader, loader.load_configuration("config", [], run_mode=RunMode.MULTIRUN))


@pytest.fixture(autouse=True)
def photos(monkeypatch):
    """The data of every configuration here: three photos whose content the test sets."""
    content = {"sha256": ["a", "b", "c"]}

    def read(_):
        manifest = Manifest.of("/photos", {"path": ["1", "2", "3"], **content})
        return manifest, manifest.fingerprint()

    monkeypatch.setattr(request, "photos_of", read)
    return content


def run_id(nodes):
    return RunRequest.of(nodes, {"task": "classify"}, []).id


def leaves(value, path=()):
    """Yield every key of a configuration that has no keys below it, as a path, with its value."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    else:
        yield path, value


def changed(nodes, path, value):
    other = copy.deepcopy(nodes)
    node = other
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return other


def another(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        return [*value, "more"]
    return "other" if value is None else f"{value}x"


@pytest.mark.parametrize("words", VARIANTS, ids=" ".join)
@pytest.mark.parametrize("task", TASKS)
def test_each_key_of_the_composed_configuration(composer, task, words):
    """A key counts when the task is given it and it can change the result; nothing else counts."""
    nodes = composer([f"task={task}", *words]).nodes()
    base = run_id(nodes)
    given = set(request.parameter_names(nodes["task"]["_target_"])) - {"run"}
    counted = 0
    for path, value in leaves(nodes):
        name = ".".join(map(str, path))
        if path[0] == "device" and value == "auto":
            continue
        matters = path[0] in given and path[0] not in FREE and path[-1] not in {*identity.RESULT_FREE, "image_size"}
        if path[0] in (*REFERENCES, *request.SELECTION) or name in {"existing", "task._target_"}:
            continue  # tested below
        assert (run_id(changed(nodes, path, another(value))) != base) == matters, name
        counted += matters
    assert counted > 5
    for path in (("added",), ("tracker", "added")):
        assert run_id(changed(nodes, path, 1)) == base
    assert (run_id(changed(nodes, ("split", "added"), 1)) != base) == ("split" in given)


@pytest.mark.parametrize("words", VARIANTS, ids=" ".join)
def test_tasks_have_different_ids(composer, words):
    assert len({run_id(composer([f"task={task}", *words]).nodes()) for task in TASKS}) == len(TASKS)


def test_the_photos_count_and_where_they_lie_does_not(composer, photos):
    nodes = composer(["data=folder", "data.root=/photos"]).nodes()
    base = run_id(nodes)
    assert run_id(composer(["data=folder", "data.root=/elsewhere"]).nodes()) == base
    photos["sha256"] = ["a", "b", "d"]
    assert run_id(nodes) != base


def test_existing_points_count_by_their_content(composer, monkeypatch):
    content = {"sha256": ["a"]}

    def read(node):
        hashes = ["x"] if node["root"] == "/photos" else content["sha256"]
        manifest = Manifest.of("/photos", {"path": ["1"], "sha256": hashes})
        return manifest, manifest.fingerprint()

    monkeypatch.setattr(request, "photos_of", read)
    words = ["task=review", "data=folder", "data.root=/photos", "data@existing=folder", "existing.root=/points"]
    nodes = composer(words).nodes()
    base = run_id(nodes)
    assert run_id(nodes) == base
    assert run_id(composer([*words, "existing.root=/elsewhere"]).nodes()) == base
    content["sha256"] = ["b"]
    assert run_id(nodes) != base
    content["sha256"] = ["a"]
    assert run_id(composer(words[:3]).nodes()) != base, "without existing points it is another run"


def test_no_spelling_and_no_order_of_words_counts(composer):
    same = [
        ["training.optimizer.lr=0.001", "training.epochs=25", "backbone=cnn", "training.label_smoothing=1"],
        ["training.optimizer.lr=1e-3", "training.epochs=25", "backbone=cnn", "training.label_smoothing=1.0"],
        ["training.label_smoothing=1", "backbone='cnn'", "training.epochs=25", "training.optimizer.lr=.001"],
        ['backbone="cnn"', "training.epochs=25", "training.optimizer.lr=10e-4", "training.label_smoothing=1"],
    ]
    assert len({run_id(composer(words).nodes()) for words in same}) == 1
    turned = dict(reversed(composer(same[0]).nodes().items()))
    assert run_id(turned) == run_id(composer(same[0]).nodes())
    assert run_id(composer([*same[0], "split=stratified"]).nodes()) != run_id(composer(same[0]).nodes())


def test_the_size_of_the_photos_counts_however_it_is_set(composer):
    def id_of(*words):
        return run_id(composer(["backbone=efficientnet_lite2", *words]).nodes())

    base = id_of("pixels.size=96")
    assert id_of() == id_of("pixels.size=260") != base
    assert id_of("backbone.image_size=96") == id_of("backbone.image_size=32", "pixels.size=96") == base
    assert id_of("protocol=reduced", "replicates=1") == base
    embedder = ["task=match", "embedder=backbone"]
    assert id_of(*embedder, "backbone.image_size=96") != id_of(*embedder)
    assert id_of(*embedder, "embedder.size=96", "pixels.size=96") == id_of(*embedder, "backbone.image_size=96")


def test_the_sizes_of_backbones_side_by_side_count(composer):
    base = composer(["backbone=side_by_side"]).nodes()
    assert run_id(changed(base, ("backbone", "image_size"), 300)) == run_id(base)
    for key, value in (("image_size", 200), ("weights", None), ("views", ["mirror"]), ("_target_", "components.a.b")):
        assert run_id(changed(base, ("backbone", "first", key), value)) != run_id(base)
    assert run_id(composer(["backbone=side_by_side", "backbone@backbone.first=mobilenet_v2"]).nodes()) != run_id(base)


def test_true_is_not_one(composer):
    nodes = composer([]).nodes()
    assert run_id(changed(nodes, ("resplit",), True)) != run_id(changed(nodes, ("resplit",), 1))
    assert run_id(changed(nodes, ("resplit",), "1")) != run_id(changed(nodes, ("resplit",), 1))


def test_a_file_of_weights_is_its_content(composer, tmp_path):
    first, second = tmp_path / "a.pt", tmp_path / "b.pt"
    first.write_bytes(b"weights")
    second.write_bytes(b"weights")
    nodes = composer([]).nodes()

    def with_weights(file):
        return run_id(changed(nodes, ("backbone", "weights"), str(file)))

    base = with_weights(first)
    assert with_weights(second) == base
    second.write_bytes(b"others!")
    assert with_weights(second) != base
    assert with_weights(tmp_path / "none.pt") != base


def test_a_folder_of_weights_is_the_content_of_its_model_files(composer, tmp_path):
    """As the run of task=align leaves one, or a model's folder from the hub; other files there do not count."""
    nodes = composer(["task=search", "embedder=aligned"]).nodes()
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
        (folder / "heads.safetensors").write_bytes(b"weights")
        (folder / "record.json").write_text(folder.name)
        (folder / "log").write_text(folder.name)

    def with_weights(folder):
        return run_id(changed(nodes, ("embedder", "weights"), str(folder)))

    base = with_weights(folders[0])
    assert with_weights(folders[1]) == base
    (folders[1] / "heads.safetensors").write_bytes(b"others!")
    assert with_weights(folders[1]) != base
    (folders[0] / "config.json").write_text("{}")
    assert with_weights(folders[0]) != base
    (tmp_path / "none").mkdir()
    assert with_weights(tmp_path / "none") != with_weights(tmp_path)  # a folder without any counts by its path


def test_the_device_of_an_embedder_is_its_kind(composer):
    nodes = composer(["task=search", "device=cpu"]).nodes()
    assert nodes["embedder"]["device"] == "cpu"
    on = {name: run_id(changed(nodes, ("embedder", "device"), name)) for name in ("cpu", "cuda", "cuda:1")}
    assert on["cpu"] == run_id(nodes)
    assert on["cuda"] == on["cuda:1"] != on["cpu"]
    theirs = changed(nodes, ("embedder", "_target_"), "theirs.embedder")
    ids = {run_id(changed(theirs, ("embedder", "device"), name)) for name in ("cuda", "cuda:1")}
    assert len(ids) == 2  # what another package means by the word is its own affair


def modules(value):
    """A configuration in which every component of hito's is in another module."""
    if isinstance(value, dict):
        return {
            key: f"components.moved.{item.rpartition('.')[2]}" if key == "_target_" else modules(item)
            for key, item in value.items()
        }
    return [modules(item) for item in value] if isinstance(value, list) else value


def test_the_modules_of_hitos_components_do_not_count(composer):
    nodes = composer(["task=match", "matching=fused", "backbone=cnn"]).nodes()
    moved = {key: modules(value) if key != "task" else value for key, value in nodes.items()}
    assert moved != nodes
    assert run_id(moved) == run_id(nodes)
    renamed = changed(nodes, ("matching", "_target_"), "components.matching.matcher.OtherMatching")
    assert run_id(renamed) != run_id(nodes)
    theirs = changed(nodes, ("matching", "_target_"), "theirs.matcher.Matching")
    other = changed(nodes, ("matching", "_target_"), "theirs.moved.Matching")
    assert run_id(theirs) != run_id(other)


def test_another_run_is_named_by_its_id_a_prefix_or_its_folder(composer, tmp_path):
    for name in ("aaaa111111", "bbbb222222"):
        Record(name, "done", "open_set", "gates").write(tmp_path / "gates" / name)
    words = ["task=review", f"output={tmp_path}", "data=folder", "data.root=/photos"]

    def with_classifier(name):
        return run_id(composer([*words, f"classifier='{name}'"]).nodes())

    ids = [with_classifier(name) for name in ("aaaa", "aaaa111111", "gates/aaaa111111", tmp_path / "gates/aaaa111111")]
    assert len(set(ids)) == 1
    assert with_classifier("bbbb") not in ids
    assert run_id(composer(words).nodes()) not in ids
    with pytest.raises(ConfigError, match="There is no run 'cccc'"):
        with_classifier("cccc")
