"""The id of a run over the real configuration: each key in turn, other spellings, code, files, libraries."""

import copy

import numpy as np
import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode

from components.data import Manifest
from experiments.config.compose import Composer
from experiments.config.paths import configuration_folder
from experiments.runs import identity, request
from experiments.runs.request import RunRequest

CONF = configuration_folder()
TASKS = sorted(path.stem for path in (CONF / "task").glob("*.yaml"))
VARIANTS = [
    ["backbone=cnn", "augmentation=thesis", "data=folder", "data.root=/photos"],
    ["backbone=timm", "augmentation=randaugment", "split=stratified", "pixels=crop", "training=modern", "device=cpu"],
    ["experiment=thesis/closed_set", "protocol=reduced", "training.optimizer=sgd"],
]

FREE = ("name", "output", "runs", "tracker", "baseline", "published", "data", "launcher")
"""Keys of the configuration that cannot change a result: where, whether, beside what, and whom it tells. The photos
count by their fingerprint, not by where they are taken from."""
PRICES = {"usd_per_photo", "usd_per_1000_characters", "price_date"}
assert {"workers", "checkpoint_seconds"} | PRICES == identity.RESULT_FREE


@pytest.fixture
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
    """Every key of a configuration, with the keys above it, and its value where that holds no others."""
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    else:
        yield path, value


def changed(nodes, path, value):
    other = copy.deepcopy(nodes)
    place = other
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
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
        if name == "task._target_" or (path[0] == "device" and value == "auto"):
            continue
        matters = path[0] in given and path[0] not in FREE and path[-1] not in identity.RESULT_FREE
        if path[0] == "runs":
            found = run_id(changed(nodes, path, "fresh"))
        else:
            found = run_id(changed(nodes, path, another(value)))
        assert (found != base) == matters, name
        counted += matters
    assert counted > 5
    for path in (("added",), ("tracker", "added")):
        assert run_id(changed(nodes, path, 1)) == base
    assert (run_id(changed(nodes, ("split", "added"), 1)) != base) == ("split" in given)
    others = {one for one in TASKS if one != task}
    assert all(run_id(composer([f"task={one}", *words]).nodes()) != base for one in others)


def test_the_photos_count_and_where_they_lie_does_not(composer, photos):
    nodes = composer(["data=folder", "data.root=/photos"]).nodes()
    base = run_id(nodes)
    assert run_id(composer(["data=folder", "data.root=/elsewhere"]).nodes()) == base
    photos["sha256"] = ["a", "b", "d"]
    assert run_id(nodes) != base


def test_the_points_that_exist_count_by_their_content(composer, monkeypatch):
    content = {"sha256": ["a"]}

    def read(node):
        hashes = content["sha256"] if node["root"] == "/points" else ["x"]
        manifest = Manifest.of("/photos", {"path": ["1"], "sha256": hashes})
        return manifest, manifest.fingerprint()

    monkeypatch.setattr(request, "photos_of", read)
    words = ["task=review", "data=folder", "data.root=/photos", "data@existing=folder", "existing.root=/points"]
    nodes = composer(words).nodes()
    base = run_id(nodes)
    assert run_id(nodes) == base
    content["sha256"] = ["b"]
    assert run_id(nodes) != base


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


def test_the_source_of_a_component_of_ones_own_counts(composer, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "mine_of_this_test"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "colours.py").write_text("def colour(*, image_size): ...\n")
    nodes = changed(composer([]).nodes(), ("backbone",), {"_target_": "mine_of_this_test.colours.colour"})
    base = run_id(nodes)
    (package / "other.py").write_text("x = 1\n")  # the component may import it
    identity._package_version.cache_clear()
    assert run_id(nodes) != base
    (package / "other.py").unlink()
    identity._package_version.cache_clear()
    assert run_id(nodes) == base
    assert "mine_of_this_test" not in __import__("sys").modules


def test_the_version_of_a_library_counts(composer, monkeypatch):
    nodes = composer([]).nodes()
    base = run_id(nodes)
    version = identity.metadata.version
    for library, counts in (("torch", True), ("numpy", True), ("rich", False), ("wandb", False)):
        identity._library_versions.cache_clear()
        monkeypatch.setattr(
            identity.metadata, "version", lambda name, it=library: "9.9" if name == it else version(name)
        )
        assert (run_id(nodes) != base) == counts
    monkeypatch.setattr(
        identity.metadata, "version", lambda name: version(name).partition("+")[0] + "+cpu"
    )  # another build of the same version
    identity._library_versions.cache_clear()
    assert run_id(nodes) == base
    identity._library_versions.cache_clear()


def test_a_component_of_an_installed_library_counts_by_its_version():
    assert identity._package_version("sklearn").startswith("sklearn ")
    assert np.__version__ in identity._package_version("numpy")


def test_what_only_shows_is_there():
    packages = CONF.parent / "src"
    for one in identity.SHOWS_ONLY:
        assert (packages / one).exists(), one
