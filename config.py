"""Every setting of the app, each in one place; all are environment variables and stand in the README's table.

`from_environment` reads them, `complete` derives what Flask and its extensions want from them. Nothing else
in the project reads the environment.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent

# name: default. An empty default means "derived": see `complete`.
SETTINGS: dict[str, str] = {
    "DATA_DIR": str(ROOT / "var"),  # all that the app writes on one machine
    "DATABASE_URL": "",  # default: SQLite in DATA_DIR
    "EVIDENCE_STORE": "",  # default: a folder in DATA_DIR
    "UPLOAD_SPOOL": "",  # default: a folder in DATA_DIR; unfinished uploads, shared by all workers
    "MAX_UPLOAD": str(4 * 1024**3),  # bytes of one file of evidence
    "MAX_CHUNK": str(4 * 1024**2),  # bytes of one upload request
    "MAX_IMPORT": str(300 * 1024**2),  # bytes of one file of enterprises
    "IMPORT_PRIVATE": "0",  # 1: import sources may lie in the own network
    "MAX_PIXELS": "100000000",  # of one picture, width times height
    "APPROVAL_HOURS": "24",  # within which an urgent inspection is approved afterwards
    "BACKUP_REPORTS": "0",  # 1: backups report by `flask evidence backed-up`; 0: 72 hours count as backed up
    "SECRET_KEY": "",  # default: made once and kept in DATA_DIR/keys
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "WEB_WORKERS": "2",  # web processes
    "WEB_THREADS": "16",  # threads of each
    "JOB_WORKERS": "2",  # threads of the job consumer
    "DRAW_CEREMONY": "observed",  # who contributes secrets unless said otherwise: observed or full
    "DRAW_MET_DAYS": "365",  # for so many days an officer is not drawn for the same enterprise again
    "HTMX_URL": "",  # default: the vendored file; a CDN address is held to the same hash
    "MAIL_URL": "",  # smtp[s]://user:password@host:port?from=ADDRESS; default: no e-mail is sent
    "PUSH_SERVERS": "https://fcm.googleapis.com,https://*.push.services.mozilla.com,https://*.push.apple.com,"
    "https://*.notify.windows.com",  # of browser makers: whom web push may be handed to
    "TRUSTED_PROXIES": "0",  # how many proxies in front may be believed about address and scheme
    "TLS_CERT": "",  # with TLS_KEY: serve HTTPS directly
    "TLS_KEY": "",
}

NUMBERS = (
    *("MAX_UPLOAD", "MAX_CHUNK", "MAX_PIXELS", "MAX_IMPORT"),
    *("DRAW_MET_DAYS", "APPROVAL_HOURS"),
    *("PORT", "WEB_WORKERS", "WEB_THREADS", "TRUSTED_PROXIES", "JOB_WORKERS"),
)


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings as given, with defaults for what is not set."""
    return {name: environ.get(name) or default for name, default in SETTINGS.items()}


def complete(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings together with all that follows from them."""
    data = Path(settings["DATA_DIR"]).resolve()
    numbers = {name: _whole(name, settings[name]) for name in NUMBERS}
    return {
        "SESSION_COOKIE_NAME": "liancha",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,  # accounts.session slides it, at most once an hour
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "OFFICE_IDLE": timedelta(minutes=30),
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session
        "WTF_CSRF_SSL_STRICT": False,  # the token is the proof; not every client of the API sends a Referer
        "MAX_CONTENT_LENGTH": 40 * 1024 * 1024,  # 500 entries of 64 KB and some air; uploads come in chunks
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "SQLALCHEMY_DATABASE_URI": _database_uri(settings["DATABASE_URL"], data),
        **settings,
        "DATA_DIR": data,
        "EVIDENCE_STORE": settings["EVIDENCE_STORE"] or str(data / "evidence"),
        "UPLOAD_SPOOL": settings["UPLOAD_SPOOL"] or str(data / "spool"),
        "BACKUP_REPORTS": settings["BACKUP_REPORTS"] == "1",
        "IMPORT_PRIVATE": settings["IMPORT_PRIVATE"] == "1",
        "MAIL_URL": _mail_url(settings["MAIL_URL"]),
        **numbers,
    }


def _whole(name: str, value: Any) -> int:
    """A setting that is a whole number; a mistake in it is named before anything starts."""
    if not str(value).isascii() or not str(value).isdecimal():
        raise SystemExit(f"{name} must be a whole number, not {value!r}")
    return int(value)


def _mail_url(url: str) -> str:
    """Where a mail server is named, by a scheme we speak and a host."""
    if url and not re.match(r"smtps?://([^@/]*@)?[^@/:]", url):
        raise SystemExit(f"MAIL_URL must be smtp://… or smtps://…, not {url!r}")
    return url


def _database_uri(url: str, data: Path) -> str:
    """SQLAlchemy's address of the database; PostgreSQL is always spoken to through psycopg 3."""
    if not url:
        return f"sqlite:///{data / 'liancha.db'}"
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url
