"""`hito serve`: load everything once, then answer on this machine only."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from components.errors import ConfigError, MissingExtraError
from experiments.config import configuration_folder, share_config_store
from experiments.console import messages

if TYPE_CHECKING:
    from experiments.serve import Service

PHOTO_MAP = "photo_map.html"


def serve_command(words: Sequence[str]) -> None:
    """`hito serve [KEY=VALUE ...]`: compose `words` as a run would, load what they name, serve pages until stopped.

    Raises:
        MissingExtraError: The extra `serve` is not installed.
        ConfigError: A run that is named does not exist, or the port is taken.
    """
    try:
        import python_multipart  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn
    except ImportError as error:
        raise MissingExtraError(error.name or "starlette", "serve", "hito serve") from error
    share_config_store()
    nodes = composed_nodes(words, configuration_folder())
    host, port = str(nodes["host"]), int(nodes["port"])
    from experiments.serve import LOOPBACK, application

    with listening(host, port) as door:  # before models are loaded: who comes early waits, a taken port is said at once
        if not is_loopback(host):
            messages.print(f"[yellow]host={host}: everybody who reaches this machine may use the page[/]")
        app = application(loaded(nodes), [*LOOPBACK, host] if is_loopback(host) else ["*"])
        named = f"[{host}]" if ":" in host else host
        messages.print(escape(f"hito serves http://{named}:{door.getsockname()[1]}/  (Ctrl+C stops it)"))
        with suppress(KeyboardInterrupt):  # Ctrl+C, once every answer has been given
            uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[door])


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 is any that is free.

    Raises:
        ConfigError: The port is taken or not allowed, or the host is none of this machine's.
    """
    if not 0 <= port <= 65535:
        raise ConfigError(f"port={port}: ports are numbers from 0 to 65535")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((str(address[0]), port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            wanted = "another program listens there (another hito serve?): end it, or take another port with port=8766"
        elif isinstance(error, PermissionError):
            wanted = "ports below 1024 are the system's: take another one, such as port=8765"
        else:
            wanted = "host is a name or an address of this machine, such as 127.0.0.1"
        raise ConfigError(f"host={host} port={port} cannot be listened at ({error.strerror}): {wanted}") from error


def composed_nodes(words: Sequence[str], folder: Path) -> dict[str, Any]:
    """The resolved configuration of these words; raises Hydra's own errors where they are wrong."""
    from hydra import compose, initialize_config_dir
    from omegaconf import OmegaConf

    with initialize_config_dir(str(folder), version_base="1.3"):
        config = compose("serve", overrides=list(words))
    values = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


def loaded(nodes: dict[str, Any]) -> Service:
    """Everything that the configuration names, ready to answer."""
    from experiments.config import instantiate
    from experiments.models import load_classifier
    from experiments.runs import find_run, photos_of
    from experiments.serve import Service
    from experiments.tasks.review import load_calibration

    output = Path(nodes["output"])
    classifier, calibration, photo_map = (nodes[one] for one in ("classifier", "calibration", "photo_map"))
    page = None
    if photo_map:
        run, record = find_run(str(photo_map), output)
        page = run / PHOTO_MAP
        if not page.is_file():
            raise ConfigError(f"The run {record.id} ({record.task}) has no {PHOTO_MAP}: task=cluster makes one")
    return Service.load(
        photos_of(nodes["data"])[0],
        **{name: instantiate(nodes[name], name) for name in ("embedder", "features", "location", "quality", "search")},
        classifier=load_classifier(*find_run(str(classifier), output), nodes["device"]) if classifier else None,
        calibration=load_calibration(str(calibration), output) if calibration else None,
        photo_map=page,
        filters=nodes["filters"],
    )


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches the host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
