"""Division of many networks into groups that are trained at once."""

CACHE_BYTES, DEVICE_BYTES = 8 * 2**20, 512 * 2**20
"""Memory that a step of one group may use, approximately: on the CPU it should fit into the cache, on a GPU less so."""

MIN_GROUP = 4
"""Groups are not made smaller than this only to use another thread."""


def largest_group(batch_size: int, features: int, parameters: int, *, on_cpu: bool) -> int:
    """Return the largest number of networks whose training steps fit into the memory of a group.

    A network uses memory for a batch in float32, its parameters, their gradients and two moments of the optimizer.

    Args:
        batch_size: Rows per step.
        features: Length of a row.
        parameters: Number of parameters of a network.
        on_cpu: Whether the networks are trained on the CPU.
    """
    bytes_per_network = 4 * (batch_size * features + 4 * parameters)
    return (CACHE_BYTES if on_cpu else DEVICE_BYTES) // bytes_per_network


def split_into_groups(networks: int, largest: int, workers: int) -> list[slice]:
    """Split networks into groups of almost equal size.

    Args:
        networks: Number of networks.
        largest: Largest size of a group; values below 1 count as 1.
        workers: Number of threads; there are at least as many groups if these have `MIN_GROUP` networks or more.

    Returns:
        Slices of the networks.
    """
    count = max(1, -(-networks // max(1, largest)), min(workers, networks // MIN_GROUP))
    size = -(-networks // count)
    return [slice(start, min(start + size, networks)) for start in range(0, networks, size)]
