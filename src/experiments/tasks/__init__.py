"""The tasks, one file each, with its output beside it."""
