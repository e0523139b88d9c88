"""How gunicorn serves the app: a few processes with threads, which suits SQLite; settings as in config.py."""

import os

from config import from_environment

_settings = from_environment(os.environ)

bind = f"{_settings['HOST']}:{_settings['PORT']}"
worker_class = "gthread"
workers = int(_settings["WEB_WORKERS"])
threads = int(_settings["WEB_THREADS"])
timeout = 120  # an upload of 4 MiB over a bad line may take its time
graceful_timeout = 20
keepalive = 15
control_socket_disable = True  # it is stopped by signals, and leaves nothing in anybody's home
certfile = _settings["TLS_CERT"] or None
keyfile = _settings["TLS_KEY"] or None
