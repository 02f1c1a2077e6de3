from .app import LOOPBACK as LOOPBACK
from .app import application as application
from .service import Service as Service
