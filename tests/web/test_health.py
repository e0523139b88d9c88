"""GET /healthz."""

from flask.testing import FlaskClient

from tests.processes import LiveServer


def test_a_served_app_is_well(any_db: str, client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok", "trouble": {}})


def test_a_server_stops_on_request_and_starts_again_on_the_same_port(live_server: LiveServer) -> None:
    live_server.start()
    live_server.stop()
    live_server.start()
    live_server.kill()
    live_server.start()
