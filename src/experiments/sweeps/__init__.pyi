from .plan import compose as compose
from .report_of_sweep import report_sweep as report_sweep
from .sweep import end as end
from .sweep import run_jobs as run_jobs
from .sweep import run_sweep as run_sweep
