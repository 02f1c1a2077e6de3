"""Small folders of photos, drawn here, and the command line run on them."""

import json

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

from experiments.cli import main


def draw(kind, seed, side=48):
    """A photo of one of three kinds of thing on a noisy ground."""
    generator = np.random.default_rng(seed)
    ground = generator.normal(generator.uniform(60, 190), 25, (side, side, 3)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(ground)
    pen = ImageDraw.Draw(picture)
    x, y = generator.uniform(12, side - 12, 2)
    r = generator.uniform(7, 11)
    colour = tuple(int(one) for one in generator.integers(0, 256, 3))
    box = [x - r, y - r, x + r, y + r]
    if kind == 0:
        pen.ellipse(box, fill=colour)
    elif kind == 1:
        pen.rectangle(box, outline=colour, width=3)
    else:
        pen.line([x - r, y - r, x + r, y + r], fill=colour, width=4)
    return picture


@pytest.fixture
def photos(tmp_path):
    """train/ and test/ of three classes, 10 and 4 photos each."""
    seed = 0
    for split, count in (("train", 10), ("test", 4)):
        for kind, name in enumerate(("mojón", "cartel grande", "senda")):
            folder = tmp_path / "photos" / split / name
            folder.mkdir(parents=True)
            for index in range(count):
                seed += 1
                draw(kind, seed).save(folder / f"{index} ñ.png")
    return tmp_path / "photos"


@pytest.fixture
def draw_photo():
    """Write a drawn photo as JPEG, with an EXIF position."""

    def write(kind, seed, where, path):
        exif = Image.Exif()
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        for tag, letter, value in ((1, "N", where[0]), (3, "E", where[1])):
            gps[tag] = letter
            gps[tag + 1] = (IFDRational(round(value * 1e7), 10**7), IFDRational(0, 1), IFDRational(0, 1))
        draw(kind, seed, side=64).save(path, exif=exif.tobytes(), quality=95)

    return write


@pytest.fixture
def placed():
    """Write a folder of photos with EXIF positions, and a table of claims that agree with them; gives the table."""

    def write(folder, objects, views, seed):
        generator = np.random.default_rng(seed)
        folder.mkdir(parents=True)
        lines = ["path,label,object_id,title,description,latitude,longitude"]
        for one in range(objects):
            kind, place = one % 3, generator.uniform((40, 3), (40.2, 3.2))
            for view in range(views):
                name, exif = f"{one}-{view}.jpg", Image.Exif()
                gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
                for tag, letter, value in ((1, "N", place[0]), (3, "E", place[1])):
                    gps[tag] = letter
                    gps[tag + 1] = (IFDRational(round(value * 1e7), 10**7), IFDRational(0, 1), IFDRational(0, 1))
                draw(kind, seed + 1000 * one + view, side=96).save(folder / name, exif=exif.tobytes(), quality=95)
                title = f"<b>title</b> {('mojon', 'cartel', 'senda')[kind]} {seed} {one}"
                label = ("mojon", "cartel", "senda")[kind]
                lines.append(f"{name},{label},{folder.name}-{one},{title},what it is,{place[0]:.7f},{place[1]:.7f}")
        (folder / "table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "table.csv"

    return write


@pytest.fixture
def hito(tmp_path, monkeypatch, capsys):
    """Run the command line here; gives (status, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words):
        status = main(list(words))
        said = capsys.readouterr()
        assert "could not be drawn" not in said.err, said.err
        return status, said.out, said.err

    return run


@pytest.fixture
def records(tmp_path):
    """All records below multirun/, by folder name."""

    def read():
        found = sorted((tmp_path / "multirun").rglob("record.json"))
        return {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in found}

    return read
