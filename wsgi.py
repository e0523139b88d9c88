"""The door for gunicorn (`wsgi:app`) and for the `flask` command."""

from server import create_app

app = create_app()
