"""Files that come by themselves: from a folder, from an address; what was seen is not read again."""

import contextlib
import datetime as dt
import os
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.registry.imports import fetching, files, sources
from server.registry.imports.model import ImportBatch, ImportSource
from server.registry.model import Enterprise
from tests.dialogue import form_token
from tests.office.conftest import words
from tests.registry.imports.conftest import a_row, as_csv


@pytest.fixture
def source(app, clerk):
    """A folder of the inbox, looked at every day."""
    form = {"csrf_token": form_token(clerk), "name": "省平台导出", "address": "province", "every": "24"}
    assert clerk.post("/office/imports/sources", data=form).status_code == 303
    with app.app_context():
        return db.session.scalar(db.select(ImportSource.id))


def lay(app, name, content, age=3600):
    """A file in the folder, written some seconds ago."""
    path = app.config["DATA_DIR"] / "inbox" / "province" / name
    path.write_bytes(content)
    written = path.stat().st_mtime - age
    os.utime(path, (written, written))


def states(app):
    with app.app_context():
        query = db.select(ImportBatch.state, ImportBatch.counts).order_by(ImportBatch.id)
        return [(state, counts) for state, counts in db.session.execute(query)]


def look(app, source):
    with app.app_context():
        sources.look(source)
        return db.session.get_one(ImportSource, source).problem


def test_a_clean_file_is_written_by_itself_and_once(app, source):
    lay(app, "a.csv", as_csv([a_row(1)]))
    assert look(app, source) is None
    assert states(app) == [("applied", {"added": 1})]
    lay(app, "the-same.csv", as_csv([a_row(1)]))
    look(app, source)
    assert len(states(app)) == 1
    with app.app_context():
        assert db.session.scalar(db.select(Enterprise.name).filter_by(reference="N000001"))


def test_a_file_with_a_rejected_row_waits_for_the_clerk(app, source, clerk):
    lay(app, "a.csv", as_csv([a_row(1), a_row(2, status="没有的")]))
    look(app, source)
    assert states(app) == [("ready", {"added": 1, "rejected": 1})]
    page = words(clerk.get("/office/imports"))
    assert "需处理：有未通过的行" in page
    assert "省平台导出" in page


def test_a_file_still_being_written_is_left_for_the_next_time(app, source):
    lay(app, "a.csv", as_csv([a_row(1)]), age=0)
    look(app, source)
    assert states(app) == []


def test_a_file_that_is_no_table_is_the_source_s_last_problem(app, source, clerk):
    lay(app, "a.csv", b"\0" * 100)
    lay(app, "b.csv", as_csv([a_row(1)]))
    assert look(app, source)["code"] == "import-not-table"
    assert states(app) == [("applied", {"added": 1})]
    assert "这不是能读的表格" in words(clerk.get("/office/imports/sources"))


def test_a_source_is_looked_at_when_due_and_not_while_paused(app, source, clerk):
    lay(app, "a.csv", as_csv([a_row(1)]))
    clerk.post(f"/office/imports/sources/{source}/pause", data={"csrf_token": form_token(clerk)})
    with app.app_context():
        sources.look_where_due()
    assert states(app) == []
    clerk.post(f"/office/imports/sources/{source}/resumption", data={"csrf_token": form_token(clerk)})
    with app.app_context():
        sources.look_where_due()
    assert len(states(app)) == 1
    lay(app, "b.csv", as_csv([a_row(2)]))
    with app.app_context():
        sources.look_where_due()
    assert len(states(app)) == 1
    clerk.post(f"/office/imports/sources/{source}/look", data={"csrf_token": form_token(clerk)})
    assert len(states(app)) == 2


@pytest.mark.parametrize("name", ["../keys", "/etc", ".hidden", "a/b", "..", "http://example.org/x", "ftp://x/y",
                                  "https://user:word@example.org/", "https://exa mple.org/", "https:///x",
                                  "https://例子.中国/x"])  # fmt: skip
def test_an_address_that_leads_elsewhere_is_refused(app, clerk, name):
    form = {"csrf_token": form_token(clerk), "name": "x", "address": name, "every": "24"}
    answer = clerk.post("/office/imports/sources", data=form)
    assert answer.status_code == 422
    assert "不能使用" in words(answer)


PRIVATE = {
    "127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]",
    "localhost", "100.64.0.1", "224.0.0.1",
}  # fmt: skip


@pytest.mark.parametrize("host", sorted(PRIVATE))
def test_a_private_address_is_never_asked(host):
    with pytest.raises(Problem) as refused, fetching.fetched(f"https://{host}/x", private_too=False):
        pass
    assert refused.value.code == "source-private"


class Province(BaseHTTPRequestHandler):
    """The province's platform."""

    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "https://127.0.0.1/secret")
            self.end_headers()
            return
        content = as_csv([a_row(1)])
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(content)

    def log_message(self, *_args):
        pass


@pytest.fixture
def province(tmp_path, monkeypatch):
    """An HTTPS server on this machine whose certificate is trusted here."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    make_certificate(key, certificate)
    server = HTTPServer(("127.0.0.1", 0), Province)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    trusting = ssl.create_default_context(cafile=str(certificate))
    yield f"https://localhost:{server.server_port}", lambda: monkeypatch.setattr(
        ssl, "create_default_context", lambda: trusting
    )
    server.shutdown()
    server.server_close()
    thread.join()


def make_certificate(key, certificate):
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(private, hashes.SHA256())
    )  # fmt: skip
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption()))  # fmt: skip


def add_address(app, address):
    app.config["IMPORT_PRIVATE"] = True
    with app.app_context(), transaction():
        return sources.add("x", "省平台", address, 24).id


def test_a_file_is_fetched_over_https_and_written(app, county, province):
    address, trust = province
    trust()
    assert look(app, add_address(app, f"{address}/export.csv")) is None
    assert states(app) == [("applied", {"added": 1})]


def test_a_certificate_nobody_vouches_for_is_refused(app, county, province):
    address, _trust = province
    problem = look(app, add_address(app, f"{address}/export.csv"))
    assert problem["code"] == "source-unreachable"
    assert "certificate" in problem["params"]["reason"].lower()


def test_a_redirect_is_not_followed(app, county, province):
    address, trust = province
    trust()
    problem = look(app, add_address(app, f"{address}/moved"))
    assert problem == {"code": "source-answer", "params": {"status": 302}}


def test_a_file_that_does_not_end_is_cut_off(app, county, province):
    address, trust = province
    trust()
    app.config["MAX_IMPORT"] = 100
    assert look(app, add_address(app, f"{address}/export.csv"))["code"] == "import-too-large"
    with app.app_context():
        assert list(files.place_of("0193a9b2-0000-7000-8000-00000000000f").parent.iterdir()) == []
