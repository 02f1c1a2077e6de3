from .main import main as main
from .report import report_command as report_command
