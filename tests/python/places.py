"""A server with its engine, for tests that need more than one."""

from commands import asked, command
from conftest import new_database
from postroom import Server


class Place:
    """A server with its engine; commands name the engine as the server does."""

    def __init__(self, data, engine):
        settings = ['dns.resolvers=["127.0.0.1:9"]']
        if engine == "postgres":
            settings.append("store.url=" + new_database())
        self.server = Server(data, settings)
        self.words = [word for setting in settings for word in ("--set", setting)]

    def asked(self, *words):
        return asked(self.server, *words, *self.words)

    def command(self, *words, code=0):
        return command(self.server, *words, *self.words, code=code)
