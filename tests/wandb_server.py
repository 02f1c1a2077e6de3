"""A Weights & Biases server of the tests' own, on loopback, well or not."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

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
        body = self._body()
        if self.path == "/graphql":
            content = json.loads(body)
            data = self.server.graphql(content.get("operationName"), content["query"], content.get("variables", {}))
            self._answer({"data": data})
            return
        if self.path.endswith("/file_stream"):
            self._stream(json.loads(body))
        self._answer({})

    def _stream(self, content: dict[str, Any]) -> None:
        run = self.server.runs.setdefault(self.path.split("/")[-2], {})
        for name, chunk in content.get("files", {}).items():
            if not self.server.broken(self.command, self.path):
                run.setdefault(name, []).extend(chunk["content"])
            self.server.stream.setdefault(name, []).extend(chunk["content"])
        if content.get("complete"):
            self.server.exit_code = content["exitcode"]

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
