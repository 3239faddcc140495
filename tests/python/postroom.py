"""Starts `postroom` for a test and makes clients for it.

The program is named by POSTROOM_BIN; `cargo xtask with binary,python,postgres -- python -m pytest tests/python` sets
it, and everything else that the tests read from the environment.
"""

import functools
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import boto3
import botocore.session

from recorder import watch

START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 30
# Models beside botocore's own; gone with the run.
_FOLDER = tempfile.TemporaryDirectory()
MODELS = pathlib.Path(_FOLDER.name)


def program():
    """The built `postroom`."""
    path = os.environ.get("POSTROOM_BIN")
    assert path, "POSTROOM_BIN is not set; run the tests with: cargo xtask test --only python"
    return path


@functools.cache
def add_extension_model():
    """Puts the model that the program prints where the clients of this run look for models."""
    printed = subprocess.run([program(), "api-model"], capture_output=True, text=True, check=True).stdout
    folder = MODELS / "postroom" / json.loads(printed)["metadata"]["apiVersion"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "service-2.json").write_text(printed)


class Server:
    """A `postroom serve` on free loopback ports, with a data directory that outlives a restart."""

    def __init__(self, data, settings=()):
        self.data = pathlib.Path(data)
        self.settings = list(settings)
        self.process = None
        self.endpoints = {}

    def start(self):
        """Starts the program and waits until `endpoints.json`, which it writes last, is there."""
        written = self.data / "endpoints.json"
        written.unlink(missing_ok=True)
        self.launch()
        self.wait_until(written.exists, "no endpoints.json")
        self.endpoints = json.loads(written.read_text())
        return self

    def launch(self):
        """Starts the program."""
        self.data.mkdir(parents=True, exist_ok=True)
        words = [program(), "serve", "--data", str(self.data), "--any-port"]
        for setting in self.settings:
            words += ["--set", setting]
        log = open(self.data.parent / (self.data.name + ".log"), "ab")
        with log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_until(self, holds, lack):
        """Waits for the program, which starts."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while not holds():
            assert self.process.poll() is None, f"postroom ended while starting:\n{self.log()}"
            assert time.monotonic() < deadline, f"{lack} after {START_SECONDS_MAX} s:\n{self.log()}"
            time.sleep(0.01)

    def stop(self):
        """SIGTERM: the program finishes what is in flight. Returns its exit code."""
        if self.process is None:
            return None
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"postroom did not stop within {STOP_SECONDS_MAX} s:\n{self.log()}") from None

    def kill(self):
        """SIGKILL: nothing is finished."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def log(self):
        """What the program has printed so far."""
        return (self.data.parent / (self.data.name + ".log")).read_text(errors="replace")

    @property
    def url(self):
        """Address of the HTTP listener."""
        return "http://" + self.endpoints["http"]

    def environment(self):
        """For programs of AWS: the data directory's own configuration and credentials, and nothing of the person's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_CONFIG_FILE": str(self.data / "aws" / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.data / "aws" / "credentials"),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REGION": "us-east-1",
            "AWS_PAGER": "",
        }

    def client(self, service="workmail", region="us-east-1", url=None, **options):
        """A boto3 client with the first administrator's key from `aws/credentials`."""
        session = botocore.session.Session()
        session.set_config_variable("credentials_file", str(self.data / "aws" / "credentials"))
        session.set_config_variable("config_file", str(self.data / "aws" / "config"))
        session.get_component("data_loader").search_paths.append(str(MODELS))
        client = boto3.Session(botocore_session=session).client(
            service, region_name=region, endpoint_url=url or self.url, **options
        )
        return watch(client)

    def extension_client(self, **options):
        """A boto3 client of Postroom's own operations, from the model that `postroom api-model` prints."""
        add_extension_model()
        return self.client("postroom", **options)
