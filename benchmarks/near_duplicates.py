"""Copies of real pictures: what hito's two searches find, beside imagededup's PHash and CNN, one process.

    python benchmarks/near_duplicates.py             # prints, and writes benchmarks/results/near_duplicates.json
    python benchmarks/near_duplicates.py --copies 50 # quicker

Pictures: the stamps of tuxpaint (data=stamps) and test photos of CIFAR-10 from ../shared/data, each at its size. In
turn, each transformation copies some of them, and the copies are put among all the originals. Recall is the proportion
of the copies that are paired with their original. Every pair of different originals or their copies is false, for every
method, but for `SAME_PICTURE`: originals that show the same picture, found by looking.

Peers: imagededup's PHash at its own threshold (10 of 64 bits), and its CNN (cosine of at least .9) with
EfficientNet-Lite0, since its own weights are a download. `pip install --no-deps imagededup pywavelets` installs it.
Processor time is that of reading and comparing; hito's is on as many threads as there are cores.
"""

import argparse
import io
import json
import math
import os
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from components.backbones.efficientnet import imagenet_lite0
from components.data import Photos, folder, load_pixels, stamps
from components.data.reading import decode
from experiments.runs import environment_record

CIFAR = Path("../shared/data/cifar10-jpeg.tar.gz")
Pairs = set[tuple[str, str]]
SAME_PICTURE: dict[str, Pairs] = {"stamps": {("00158", "00159")}, "cifar10": set()}
"""The same trousers with and without embroidery."""
Change = Callable[[Image.Image], Image.Image]


def cropped(left: float, top: float, right: float, bottom: float) -> Change:
    """Cut these proportions from the edges."""

    def change(photo: Image.Image) -> Image.Image:
        width, height = photo.size
        box = (left * width, top * height, (1 - right) * width, (1 - bottom) * height)
        return photo.crop(tuple(round(side) for side in box))  # type: ignore[arg-type]

    return change


def turned(degrees: float, *, whole: bool) -> Change:
    """Turn by some degrees: with black corners, or cropped to what the photo still covers."""

    def change(photo: Image.Image) -> Image.Image:
        found = photo.rotate(degrees, Image.Resampling.BICUBIC)
        if whole:
            return found
        width, height = photo.size
        sine, cosine = math.sin(math.radians(abs(degrees))), math.cos(math.radians(degrees))
        share = min(width / (width * cosine + height * sine), height / (width * sine + height * cosine))
        edge = (1 - share) / 2
        return cropped(edge, edge, edge, edge)(found)

    return change


def encoded(quality: int) -> Change:
    """Save as JPEG."""

    def change(photo: Image.Image) -> Image.Image:
        stream = io.BytesIO()
        photo.save(stream, "JPEG", quality=quality)
        return Image.open(stream).convert("RGB")

    return change


CHANGES: dict[str, Change] = {
    "half the size": lambda photo: photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.LANCZOS),
    "JPEG quality 30": encoded(30),
    "30 % brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.3),
    "blurred by 1 %": lambda photo: photo.filter(ImageFilter.GaussianBlur(photo.width / 100)),
    "mirrored": ImageOps.mirror,
    "mirrored, JPEG quality 50": lambda photo: encoded(50)(ImageOps.mirror(photo)),
    "cropped by 2 % an edge": cropped(0.02, 0.02, 0.02, 0.02),
    "cropped by 5 % an edge": cropped(0.05, 0.05, 0.05, 0.05),
    "cropped by 10 % an edge": cropped(0.1, 0.1, 0.1, 0.1),
    "cropped by 10 % at two edges": cropped(0.1, 0, 0, 0.1),
    "turned by 1 degree": turned(1, whole=True),
    "turned by 3 degrees": turned(3, whole=True),
    "turned by -3 degrees, cropped": turned(-3, whole=False),
    "turned by 5 degrees": turned(5, whole=True),
    "mirrored, cropped by 5 % an edge": lambda photo: cropped(0.05, 0.05, 0.05, 0.05)(ImageOps.mirror(photo)),
}


def pictures(name: str, n: int) -> dict[str, Image.Image]:
    """Read the originals: all stamps, or n test photos of CIFAR-10."""
    if name == "stamps":
        manifest = stamps(classes=["animals", "clothes", "food", "household", "plants", "town", "vehicles"])
        return {f"{row:05}": decode(file) for row, file in enumerate(manifest.files)}
    found = {}
    with tarfile.open(CIFAR) as archive:
        names = sorted(
            member for member in archive.getnames() if member.startswith("test/") and member.endswith(".jpg")
        )
        chosen = set(np.random.default_rng(0).choice(names, n, replace=False).tolist())
        for member in archive:
            if member.name in chosen and (stream := archive.extractfile(member)):
                found[f"{len(found):05}"] = Image.open(io.BytesIO(stream.read())).convert("RGB")
    return found


def of_photos(photos: Photos) -> Pairs:
    """Pairs of file names that hito found."""
    names = [Path(path).stem for path in photos.manifest.path.tolist()]
    return {(names[left], names[right]) for left, right in photos.near_duplicates.pairs()}


def of_map(found: dict[str, list[str]]) -> Pairs:
    """Pairs of file names that imagededup found."""
    return {
        (min(one, other), max(one, other))
        for one, others in ((Path(key).stem, [Path(name).stem for name in names]) for key, names in found.items())
        for other in others
    }


def peers(paths: Path) -> dict[str, tuple[dict[str, Any], Callable[[dict[str, Any]], Pairs], float]]:
    """Encode all files by imagededup: the encodings, the function that finds pairs, seconds a photo."""
    from imagededup.methods import CNN, PHash
    from imagededup.utils import CustomModel

    network: Any = imagenet_lite0()

    class Features(torch.nn.Module):
        def forward(self, batch: torch.Tensor) -> torch.Tensor:
            features: torch.Tensor = network.forward_head(network.forward_features(batch), pre_logits=True)
            return features

    def prepared(photo: Image.Image) -> torch.Tensor:
        small = np.asarray(photo.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR))
        return (torch.from_numpy(small.copy()).permute(2, 0, 1).float() - 127) / 128

    model = CustomModel(name="EfficientNet-Lite0", model=Features().eval(), transform=prepared)
    phash, cnn = PHash(verbose=False), CNN(verbose=False, model_config=model)
    found = {}
    n = len(list(paths.iterdir()))
    began = time.process_time()
    encodings = {file.name: phash.encode_image(str(file)) for file in sorted(paths.iterdir())}
    pairs = lambda subset: of_map(phash.find_duplicates(encoding_map=subset, search_method="brute_force"))  # noqa: E731
    found["imagededup PHash"] = (encodings, pairs, (time.process_time() - began) / n)
    began = time.process_time()
    encodings = cnn.encode_images(image_dir=paths, num_enc_workers=0)
    pairs = lambda subset: of_map(cnn.find_duplicates(encoding_map=subset, num_sim_workers=0))  # noqa: E731
    found["imagededup CNN"] = (encodings, pairs, (time.process_time() - began) / n)
    return found


def scored(pairs: Pairs, copied: Iterable[str], same: Pairs) -> dict[str, Any]:
    """Count the copies that were found, and the false pairs."""
    wanted = {(name, f"{name}copy") for name in copied}
    false = set()
    for left, right in pairs - wanted:
        one, other = sorted((left.removesuffix("copy"), right.removesuffix("copy")))
        if one != other and (one, other) not in same:
            false.add((left, right))
    return {"found": len(pairs & wanted), "of": len(wanted), "false": len(false), "false_pairs": sorted(false)[:5]}


def measured(name: str, originals: dict[str, Image.Image], copies: int, work: Path) -> dict[str, Any]:
    """Run every search on the copies of every transformation."""
    copied = np.random.default_rng(1).choice(sorted(originals), min(copies, len(originals)), replace=False).tolist()
    base, everything = work / "originals", work / "everything"
    base.mkdir()
    everything.mkdir()
    for key, photo in originals.items():
        photo.save(base / f"{key}.png")
        (everything / f"{key}.png").hardlink_to(base / f"{key}.png")
    for number, change in enumerate(CHANGES.values()):
        for key in copied:
            change(originals[key]).save(everything / f"{key}copy{number:02}.png")
    encoded_by = peers(everything)
    same = SAME_PICTURE[name]
    table: dict[str, Any] = {}
    seconds: dict[str, list[float]] = {"fast": [], "thorough": []}
    for number, title in enumerate(CHANGES):
        chosen = {f"{key}.png": f"{key}.png" for key in originals}
        chosen |= {f"{key}copy{number:02}.png": f"{key}copy.png" for key in copied}
        one = work / f"change{number:02}"
        one.mkdir()
        for file, link in chosen.items():
            (one / link).hardlink_to(everything / file)
        row = {}
        for search in ("fast", "thorough"):
            began = time.process_time()
            found = of_photos(load_pixels(folder(one), size=96, near_duplicates=search))  # type: ignore[arg-type]
            seconds[search].append((time.process_time() - began) / len(chosen))
            row[f"hito {search}"] = scored(found, copied, same)
        for peer, (encodings, pairs, _) in encoded_by.items():
            subset = {link: encodings[file] for file, link in chosen.items()}
            row[peer] = scored(pairs(subset), copied, same)
        table[title] = row
        print(f"{name:9} {title:34}", *(f"{key} {cell['found'] / cell['of']:.3f}" for key, cell in row.items()))
    milliseconds = {f"hito {search}": round(1000 * float(np.median(row)), 2) for search, row in seconds.items()}
    milliseconds["hito thorough"] = round(milliseconds["hito fast"] + milliseconds["hito thorough"], 2)
    milliseconds |= {peer: round(1000 * took, 2) for peer, (*_, took) in encoded_by.items()}
    precision = {}
    for key in next(iter(table.values())):
        found_of_all, false = (sum(row[key][count] for row in table.values()) for count in ("found", "false"))
        precision[key] = round(found_of_all / max(found_of_all + false, 1), 5)
    print(name, "precision", precision, "processor milliseconds a photo", milliseconds)
    return {
        "originals": len(originals),
        "copies_of_each_transformation": len(copied),
        "originals_that_show_the_same_picture": sorted(same),
        "precision": precision,
        "processor_milliseconds_a_photo": milliseconds,
        "transformations": table,
    }


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=300)
    parser.add_argument("--cifar", type=int, default=1000)
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/near_duplicates.json"))
    given = parser.parse_args()
    results: dict[str, Any] = {"environment": environment_record()}
    for name in ("stamps", "cifar10") if CIFAR.is_file() else ("stamps",):
        with tempfile.TemporaryDirectory() as work:
            os.environ["HITO_CACHE"] = str(Path(work) / "cache")
            results[name] = measured(name, pictures(name, given.cifar), given.copies, Path(work))
    given.output.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
