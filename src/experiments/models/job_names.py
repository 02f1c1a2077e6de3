"""Names of training jobs, in file names and in the curves that a tracker receives."""


def job_name(network: str, replicate: int | str, fold: int | str | None) -> str:
    """Return the name of a job.

    Examples:
        >>> job_name("closed", 0, None), job_name("closed", 0, 3), job_name("closed", 0, "all")
        ('closed-0', 'closed-0-fold3', 'closed-0-all')
    """
    if fold is None:
        return f"{network}-{replicate}"
    return f"{network}-{replicate}-{fold if fold == 'all' else f'fold{fold}'}"
