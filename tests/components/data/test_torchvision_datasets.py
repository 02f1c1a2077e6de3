import hashlib
import pickle
from urllib.error import URLError

import numpy as np
import pytest
from PIL import Image
from torchvision import datasets

from components.data import decode, torchvision_dataset
from components.errors import ConfigError, DataError


@pytest.fixture
def cifar(tmp_path, monkeypatch):
    """A CIFAR-10 of four training and two test photos, in the files that torchvision reads."""
    base = tmp_path / "root" / "cifar-10-batches-py"
    base.mkdir(parents=True)
    data = np.random.default_rng(0).integers(0, 256, (6, 3072), dtype=np.uint8)

    def put(name, content):
        (base / name).write_bytes(pickle.dumps(content))
        return [name, hashlib.md5((base / name).read_bytes()).hexdigest()]

    train = [put("data_batch_1", {"data": data[:4], "labels": [0, 1, 1, 0]})]
    test = [put("test_batch", {"data": data[4:], "labels": [1, 0]})]
    meta = put("batches.meta", {"label_names": ["airplane", "frog"]})
    monkeypatch.setattr(datasets.CIFAR10, "train_list", train)
    monkeypatch.setattr(datasets.CIFAR10, "test_list", test)
    monkeypatch.setattr(datasets.CIFAR10, "meta", {"filename": meta[0], "key": "label_names", "md5": meta[1]})
    return tmp_path / "root", data.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)


def test_cifar10_becomes_files_with_the_same_pixels(cifar):
    root, data = cifar
    found = torchvision_dataset("CIFAR10", root=root)
    assert list(found.label) == ["airplane", "frog", "frog", "airplane", "frog", "airplane"]
    assert list(found.split) == ["train"] * 4 + ["test"] * 2
    np.testing.assert_array_equal([np.asarray(decode(file)) for file in found.files], data)
    assert found.sha256[0] == hashlib.sha256(found.files[0].read_bytes()).hexdigest()
    before = found.files[0].stat().st_mtime_ns
    assert torchvision_dataset("CIFAR10", root=root).fingerprint() == found.fingerprint()
    assert found.files[0].stat().st_mtime_ns == before
    assert set(torchvision_dataset("CIFAR10", root=root, parts=["test"]).split) == {"test"}


def test_flowers102_keeps_its_three_splits(tmp_path, monkeypatch):
    from scipy.io import savemat

    base = tmp_path / "flowers-102"
    (base / "jpg").mkdir(parents=True)
    for number in range(1, 7):
        Image.new("RGB", (20, 20), (number * 40, 0, 0)).save(base / "jpg" / f"image_{number:05d}.jpg")
    savemat(base / "imagelabels.mat", {"labels": np.array([[1, 1, 2, 2, 102, 1]])})
    savemat(base / "setid.mat", {"trnid": [[1, 3]], "valid": [[2, 4]], "tstid": [[5, 6]]})
    digests = {name: hashlib.md5((base / f"{name}.mat").read_bytes()).hexdigest() for name in ("imagelabels", "setid")}
    kept = {
        "image": datasets.Flowers102._file_dict["image"],
        "label": ("imagelabels.mat", digests["imagelabels"]),
        "setid": ("setid.mat", digests["setid"]),
    }
    monkeypatch.setattr(datasets.Flowers102, "_file_dict", kept)
    found = torchvision_dataset("Flowers102", root=tmp_path)
    assert list(found.split) == ["train", "train", "validation", "validation", "test", "test"]
    assert found.label[0] == "pink primrose"
    assert found.label[4] == "blackberry lily"
    assert found.path[4] == "flowers-102/jpg/image_00005.jpg"


def test_eurosat_has_no_split(tmp_path):
    for label in ("Forest", "River"):
        class_folder = tmp_path / "eurosat" / "2750" / label
        class_folder.mkdir(parents=True)
        Image.new("RGB", (64, 64), "green").save(class_folder / f"{label}_1.jpg")
    found = torchvision_dataset("EuroSAT", root=tmp_path)
    assert list(found.label) == ["Forest", "River"]
    assert set(found.split) == {""}


def test_places365_takes_its_validation_photos_as_test(tmp_path, monkeypatch):
    def put(name, text):
        (tmp_path / name).write_text(text)
        return name, hashlib.md5(text.encode()).hexdigest()

    places = datasets.Places365
    monkeypatch.setattr(places, "_CATEGORIES_META", put("categories_places365.txt", "/a/alley 0\n/c/church/indoor 1\n"))
    lists = {
        **places._FILE_LIST_META,
        "val": put("places365_val.txt", "Places365_val_1.jpg 1\nPlaces365_val_2.jpg 0\n"),
    }
    monkeypatch.setattr(places, "_FILE_LIST_META", lists)
    with pytest.raises(DataError, match=r"the list of photos exists, but not the file .*val_256/Places365_val_1.jpg"):
        torchvision_dataset("Places365", root=tmp_path, parts=["val"])
    (tmp_path / "val_256").mkdir()
    for number in (1, 2):
        Image.new("RGB", (16, 16)).save(tmp_path / "val_256" / f"Places365_val_{number}.jpg")
    found = torchvision_dataset("Places365", root=tmp_path, parts=["val"])
    assert list(found.label) == ["church/indoor", "alley"]
    assert set(found.split) == {"test"}


@pytest.mark.parametrize("name", ["CIFAR10", "Flowers102", "Places365", "EuroSAT"])
def test_a_missing_data_set_says_how_to_get_it(tmp_path, name):
    with pytest.raises(DataError) as caught:
        torchvision_dataset(name, root=tmp_path / "none")
    message = str(caught.value)
    assert f"torchvision's {name} cannot be read from {tmp_path / 'none'}" in message
    assert "data.download=true" in message
    assert "data.root" in message


def test_a_failed_download_says_so(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise URLError("no route to host")

    monkeypatch.setattr(datasets.CIFAR10, "download", refuse)
    with pytest.raises(DataError, match=r"(?s)CIFAR10 .*no route to host.*download it on another machine"):
        torchvision_dataset("CIFAR10", root=tmp_path, download=True)


def test_unknown_names_and_parts_list_the_known_ones(tmp_path):
    with pytest.raises(
        ConfigError, match=r"data.name='MNIST': expected one of CIFAR10, Flowers102, Places365, EuroSAT"
    ):
        torchvision_dataset("MNIST", root=tmp_path)
    with pytest.raises(
        ConfigError, match=r"data\.parts=\['valid'\]: Places365 has no such part; expected some of train-standard, val"
    ):
        torchvision_dataset("Places365", root=tmp_path, parts=["valid"])
