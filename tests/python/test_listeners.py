"""Listeners: TLS with certificates by name, who the client is behind proxies, slow and oversized requests."""

import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from postroom import Server

NO_ORGANIZATION = "m-00000000000000000000000000000000"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


@pytest.fixture
def start(tmp_path):
    """Starts servers that log every call as JSON and end with the test."""
    started = []

    def start_one(*settings, name="data"):
        logged = ["log.format=json", "log.filter=info,postroom_admin_api=debug"]
        started.append(Server(tmp_path / name, [*logged, *settings]))
        return started[-1].start()

    yield start_one
    for server in started:
        if server.process is not None:
            server.kill()


def exchange(server, sent, listener="http"):
    """Sends `sent` and answers everything that comes back."""
    host, port = server.endpoints[listener].rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(sent)
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionError:
            pass
    return received


def request(*headers):
    lines = ["GET / HTTP/1.1", "Host: x", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8")


def seen(server, sent):
    """Who a request was from, as the server logs it: address and whether it was encrypted."""
    answer = exchange(server, sent)
    assert answer.startswith(b"HTTP/1.1 "), answer
    lines = [line.split(b": ", 1) for line in answer.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]]
    wanted = dict(lines)[b"x-amzn-requestid"].decode()
    entries = [json.loads(line) for line in server.log().splitlines()]
    entry = next(entry for entry in entries if entry.get("request_id") == wanted)
    return entry["client"], entry["secure"]


def header(address, command=1, entries=b""):
    """A PROXY header, version 2, of a client at `address`."""
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    rest = packed + bytes(len(packed)) + struct.pack(">HH", 4711, 443) + entries
    family = 0x21 if ":" in address else 0x11
    return SIGNATURE + bytes([0x20 | command, family]) + struct.pack(">H", len(rest)) + rest


def test_a_trusted_proxy_names_the_client(start):
    server = start("trusted_proxies=127.0.0.0/8")
    assert seen(server, header("192.0.2.1") + request()) == ("192.0.2.1", False)
    assert seen(server, header("2001:db8::1") + request()) == ("2001:db8::1", False)
    assert seen(server, header("::ffff:192.0.2.7") + request()) == ("192.0.2.7", False)
    over_tls = b"\x20" + struct.pack(">H", 5) + b"\x01\0\0\0\0"
    assert seen(server, header("192.0.2.1", entries=over_tls) + request()) == ("192.0.2.1", True)
    assert seen(server, header("192.0.2.1", command=0) + request()) == ("127.0.0.1", False)
    assert seen(server, request()) == ("127.0.0.1", False)


def test_a_proxy_header_from_anybody_else_ends_the_connection(start):
    server = start("trusted_proxies=192.0.2.0/24")
    assert exchange(server, header("192.0.2.1") + request()) == b""
    assert "refused: a PROXY header" in server.log()
    assert seen(server, request()) == ("127.0.0.1", False)


def test_a_broken_proxy_header_ends_the_connection(start):
    server = start("trusted_proxies=127.0.0.1")
    assert exchange(server, SIGNATURE + b"\x21\x31\0\0" + request()) == b""
    assert exchange(server, b"\r\n\r\n" + request()) == b""


@pytest.mark.parametrize(
    "headers, client",
    [
        (["X-Forwarded-For: 192.0.2.1"], ("192.0.2.1", False)),
        (["X-Forwarded-For: 198.51.100.1, 192.0.2.1, 127.0.0.9"], ("192.0.2.1", False)),
        (["X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https"], ("192.0.2.1", True)),
        (["X-Forwarded-For: nonsense"], ("127.0.0.1", False)),
        (["Forwarded: for=203.0.113.9;proto=https", "X-Forwarded-For: 192.0.2.1"], ("192.0.2.1", False)),
        (["Forwarded: for=203.0.113.9;proto=https"], ("127.0.0.1", False)),
    ],
)
def test_forwarding_headers_of_a_trusted_proxy(start, headers, client):
    assert seen(start("trusted_proxies=127.0.0.0/8"), request(*headers)) == client


@pytest.mark.parametrize(
    "headers, client",
    [
        (['Forwarded: for="[2001:db8::1]:80";proto=https'], ("2001:db8::1", True)),
        (["X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "Forwarded: for=192.0.2.1"], ("192.0.2.1", False)),
        (["X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https"], ("127.0.0.1", False)),
    ],
)
def test_the_standard_header_of_a_trusted_proxy(start, headers, client):
    server = start("trusted_proxies=127.0.0.0/8", "forwarding_header=forwarded")
    assert seen(server, request(*headers)) == client


def test_a_proxy_that_writes_the_other_header_is_told(start):
    server = start("trusted_proxies=127.0.0.0/8")
    assert seen(server, request("Forwarded: for=203.0.113.9")) == ("127.0.0.1", False)
    assert "has sent forwarded and not x-forwarded-for" in server.log() and "see forwarding_header" in server.log()


def test_a_proxy_behind_a_proxy(start):
    server = start("trusted_proxies=127.0.0.1,10.0.0.0/8")
    assert seen(server, header("10.0.0.1") + request("X-Forwarded-For: 192.0.2.1")) == ("192.0.2.1", False)
    assert seen(server, header("192.0.2.2") + request("X-Forwarded-For: 192.0.2.1")) == ("192.0.2.2", False)


def test_forwarding_headers_of_anybody_else_are_ignored_and_logged(start):
    server = start()
    assert seen(server, request("X-Forwarded-For: 192.0.2.1")) == ("127.0.0.1", False)
    assert "ignored: a forwarding header" in server.log()


def test_https_with_our_own_ca(start):
    server = start()
    url = "https://" + server.endpoints["https"]
    client = server.client(verify=str(server.data / "tls" / "ca.pem"), url=url)
    with pytest.raises(ClientError) as refusal:
        client.describe_user(OrganizationId=NO_ORGANIZATION, UserId="someone")
    assert refusal.value.response["Error"]["Code"] == "OrganizationNotFoundException"
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(url)
    ca = (server.data / "tls" / "ca.pem").read_text()
    assert server.stop() == 0
    server.start()
    assert (server.data / "tls" / "ca.pem").read_text() == ca
    assert name_served(server, "localhost", ca)


def make_certificate(folder, name):
    """A self-signed certificate of `name`, as PEM files."""
    chain, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(chain)],
        check=True, capture_output=True,
    )
    return chain, key


def served(server, name):
    """The certificate that a client gets that asks for `name`, as PEM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    host, port = server.endpoints["https"].rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=30) as plain:
        with context.wrap_socket(plain, server_hostname=name) as connection:
            return ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True))


def name_served(server, name, ca):
    """Whether a client that trusts `ca` gets a certificate for `name`."""
    context = ssl.create_default_context(cadata=ca)
    host, port = server.endpoints["https"].rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=30) as plain:
        with context.wrap_socket(plain, server_hostname=name):
            return True


def same(pem, path):
    return pem.split() == path.read_text().split()


def test_certificates_by_name_replaced_without_a_restart(start, tmp_path):
    one, one_key = make_certificate(tmp_path, "one.example.com")
    any_two, two_key = make_certificate(tmp_path, "*.two.example.com")
    files = [{"chain": str(one), "key": str(one_key)}, {"chain": str(any_two), "key": str(two_key)}]
    listed = ", ".join("{ chain = %s, key = %s }" % (json.dumps(f["chain"]), json.dumps(f["key"])) for f in files)
    server = start(f"tls.certificates=[{listed}]")
    assert same(served(server, "one.example.com"), one)
    assert same(served(server, "mail.two.example.com"), any_two)
    assert same(served(server, "other.example.com"), one)

    old = one.read_text()
    newer, newer_key = make_certificate(tmp_path, "newer.example.com")
    os.replace(newer_key, one_key)
    os.replace(newer, one)
    assert served(server, "x").split() == old.split()
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "read again" in server.log())
    assert same(served(server, "newer.example.com"), one)

    good = one.read_text()
    one.write_text("not a certificate")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "stay as they were" in server.log())
    assert served(server, "newer.example.com").split() == good.split()
    assert server.stop() == 0


def wait_for(condition):
    """Waits until `condition` holds."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        os.sched_yield()


def test_a_body_over_the_limit_is_refused_with_413(start):
    server = start()
    head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: %d\r\n\r\n"
    for size in (1024 * 1024 + 1, 4 * 1024 * 1024):
        answer = exchange(server, (head % size).encode() + b"x" * size)
        assert answer.startswith(b"HTTP/1.1 413") and b"RequestEntityTooLarge" in answer
    assert exchange(server, (head % 10**12).encode()).startswith(b"HTTP/1.1 413")


def test_slow_clients_are_let_go(start):
    server = start("limits.head_seconds=1", "limits.body_seconds=1")
    assert exchange(server, b"") == b""
    assert exchange(server, b"POST / HT") == b""
    assert exchange(server, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{").startswith(b"HTTP/1.1 408")
    assert exchange(server, b"\x16\x03", listener="https") == b""


def test_connections_over_the_limit_wait_their_turn(start):
    server = start("limits.connections=1")
    host, port = server.endpoints["http"].split(":")
    with socket.create_connection((host, int(port)), timeout=30) as first:
        first.sendall(request().replace(b"Connection: close\r\n", b""))
        assert first.recv(65536).startswith(b"HTTP/1.1 4")
        with socket.create_connection((host, int(port)), timeout=1) as second:
            second.sendall(request())
            with pytest.raises(TimeoutError):
                second.recv(100)
            first.close()
            second.settimeout(30)
            assert second.recv(100).startswith(b"HTTP/1.1 4")
