from .address import LOOPBACK as LOOPBACK
from .address import is_loopback as is_loopback
from .address import listen as listen
from .app import create_app as create_app
from .service import Service as Service
