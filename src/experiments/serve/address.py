"""The address that `hito serve` listens on."""

import errno
import ipaddress
import socket

from components.errors import ConfigError

LOOPBACK = ("127.0.0.1", "localhost")
"""Names of this machine that only its own programs can use."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address.

    Args:
        host: Name or address of this machine.
        port: 0 to 65535; 0: any free port.

    Raises:
        ConfigError: The port is in use or not allowed, or the host is not an address of this machine.
    """
    if not 0 <= port <= 65535:
        raise ConfigError(f"port={port}: ports are numbers from 0 to 65535")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((str(address[0]), port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = f"another program uses this port (another hito serve?): stop it, or use port={port + 1}"
        elif isinstance(error, PermissionError):
            remedy = "ports below 1024 are reserved for the system: use another one, such as port=8765"
        else:
            remedy = "host must be a name or an address of this machine, such as 127.0.0.1"
        raise ConfigError(f"Cannot listen on host={host} port={port} ({error.strerror}): {remedy}") from error


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
