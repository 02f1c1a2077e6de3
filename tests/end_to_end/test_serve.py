"""`hito serve` as a person starts it: the map of a run, the warning to who lets others in, a port that is taken."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

pytest.importorskip("uvicorn")

COMMON = ("embedder=backbone", "embedder.size=64", "tracker=none")
CLUSTERS = ("task=cluster", *COMMON, "pixels.size=32", "projection=pca", "k_max=4", "k_selection.k=3")


def read(address, path):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address + path, timeout=60) as answer:
        return answer.read().decode()


@contextlib.contextmanager
def served(folder, *words):
    """The command at work in `folder`; gives what it said until it serves, and its address on this machine."""
    command = [sys.executable, "-m", "experiments", "serve", "port=0", *words]
    log = folder / "served.log"
    with log.open("w") as stream:
        environment = {**os.environ, "COLUMNS": "200"}
        process = subprocess.Popen(command, cwd=folder, stderr=stream, stdout=stream, env=environment)
    try:
        end = time.monotonic() + 120
        while "hito serves" not in log.read_text() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        said = log.read_text()
        assert "hito serves" in said, said
        port = said.split("hito serves http://")[1].split("/")[0].rpartition(":")[2]
        yield said, f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        status = process.wait(30)
    assert (status, log.read_text()) == (0, said)


def test_the_map_of_a_run_is_shown_and_others_are_let_in_with_a_warning(hito, photos, records, tmp_path):
    assert hito(*CLUSTERS, "data=folder", f"data.root={photos}")[0] == 0
    (run,) = records()
    words = ("data=folder", f"data.root={photos}", f"photo_map={run}", "host=0.0.0.0", "embedder=conse")
    with served(tmp_path, *words) as (said, address):
        assert "host=0.0.0.0: everybody who reaches this machine may use the page" in said
        shown = read(address, "/es/map")
        assert '<iframe src="/photo_map.html" title="Mapa de las fotos">' in shown
        assert 'href="/photo_map.html"' in shown
        assert read(address, "/photo_map.html") == (
            (tmp_path / "multirun" / "cluster" / run / "photo_map.html").read_text(encoding="utf-8")
        )
        assert "coseno" in read(address, "/es/search?q=senda")


def test_a_run_without_a_map_and_a_port_that_is_taken_are_said(hito, photos, records):
    words = ("serve", "data=folder", f"data.root={photos}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, _, err = hito(*words, f"port={taken.getsockname()[1]}")
    assert status == 1
    assert "another program listens there" in err
    assert "Traceback" not in err
    status, _, err = hito(*words, "port=0", "photo_map=nothing")
    assert (status, "There are no runs below" in err) == (1, True)
