from .finish import finish_sweep as finish_sweep
from .finish import table_options as table_options
from .plan import compose as compose
from .sweep import run_jobs as run_jobs
from .sweep import run_sweep as run_sweep
