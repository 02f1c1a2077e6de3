import numpy as np
import pytest
from PIL import Image

from components.data import Manifest, concatenated, decode
from components.errors import ConfigError, DataError
from components.location import great_circle_metres
from components.review import KINDS, as_they_are, blur, inject_faults


def photos(folder, count, objects, seed):
    """Noise with rectangles: two photos of each object."""
    generator = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    names = [f"{row}.jpg" for row in range(count)]
    for name in names:
        picture = generator.integers(0, 255, (60, 80, 3), dtype=np.uint8)
        Image.fromarray(picture).save(folder / name, quality=95)
    of = [f"{folder.name}-{row % objects}" for row in range(count)]
    return Manifest.of(
        folder,
        {
            "path": names,
            "label": [("fuente", "banco", "mural")[row % 3] for row in range(count)],
            "object_id": of,
            "title": [f"title of {one}" for one in of],
            "description": [f"description of {one}" for one in of],
            "latitude": 40 + generator.uniform(0, 0.1, count),
            "longitude": -3 + generator.uniform(0, 0.1, count),
        },
    )


@pytest.fixture
def tables(tmp_path):
    return photos(tmp_path / "new", 30, 30, 1), photos(tmp_path / "old", 20, 10, 2)


def injected(tables, tmp_path, **more):
    from components.data import hashed

    proposals, existing = tables
    return inject_faults(hashed(proposals), hashed(existing), seed=3, folder=tmp_path / "blurred", **more)


def test_each_fault_is_what_it_is_called(tables, tmp_path):
    proposals, existing = tables
    found = injected(tables, tmp_path, share=0.5, metres=500, radius=8)
    assert [int((found.faults == kind).sum()) for kind in KINDS] == [3] * 5
    assert len(found.proposals) == 30
    for row, fault in enumerate(found.faults):
        same = {
            "label": found.proposals.label[row] == proposals.label[row],
            "text": found.proposals.title[row] == proposals.title[row],
            "object": found.proposals.object_id[row] == proposals.object_id[row],
        }
        far = float(
            great_circle_metres(
                proposals.latitude[row], proposals.longitude[row], found.proposals.latitude[row],
                found.proposals.longitude[row],
            )
        )  # fmt: skip
        if fault == "duplicate":
            assert found.proposals.object_id[row] in set(existing.object_id)
            assert found.proposals.object_id[row] in set(found.existing.object_id), "its other photo is still there"
            continue
        assert same["label"] == (fault != "wrong_class")
        assert same["text"] == (fault != "wrong_text")
        assert same["object"]
        assert far == pytest.approx(500 if fault == "wrong_place" else 0, abs=0.01)
        sharp = np.asarray(decode(proposals.files[row]).convert("L"))
        now = np.asarray(decode(found.proposals.files[row]).convert("L"))
        assert (blur(now) > blur(sharp) + 0.02) == (fault == "blurred")
    assert len(found.existing) == len(existing) - 3


def test_wrong_texts_come_from_another_label(tables, tmp_path):
    proposals, _ = tables
    found = injected(tables, tmp_path, kinds=["wrong_text"])
    label_of = dict(zip(proposals.title, proposals.label, strict=True))
    rows = np.flatnonzero(found.faults == "wrong_text")
    assert len(rows) == 15
    assert all(label_of[found.proposals.title[row]] != proposals.label[row] for row in rows)


def test_the_same_seed_injects_the_same_faults(tables, tmp_path):
    one, other = injected(tables, tmp_path), injected(tables, tmp_path)
    assert one.faults.tolist() == other.faults.tolist()
    assert one.proposals.fingerprint() == other.proposals.fingerprint()


def test_without_faults_the_proposals_are_unchanged(tables, tmp_path):
    found = as_they_are(*tables, seed=0, folder=tmp_path)
    assert found.proposals is tables[0]
    assert set(found.faults) == {""}


def test_faults_that_cannot_be_injected_are_errors(tables, tmp_path):
    with pytest.raises(DataError, match="only 10 of the existing objects"):
        injected(tables, tmp_path, kinds=["duplicate"])
    with pytest.raises(ConfigError, match="there is no too_dark; the kinds are wrong_class"):
        injected(tables, tmp_path, kinds=["too_dark"])
    with pytest.raises(ConfigError, match=r"faults\.share=2"):
        injected(tables, tmp_path, share=2)


def test_tables_below_each_other_keep_their_files(tables, tmp_path):
    both = concatenated(tables)
    assert both.root == tmp_path.resolve()
    assert len(both) == 50
    assert all(file.is_file() for file in both.files)
    assert both.title[30] == tables[1].title[0]
    with pytest.raises(DataError, match="in two of the tables"):
        concatenated([tables[0], tables[0]])
    kinds = tables[1].replace(extra={"kind": np.full(20, "x", dtype=object), "count": np.ones(20)})
    mixed = concatenated([tables[0], kinds])
    assert mixed.extra["kind"][0] == ""
    assert np.isnan(mixed.extra["count"][0])
