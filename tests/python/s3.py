"""A server of S3 (moto) on a free port, behind a way that a test can cut."""

import re
import socket
import subprocess
import sys
import threading

import boto3

BUCKET = "mail-bodies"
KEYS = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "example", "region_name": "us-east-1"}
# Bytes that go through before the way is cut in the middle of a request.
CUT_AFTER = 100_000


class Way:
    """Forwards connections; `mode` is `open`, `closed` (refused at once), `cut` (in the middle of what is sent) or
    `stuck` (nobody answers)."""

    def __init__(self, port):
        self.port, self.mode = port, "open"
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.lock, self.open = threading.Lock(), set()
        self.cuts = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def switch(self, mode):
        """Another mode from now on, also for connections that are kept."""
        with self.lock:
            self.mode = mode
            kept, self.open = self.open, set()
        for one in kept:
            shut(one)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                mode = self.mode
                self.open.add(client)
            if mode == "closed":
                shut(client)
            elif mode != "stuck":
                self.forward(client, mode)

    def forward(self, client, mode):
        server = socket.create_connection(("127.0.0.1", self.port))
        with self.lock:
            self.open.add(server)
        most = CUT_AFTER if mode == "cut" else None
        threading.Thread(target=self.pump, args=(client, server, most), daemon=True).start()
        threading.Thread(target=self.pump, args=(server, client, None), daemon=True).start()

    def pump(self, source, target, most):
        sent = 0
        try:
            while data := source.recv(65536):
                sent += len(data)
                if most is not None and sent > most:
                    self.cuts += 1
                    break
                target.sendall(data)
        except OSError:
            pass
        shut(source)
        shut(target)


def shut(one):
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    one.close()


class Bucket:
    """moto with a bucket."""

    def __init__(self):
        words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                break
        else:
            raise AssertionError("moto has not started")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.way = Way(int(found[1]))
        self.client = boto3.client("s3", endpoint_url="http://127.0.0.1:" + found[1], **KEYS)
        self.client.create_bucket(Bucket=BUCKET)

    def settings(self):
        """What a server needs to use it."""
        return [
            f"bodies.url=s3://{BUCKET}/postroom",
            f"bodies.endpoint={self.way.endpoint}",
            "bodies.access_key_id=" + KEYS["aws_access_key_id"],
            "bodies.secret_access_key=" + KEYS["aws_secret_access_key"],
        ]

    def objects(self):
        """Keys and bytes."""
        listed = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {one["Key"]: self.client.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read() for one in listed}

    def copy(self, source, target):
        """Copies every object whose key begins with `source` to the same key with `target` instead."""
        for key, data in self.objects().items():
            if key.startswith(source):
                self.client.put_object(Bucket=BUCKET, Key=target + key.removeprefix(source), Body=data)

    def stop(self):
        self.way.listener.close()
        self.way.switch("closed")
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
