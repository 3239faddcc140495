"""Commands of the operator, for tests."""

import json
import subprocess

from postroom import program


def command(server, *words, code=0):
    """Carries out a command and answers what it prints."""
    words = [program(), *words, "--data", str(server.data)]
    for setting in server.settings:
        words += ["--set", setting]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert ended.returncode == code, ended.stderr
    if code == 1:
        assert "\n→ " in ended.stderr, "an error says what to do"
    return ended.stdout if code == 0 else ended.stderr


def asked(server, *words):
    """The answer of a command as a value."""
    return json.loads(command(server, *words, "--output", "json"))
