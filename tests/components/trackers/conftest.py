import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components.predictions import Predictions
from components.trackers import Tracker, wandb_feed

KEY = "0123456789" * 4


class WandbServer(ThreadingHTTPServer):
    """As much of a Weights & Biases server as a run talks to, on loopback; keeps what it is given."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.serving = threading.Event()
        self.serving.set()
        self.status = 200
        self.buckets: list[dict[str, Any]] = []
        self.stream: dict[str, list[str]] = {}
        self.exit_code: int | None = None
        self.uploads: dict[str, bytes] = {}
        self.artifacts: list[dict[str, Any]] = []
        self.committed: list[dict[str, Any]] = []
        self.unknown: list[str] = []
        self.views: list[dict[str, Any]] = []
        self.broken: Callable[[str, str], bool] = lambda method, path: False
        self.runs: dict[str, dict[str, list[str]]] = {}

    def hang(self) -> None:
        """Take requests from now on, and answer none."""
        self.serving.clear()

    def history(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream["wandb-history.jsonl"]]

    def summary(self) -> dict[str, Any]:
        return json.loads(self.stream["wandb-summary.json"][-1])

    def config(self) -> dict[str, Any]:
        return {key: entry["value"] for key, entry in json.loads(self.buckets[-1]["config"]).items()}

    def graphql(self, operation: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        match operation or re.search(r"(?:query|mutation) (\w+)", query)[1]:
            case "UpsertBucket":
                self.buckets.append(variables)
                project = {"id": "p", "name": variables["project"], "entity": {"id": "e", "name": "tester"}}
                bucket = {"id": "b", "name": variables["name"], "displayName": variables["displayName"]}
                bucket |= {"description": "", "config": "{}", "sweepName": None, "historyLineCount": 0}
                return {"upsertBucket": {"bucket": {**bucket, "project": project}, "inserted": True}}
            case "CreateRunFiles":
                files = [{"name": name, "uploadUrl": f"{self.url}/upload/{name}"} for name in variables["files"]]
                return {"createRunFiles": {"runID": "b", "uploadHeaders": [], "files": files}}
            case "ServerFeaturesQuery":
                return {"serverInfo": {"features": []}}
            case "Viewer":
                return {"viewer": {"id": "v", "entity": "tester", "username": "tester", "email": "t@example.org"}}
            case "CreateArtifact":
                self.artifacts.append(variables["input"])
                number = f"a{len(self.artifacts)}"
                artifact = {"id": number, "state": "PENDING", "artifactSequence": {"latestArtifact": None}}
                return {"createArtifact": {"artifact": artifact}}
            case "CreateArtifactFiles":
                nodes = [self.artifact_file(**asked) for asked in variables["input"]["artifactFiles"]]
                return {"createArtifactFiles": {"files": {"edges": [{"node": node} for node in nodes]}}}
            case "CreateArtifactManifest":
                number = variables["artifactID"]
                manifest = {"id": number, "file": self.artifact_file(number, "manifest.json")}
                return {"createArtifactManifest": {"artifactManifest": manifest}}
            case "CommitArtifact":
                self.committed.append(self.artifacts[int(variables["artifactID"][1:]) - 1])
                return {"commitArtifact": {"artifact": {"id": variables["artifactID"], "digest": "d"}}}
            case "UpsertView2":
                self.views.append(variables)
                return {"upsertView": {"view": {"id": "view-1", "name": variables["name"]}, "inserted": True}}
            case "ArtifactType":
                return {"project": None}
            case _:
                self.unknown.append(f"{query} {json.dumps(variables)[:800]}")
                return {}

    def artifact_file(self, artifactID: str, name: str, **_: Any) -> dict[str, Any]:
        path = f"{artifactID}/{name}"
        place = {"id": path, "name": name, "displayName": name, "storagePath": path, "uploadHeaders": []}
        return {**place, "uploadUrl": f"{self.url}/upload/{path}", "artifact": {"id": artifactID}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WandbServer

    def _answer(self, content: dict[str, Any]) -> None:
        self.server.serving.wait()
        body = json.dumps(content).encode() if self.command != "HEAD" else b""
        self.send_response(500 if self.server.broken(self.command, self.path) else self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def do_HEAD(self) -> None:
        self._answer({})

    def do_PUT(self) -> None:
        self.server.uploads[self.path.removeprefix("/upload/")] = self._body()
        self._answer({})

    def do_POST(self) -> None:
        content = json.loads(self._body() or b"{}")
        if self.path == "/graphql":
            data = self.server.graphql(content.get("operationName"), content["query"], content.get("variables", {}))
            self._answer({"data": data})
            return
        run = self.server.runs.setdefault(self.path.split("/")[-2], {})
        for name, chunk in content.get("files", {}).items():
            if not self.server.broken(self.command, self.path):
                run.setdefault(name, []).extend(chunk["content"])
            self.server.stream.setdefault(name, []).extend(chunk["content"])
        if content.get("complete"):
            self.server.exit_code = content["exitcode"]
        self._answer({})

    def handle(self) -> None:
        with suppress(ConnectionError):  # who asked did not wait for the answer
            super().handle()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[WandbServer]:
    server = WandbServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.serving.set()
    server.shutdown()
    thread.join()
    server.server_close()


def processes_with(marker: str) -> list[int]:
    """Processes that were started with the marker in their environment."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marker.encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
        except OSError:
            continue
    return found


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """A home of the test's own, which stays empty, and no process left behind when the test is over."""
    for name in [name for name in os.environ if name.startswith(("WANDB_", "XDG_"))] + ["NETRC"]:
        monkeypatch.delenv(name, raising=False)
    home, marker = tmp_path / "home", uuid.uuid4().hex
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HITO_TEST_MARKER", marker)
    monkeypatch.setattr(wandb_feed, "_said_offline", threading.Event())
    caplog.set_level(logging.INFO, "components.trackers.wandb")
    yield marker
    patience = time.monotonic() + 10
    while processes_with(marker) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not processes_with(marker)
    assert [path for path in home.rglob("*") if path.name != ".netrc"] == []


@pytest.fixture
def online(server: WandbServer, marker: str, monkeypatch: pytest.MonkeyPatch) -> WandbServer:
    """A server that wandb finds and has a key for."""
    monkeypatch.setenv("WANDB_BASE_URL", server.url)
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    return server


@pytest.fixture
def predictions() -> Predictions:
    """40 photos of cats, dogs and unknown things; no owl among them."""
    generator = np.random.default_rng(0)
    scores = generator.dirichlet(np.ones(3), 40)
    y_true = generator.choice([-1, 0, 1], 40)
    ids = np.array([f"photos/{i}.jpg" for i in range(40)], dtype=object)
    unknown_score = 1 - scores.max(axis=1)
    y_pred = np.where(unknown_score > 0.5, -1, scores.argmax(axis=1))
    return Predictions(ids, y_true, scores, y_pred, unknown_score, ("cat", "dog", "owl"))


@pytest.fixture
def follow(tmp_path: Path, predictions: Predictions) -> Callable[..., float]:
    """Show a tracker one whole run; gives the seconds that its end took."""

    def follow(tracker: Tracker, run_id: str = "r1", *, meanwhile: Callable[[], Any] = lambda: None) -> float:
        folder = tmp_path / "runs" / run_id
        folder.mkdir(parents=True)
        Image.new("RGB", (30, 20), "teal").save(folder / "roc.png")
        (folder / "report.html").write_text("<p>report</p>")
        begin(tracker, folder, run_id)
        for replicate in range(2):
            for epoch in range(3):
                tracker.log({f"replicate-{replicate}/train_loss": 1 / (1 + epoch + replicate)}, epoch)
        meanwhile()
        return end(tracker, folder, predictions)

    return follow


def begin(tracker: Tracker, folder: Path, run_id: str) -> None:
    config = {"head": {"name": "closed", "weights": Path("w.pt")}, "seed": 7}
    tracker.start(
        name="resnet18+closed",
        group="exp",
        job_type="classify",
        run_id=run_id,
        config=config,
        tags=["t"],
        folder=folder,
    )


def end(tracker: Tracker, folder: Path, predictions: Predictions | None) -> float:
    began = time.perf_counter()
    tracker.finish(
        metrics={"accuracy": {"value": 0.8, "low": 0.7, "high": 0.9, "n": 40}, "loss": {"value": 0.5, "low": None}},
        figures={"roc": folder / "roc.png"},
        predictions=predictions,
        artifacts={"report.html": folder / "report.html"},
        status="done",
    )
    return time.perf_counter() - began


@pytest.fixture
def wandb_cli(tmp_path: Path) -> Callable[..., str]:
    """The command `wandb`, in a home of its own."""

    def run(*arguments: str | Path) -> str:
        home = tmp_path / "cli"
        home.mkdir(exist_ok=True)
        places = {f"WANDB_{name}_DIR": str(home) for name in ("CACHE", "DATA", "CONFIG")} | {"WANDB_DIR": str(home)}
        environment = os.environ | places | {"HOME": str(home), "WANDB_ERROR_REPORTING": "false"}
        command = [sys.executable, "-m", "wandb", *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
