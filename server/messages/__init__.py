"""What the platform tells its people: in the app, by web push, by e-mail."""

from flask import Flask
from flask_babel import get_locale

from server.messages import api, model, rules, views
from server.messages.model import Message

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(views.blueprint)
    app.register_blueprint(api.blueprint)
    app.jinja_env.globals["message_text"] = in_words


def in_words(message: Message) -> str:
    """A message in the language of this answer."""
    return rules.text(message.code, message.particulars, str(get_locale()))
