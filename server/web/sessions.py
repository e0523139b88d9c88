"""The session cookie: Flask's signed one, Secure whenever the request came over HTTPS."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface


class Sessions(SecureCookieSessionInterface):
    """Phones reach a trial over plain HTTP and the office over HTTPS: the cookie follows the request."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure
