"""`hito serve`: loads models and points once, then serves web pages to this machine."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from components.errors import ConfigError, MissingExtraError
from experiments.cli.arguments import Arguments
from experiments.config import check_values, compose_config, resolved
from experiments.console import messages

if TYPE_CHECKING:
    from experiments.serve import Service

CONFIG = "serve"
"""Primary configuration file of the command, without its extension."""

PHOTO_MAP = "photo_map.html"


def serve_command(arguments: Arguments) -> None:
    """Compose the configuration, load what it names, and serve pages until the process is interrupted.

    Args:
        arguments: Overrides of conf/serve.yaml.

    Raises:
        MissingExtraError: The extra `serve` is not installed.
        ConfigError: A run does not exist, or the port is in use.
        hydra.errors.HydraException: An override is wrong.
    """
    try:
        import python_multipart  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn
    except ImportError as error:
        raise MissingExtraError(error.name or "starlette", "serve", "hito serve") from error
    nodes = resolved(compose_config(arguments.overrides, CONFIG))
    check_values(nodes)
    host, port = str(nodes["host"]), int(nodes["port"])
    from experiments.serve import LOOPBACK, create_app, is_loopback, listen

    # Listen before models are loaded: early requests wait, and a port in use is reported at once.
    with listen(host, port) as listener:
        if not is_loopback(host):
            messages.print(f"[yellow]host={host}: everyone who can reach this machine can use the page[/]")
        app = create_app(load_service(nodes), [*LOOPBACK, host] if is_loopback(host) else ["*"])
        name = f"[{host}]" if ":" in host else host
        messages.print(escape(f"hito serves http://{name}:{listener.getsockname()[1]}/  (Ctrl+C to stop)"))
        with suppress(KeyboardInterrupt):  # raised after the last request has been answered
            uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])


def load_service(nodes: dict[str, Any]) -> Service:
    """Load the models and points that a resolved configuration names.

    Raises:
        ConfigError: A run does not exist, or has no map.
    """
    from experiments.config import instantiate
    from experiments.models import load_classifier
    from experiments.runs import find_run, selected_photos, selection_of
    from experiments.serve import Service
    from experiments.tasks.review import load_calibration

    output = Path(nodes["output"])
    classifier, calibration, photo_map = (nodes[name] for name in ("classifier", "calibration", "photo_map"))
    page = None
    if photo_map:
        folder, record = find_run(str(photo_map), output)
        page = folder / PHOTO_MAP
        if not page.is_file():
            raise ConfigError(
                f"photo_map={photo_map}: the run {record.id} (task={record.task}) has no {PHOTO_MAP}. "
                "Name a run of task=cluster"
            )
    return Service.load(
        selected_photos(nodes, selection_of(nodes, {"filters": nodes["filters"]}))[0],
        **{name: instantiate(nodes[name], name) for name in ("embedder", "features", "location", "quality", "search")},
        classifier=load_classifier(*find_run(str(classifier), output), nodes["device"]) if classifier else None,
        calibration=load_calibration(str(calibration), output) if calibration else None,
        photo_map=page,
        filters=nodes["filters"],
    )
