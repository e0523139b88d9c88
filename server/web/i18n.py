"""Languages: Simplified Chinese; English or Traditional by choice (a cookie, else what the account says)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request
from flask_babel import Babel, get_locale
from flask_login import current_user

from server.kernel import instants
from server.web.gate import PUBLIC, allow

LOCALES = {"zh_Hans_CN": "简体中文", "zh_Hant_TW": "繁體中文", "en": "English"}
TAGS = {"zh_Hans_CN": "zh-Hans", "zh_Hant_TW": "zh-Hant", "en": "en"}
DEFAULT = "zh_Hans_CN"
COOKIE = "locale"

blueprint = Blueprint("language", __name__)


@blueprint.get("/language")
@allow(PUBLIC)
def page() -> str:
    """The choice, for pages that are the same for all readers and so hold no form."""
    return render_template("web/languages.html", back=local_path(request.args.get("next", "")) or "/")


@blueprint.post("/language")
@allow(PUBLIC)
def choose() -> Response:
    """Remember the language chosen and go back."""
    locale = request.form.get("locale", "")
    response = redirect(local_path(request.form.get("next", "")) or "/")
    if locale in LOCALES:
        response.set_cookie(COOKIE, locale, max_age=365 * 86400, samesite="Lax", secure=request.is_secure)
    return response  # type: ignore[return-value]


def local_path(target: str) -> str | None:
    """The target if it is a path on this site, else none: a redirect leads nowhere else."""
    try:
        parts = urlsplit(target)
    except ValueError:  # no address at all
        return None
    harmless = (
        not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith("//")
    )
    return target if harmless and "\\" not in target and target.isprintable() else None


def here() -> str:
    """An address that shows this page again; of a page that answers a form, the page the form belongs to."""
    path = request.full_path.rstrip("?")
    if request.method == "GET" or request.url_rule is None:
        return path
    routes = current_app.create_url_adapter(request)
    path = request.path
    while path and routes is not None and not routes.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"


def select_locale() -> str:
    """Cookie, then account, then Chinese."""
    choices = [request.cookies.get(COOKIE), getattr(current_user, "locale", None)] if request else []
    return next((choice for choice in choices if choice in LOCALES), DEFAULT)


def language() -> str:
    """The language of this answer as an HTML `lang` value."""
    return TAGS.get(str(get_locale()), TAGS[DEFAULT])


def comma() -> str:
    """What stands between the parts of a list in the reader's language."""
    return ", " if language() == "en" else "、"


def listed(parts: Iterable[object]) -> str:
    """Several things in a row."""
    return comma().join(map(str, parts))


def init(app: Flask) -> None:
    """Translate, and show instants on the county's clock."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = app.root_path + "/web/translations"
    Babel(app, locale_selector=select_locale)
    app.context_processor(lambda: {"language": language, "locales": LOCALES, "tags": TAGS, "here": here})
    app.jinja_env.globals["comma"] = comma
    app.jinja_env.filters["listed"] = listed
    app.jinja_env.filters["local_time"] = lambda instant: f"{instants.local(instant):%Y-%m-%d %H:%M}"
