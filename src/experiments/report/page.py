FILE = LIMIT = write_report = None
