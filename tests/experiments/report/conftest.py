"""Made-up sweeps to report on, and a headless Chromium to read the report in."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from experiments.record import Record
from experiments.report import store_sweep

FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
METRICS = ("accuracy", "precision_weighted", "recall_weighted", "f1_weighted", "kappa", "auc_ovo", "auc_ovr", "ece")
PUBLISHED = {
    "source": "thesis (152 test photos)",
    "rows": [
        {"name": "CNN", "when": {"backbone": "cnn"}, "metrics": {"kappa": 0.61, "auc_ovo": 0.856, "mcc": 0.5}},
        {"name": "MobileNet", "when": {"backbone": ["a", "b"]}, "metrics": {"kappa": 0.952}},
    ],
}


class Chromium:
    """A browser that is talked to in its own protocol, through two pipes; nothing else listens."""

    def __init__(self, binary, folder):
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        # The browser reads descriptor 3 and writes 4; the shell puts the pipes there.
        line = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        command = ["bash", "-c", line, "chromium", binary, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
        self.process = subprocess.Popen(
            command, pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self.number, self.buffer, self.events, self.session = 0, b"", [], None

    def call(self, method, **parameters):
        """Send a command and return its result; events that come meanwhile are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        raw = json.dumps(message).encode() + b"\0"
        while raw:
            raw = raw[os.write(self.write_end, raw) :]
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def receive(self, timeout=60):
        while b"\0" not in self.buffer:
            assert select.select([self.read_end], [], [], timeout)[0], "Chromium does not answer"
            chunk = os.read(self.read_end, 1 << 20)
            assert chunk, "Chromium has ended"
            self.buffer += chunk
        raw, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(raw)

    def open(self, path, width=1280, height=900, *, scheme="light", mobile=False):
        """Open a file in a fresh page and wait until it is loaded."""
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events.clear()
        self.call("Page.navigate", url=Path(path).resolve().as_uri())
        end = time.monotonic() + 60
        while not any(one.get("method") == "Page.loadEventFired" for one in self.events):
            assert time.monotonic() < end, "the page does not load"
            self.events.append(self.receive())
        return self

    def __call__(self, script):
        """The value of a JavaScript expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key, text=""):
        """Press and release a key of the keyboard."""
        code = {"Tab": 9, "Enter": 13, " ": 32}[key]
        common = {"key": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def screenshot(self, path, *, whole=True):
        """Save what the page looks like, all of it or the part in the window."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}} if whole else {}
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=whole, **clip)
        Path(path).write_bytes(base64.b64decode(shot["data"]))

    def print_to(self, path):
        """Save the page as it is printed."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        Path(path).write_bytes(base64.b64decode(printed["data"]))

    def complaints(self):
        """Errors and warnings of the console, the log and of scripts, and blocked content."""
        found = []
        for event in self.events:
            method, told = event.get("method"), event.get("params", {})
            if method == "Runtime.consoleAPICalled" or method == "Runtime.exceptionThrown":
                found.append(told)
            elif method == "Log.entryAdded" and told["entry"]["level"] != "verbose":
                found.append(told["entry"])
        return found

    def requests(self):
        """Addresses that the page asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]

    def close(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if binary is None or shutil.which("bash") is None:
        pytest.skip("there is no Chromium on this machine to open the report in")
    browser = Chromium(binary, tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


def estimate(value, n=152, replicates=1):
    return {"value": value, "low": value - 0.05, "high": value + 0.04, "n": n, "values": [value] * replicates}


@pytest.fixture
def make_record():
    """Make a record; words such as backbone="cnn" become its overrides, choices and configuration."""

    def make(run, status="done", value=0.8, words=None, **more):
        words = words or {}
        settings = {
            "task": "classify",
            "experiment": "thesis/made_up",
            "overrides": [f"{key}={one}" for key, one in words.items()],
            "choices": {key: str(one) for key, one in words.items()},
            "config": {"name": "thesis/made_up", "training": {"epochs": 25}} | words,
            "data": {"fingerprint": "f" * 64, "origin": "waypoints: 9 rendered pictures", "photos": 9, "left_out": {}},
            "code": "c0de",
            "environment": {"python": "3.11.7", "torch": "2.15.0", "commit": "abc"},
            "started": "2026-11-23T19:24:52+00:00",
            "seconds": 61.5,
            "metrics": {name: estimate(value - 0.02 * at) for at, name in enumerate(METRICS)}
            if status == "done"
            else {},
            "protocol": "96 px · test n = 152 · 1 replicate",
        }
        return Record(id=run, status=status, **(settings | more))

    return make


def leave_files(folder, seed=0, names=("cartel", "marcador")):
    """What a run leaves beside its record; figures are noise, which no encoder makes small."""
    generator = np.random.default_rng(seed)
    epochs = np.arange(1, 31)
    falling = np.exp(-epochs / 10)
    pd.DataFrame(
        {
            "replicate": 0, "network": "closed", "epoch": epochs, "phase": ["augmented"] * 15 + ["plain"] * 15,
            "train_loss": falling, "train_accuracy": 1 - falling, "validation_loss": falling + 0.1,
            "validation_accuracy": 0.9 - falling, "kept": epochs == 30,
        }
    ).to_csv(folder / "curves.csv", index=False)  # fmt: skip
    pd.DataFrame({"class": names, "precision": [0.9, 0.5], "precision_std": np.nan, "support": [62.0, 18.0]}).to_csv(
        folder / "class_report.csv", index=False
    )
    scores = generator.dirichlet([1, 1], 20)
    truth, guess = np.arange(20) % 2, scores.argmax(axis=1)
    pd.DataFrame(
        {
            "replicate": 0, "id": [f"{names[0]}/{at}.jpg" for at in range(20)], "y_true": np.array(names)[truth],
            "y_pred": np.array(names)[guess], "unknown_score": np.nan, f"score_{names[0]}": scores[:, 0],
            f"score_{names[1]}": scores[:, 1],
        }
    ).to_parquet(folder / "predictions.parquet", index=False)  # fmt: skip


@pytest.fixture
def make_sweep(tmp_path):
    """Store records as the sweep of an experiment, with the files of those that are done; gives its folder."""

    def make(records, published=None, files=True, store=True):
        folder = tmp_path / "multirun" / "thesis" / "made_up"
        folder.mkdir(parents=True, exist_ok=True)
        for seed, one in enumerate(records):
            if one.id:
                one.write(folder / one.id)
                if files and one.status == "done":
                    leave_files(folder / one.id, seed)
        if store:
            store_sweep(records, folder, PUBLISHED if published is None else published)
        return folder

    return make


@pytest.fixture
def draw_figures():
    """Put figures into a run's folder: a chart in few colours and photos of many."""

    def draw(folder, seed=0, side=(1050, 700), photos=("sample_predictions",), charts=("confusion_matrix",)):
        (folder / "figures").mkdir(parents=True, exist_ok=True)
        generator = np.random.default_rng(seed)
        for name in photos:
            coarse = generator.integers(0, 256, (side[1] // 10, side[0] // 10, 3), dtype=np.uint8)
            Image.fromarray(coarse).resize(side, Image.Resampling.BICUBIC).save(folder / "figures" / f"{name}.png")
        for name in charts:
            pixels = np.full((side[1], side[0], 3), 255, dtype=np.uint8)
            for x, y in generator.integers(0, 600, (60, 2)):
                pixels[y : y + 30, x : x + 3 + seed % 5] = generator.choice([0, 114, 178], 3)
            Image.fromarray(pixels).save(folder / "figures" / f"{name}.png")

    return draw
