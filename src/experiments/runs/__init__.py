"""One run: request, identity, lock, record, execution, result files, store."""
