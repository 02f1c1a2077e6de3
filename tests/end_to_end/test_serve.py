"""`hito serve` in a process of its own: the map of a run, the warning for other hosts, a port that is in use."""

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
    """Run the command in `folder`; yield its output up to when it serves, and its address on this machine."""
    command = [sys.executable, "-m", "experiments", "serve", "port=0", *words]
    log = folder / "served.log"
    with log.open("w") as stream:
        environment = {**os.environ, "COLUMNS": "200"}
        process = subprocess.Popen(command, cwd=folder, stderr=stream, stdout=stream, env=environment)
    try:
        end = time.monotonic() + 120
        while "hito serves" not in log.read_text() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        output = log.read_text()
        assert "hito serves" in output, output
        port = output.split("hito serves http://")[1].split("/")[0].rpartition(":")[2]
        yield output, f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        status = process.wait(30)
    assert (status, log.read_text()) == (0, output)


def test_the_map_of_a_run_is_shown_and_other_hosts_get_a_warning(hito, photos, records, tmp_path):
    assert hito(*CLUSTERS, "data=folder", f"data.root={photos}")[0] == 0
    (run,) = records()
    words = ("data=folder", f"data.root={photos}", f"photo_map={run}", "host=0.0.0.0", "embedder=conse")
    with served(tmp_path, *words) as (output, address):
        assert "host=0.0.0.0: everyone who can reach this machine can use the page" in output
        shown = read(address, "/es/map")
        assert '<iframe src="/photo_map.html?lang=es" title="Mapa de las fotos">' in shown
        assert 'href="/photo_map.html?lang=es"' in shown
        assert read(address, "/photo_map.html") == (
            (tmp_path / "multirun" / "cluster" / run / "photo_map.html").read_text(encoding="utf-8")
        )
        assert "coseno" in read(address, "/es/search?q=senda")


def test_a_missing_run_and_a_port_in_use_are_explained(hito, photos, records):
    words = ("serve", "data=folder", f"data.root={photos}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, _, err = hito(*words, f"port={taken.getsockname()[1]}")
    assert status == 1
    assert "another program uses this port" in err
    assert "Traceback" not in err
    status, _, err = hito(*words, "port=0", "photo_map=nothing")
    assert (status, "There are no runs below" in err) == (1, True)
