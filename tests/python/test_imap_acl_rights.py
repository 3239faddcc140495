"""What each right to a folder opens and leaves closed (RFC 4314 §4), on both engines."""

import pytest

from entities import PASSWORD
from mail import good
from sharing import MESSAGE, RIGHTS, listed, my_rights, refused, select


class Guest:
    """alice with bob's folder "Work"; each probe tells whether she could, and puts things back."""

    def __init__(self, shared):
        self.shared, self.client = shared, shared.alice.log_in()
        self.work = shared.path("Work")
        good(self.client.append("INBOX", None, None, MESSAGE))
        self.rights = None

    def can(self, answer, selected=False):
        """Whether it was done. What was not is refused as if there were nothing, unless "Work" is seen or open."""
        if answer[0] == "OK":
            return True
        if "l" in self.rights:
            refused(answer, b"NOPERM")
        elif selected:
            refused(answer, b"NOPERM", b"TRYCREATE")
        else:
            refused(answer, b"NONEXISTENT", b"TRYCREATE")
        return False

    def opened(self):
        """Whether "Work" could be selected."""
        return self.can(select(self.client, self.work))

    def restore(self):
        """bob's folder has one message without flags again."""
        owner = self.shared.owner
        if self.client.state == "SELECTED":
            good(self.client.unselect())
        good(owner.select("Work"))
        owner.store("1:*", "+FLAGS", r"(\Deleted)")
        owner.expunge()
        good(owner.append("Work", None, None, MESSAGE))
        owner.close()

    def list(self):
        return any(line.endswith('/Work"') for line in listed(self.client))

    def lsub(self):
        return any(b'/Work"' in line for line in good(self.client.lsub()) if line)

    def subscribe(self):
        return self.can(self.client.subscribe(self.work))

    def select(self):
        return self.opened()

    def examine(self):
        return self.can(self.client.select(self.work, readonly=True))

    def status(self):
        return self.can(self.client.status(self.work, "(MESSAGES)"))

    def list_status(self):
        good(self.client.xatom("LIST", '""', "*", "RETURN", "(STATUS (MESSAGES))"))
        self.client.response("LIST")
        return any(b"/Work" in line for line in self.client.response("STATUS")[1] if line)

    def quota_root(self):
        answer = self.client.getquotaroot(self.work)
        if answer[0] == "OK":
            assert answer[1][1] == [None], "how full the mailbox is, is not told"
        return self.can((answer[0], answer[1] if answer[0] == "OK" else answer[1][-1:][0] or answer[1][0]))

    def fetch(self):
        return self.opened() and b"Hers" in good(self.client.fetch("1", "(BODY.PEEK[])"))[0][1]

    def search(self):
        return self.opened() and good(self.client.search(None, "SUBJECT", "shared")) == [b"1"]

    def _store(self, flag):
        return self.opened() and self.can(self.client.store("1", "+FLAGS", f"({flag})"), selected=True)

    def store_seen(self):
        return self._store(r"\Seen") and self.shared.flags("Work") == {r"\Seen"}

    def store_deleted(self):
        return self._store(r"\Deleted") and self.shared.flags("Work") == {r"\Deleted"}

    def store_flagged(self):
        return self._store(r"\Flagged") and self.shared.flags("Work") == {r"\Flagged"}

    def store_keyword(self):
        return self._store("$Key") and self.shared.flags("Work") == {"$Key"}

    def fetch_marks_as_read(self):
        if not self.opened():
            return False
        good(self.client.fetch("1", "(BODY[])"))
        return self.shared.flags("Work") == {r"\Seen"}

    def append(self):
        return self.can(self.client.append(self.work, None, None, MESSAGE))

    def copy_in(self):
        good(select(self.client, "INBOX"))
        return self.can(self.client.copy("1", self.work))

    def move_in(self):
        good(self.client.append("Drafts", None, None, MESSAGE))
        good(select(self.client, "Drafts"))
        return self.can(self.client.uid("MOVE", "1:*", self.work))

    def copy_out(self):
        return self.opened() and self.can(self.client.copy("1", "Archive"))

    def move_out(self):
        return self.opened() and self.can(self.client.uid("MOVE", "1:*", "Archive"), selected=True)

    def replace(self):
        if not self.opened():
            return False
        self.client.literal = MESSAGE
        return self.can(self.client._simple_command("REPLACE", "1", self.work), selected=True)

    def expunge(self):
        good(self.shared.owner.select("Work"))
        good(self.shared.owner.store("1", "+FLAGS", r"(\Deleted)"))
        done = self.opened() and self.can(self.client.expunge(), selected=True)
        assert done == (self.shared.count("Work") == 0)
        return done

    def close(self):
        good(self.shared.owner.select("Work"))
        good(self.shared.owner.store("1", "+FLAGS", r"(\Deleted)"))
        if self.opened():
            good(self.client.close())
        return self.shared.count("Work") == 0

    def create(self):
        done = self.can(self.client.create(self.shared.path("Work/New")), selected=True)
        if done:
            good(self.shared.owner.delete("Work/New"))
        return done

    def delete(self):
        good(self.shared.owner.create("Work/Old"))
        done = self.can(self.client.delete(self.shared.path("Work/Old")))
        if not done:
            good(self.shared.owner.delete("Work/Old"))
        return done

    def rename(self):
        good(self.shared.owner.create("Work/Old"))
        answer = self.client.rename(self.shared.path("Work/Old"), self.shared.path("Work/Newer"))
        done = self.can(answer, selected="x" in self.rights)
        good(self.shared.owner.delete("Work/Newer" if done else "Work/Old"))
        return done

    def get_acl(self):
        return self.can(self.client.getacl(self.work))

    def list_rights(self):
        return self.can(self.client.xatom("LISTRIGHTS", self.work, self.shared.guest_address))

    def set_acl(self):
        return self.can(self.client.setacl(self.work, "carl", "l"))

    def delete_acl(self):
        return self.can(self.client.deleteacl(self.work, "carl"))

    def my_rights(self):
        if not set(self.rights) & set("lrikxa"):
            refused(self.client.myrights(self.work), b"NONEXISTENT")
            return False
        told = set(my_rights(self.client, self.work)) - {"c", "d"}
        assert told == set(self.rights)
        return True

    def get_metadata(self):
        return self.can(self.client.xatom("GETMETADATA", self.work, "(/private/comment)"))

    def set_private(self):
        return self.can(self.client.xatom("SETMETADATA", self.work, '(/private/comment "mine")'))

    def set_shared(self):
        return self.can(self.client.xatom("SETMETADATA", self.work, '(/shared/comment "ours")'))


# What each probe needs: all of the letters, and one of those behind the slash.
NEEDS = {
    "list": "l",
    "lsub": "l",
    "subscribe": "l",
    "select": "r",
    "examine": "r",
    "status": "r",
    "list_status": "lr",
    "quota_root": "r",
    "fetch": "r",
    "search": "r",
    "store_seen": "rs",
    "store_deleted": "rt",
    "store_flagged": "rw",
    "store_keyword": "rw",
    "fetch_marks_as_read": "rs",
    "append": "i",
    "copy_in": "i",
    "move_in": "i",
    "copy_out": "r",
    "move_out": "rte",
    "replace": "rtei",
    "expunge": "re",
    "close": "re",
    "create": "k",
    "delete": "x",
    "rename": "kx",
    "get_acl": "a",
    "list_rights": "a",
    "set_acl": "a",
    "delete_acl": "a",
    "my_rights": "/lrikxa",
    "get_metadata": "l/rswip",
    "set_private": "l/rswip",
    "set_shared": "lw",
}


def opens(probe, rights):
    every, _, some = NEEDS[probe].partition("/")
    return set(every) <= set(rights) and (not some or bool(set(some) & set(rights)))


@pytest.mark.parametrize("how", ["alone", "with l and r", "all others"])
def test_each_right_opens_what_it_is_for(shared, organization, how):
    organization.user("carl", Password=PASSWORD)
    guest = Guest(shared)
    for right in RIGHTS:
        chosen = {"alone": {right}, "with l and r": {"l", "r", right}, "all others": set(RIGHTS) - {right}}[how]
        guest.rights = "".join(letter for letter in RIGHTS if letter in chosen)
        for probe in NEEDS:
            shared.give("Work", guest.rights)
            could = getattr(guest, probe)()
            assert could == opens(probe, guest.rights), (probe, guest.rights)
            guest.restore()


def test_what_is_selected_tells_of_the_rights(shared, alice):
    guest, work = alice.log_in(), shared.path("Work")
    good(shared.owner.select("Work"))
    good(shared.owner.store("1", "+FLAGS", "(Project)"))
    for rights, flags, is_writable in [
        ("lr", [], False),
        ("lrpkxa", [], False),
        ("lri", [], True),
        ("lrs", [r"\Seen"], True),
        ("lrt", [r"\Deleted"], True),
        ("lrw", [r"\Answered", r"\Flagged", r"\Draft", "Project", r"\*"], True),
        ("lre", [], True),
    ]:
        shared.give("Work", rights)
        good(select(guest, work))
        told = guest.response("PERMANENTFLAGS")[1][0].decode().strip("()").split()
        assert told == flags, rights
        is_read_only, is_read_write = guest.response("READ-ONLY")[1], guest.response("READ-WRITE")[1]
        assert (is_read_only[-1] is None) == is_writable and (is_read_write[-1] is not None) == is_writable, rights
        good(guest.unselect())


def test_flags_that_may_not_be_set_are_left_out(shared, alice):
    guest, work = alice.log_in(), shared.path("Work")
    shared.give("Work", "lrsi")
    good(guest.append(work, r"(\Seen \Flagged \Deleted $Key)", None, MESSAGE))
    assert shared.flags("Work", 2) == {r"\Seen"}
    good(guest.append("INBOX", r"(\Seen \Flagged \Deleted $Key)", None, MESSAGE))
    good(select(guest, "INBOX"))
    good(guest.copy("1", work))
    assert shared.flags("Work", 3) == {r"\Seen"}, "from another mailbox"
    # In one mailbox.
    shared.give("Secret", "lr")
    good(shared.owner.select("Secret"))
    good(shared.owner.store("1", "FLAGS", r"(\Seen \Answered \Deleted $Other)"))
    good(select(guest, shared.path("Secret")))
    good(guest.copy("1", work))
    assert shared.flags("Work", 4) == {r"\Seen"} and r"\Answered" in shared.flags("Secret")
    # One of several is enough, and what may not be changed stays.
    good(shared.owner.select("Work"))
    good(shared.owner.store("1", "FLAGS", r"(\Flagged $Key)"))
    good(select(guest, work))
    good(guest.store("1", "+FLAGS", r"(\Seen \Deleted)"))
    assert shared.flags("Work") == {r"\Flagged", "$Key", r"\Seen"}
    good(guest.store("1", "-FLAGS", r"(\Flagged \Seen)"))
    assert shared.flags("Work") == {r"\Flagged", "$Key"}
    good(guest.store("1", "FLAGS", r"(\Seen \Draft)"))
    assert shared.flags("Work") == {r"\Flagged", "$Key", r"\Seen"}
    for flags in [r"(\Flagged)", r"(\Deleted $Key)"]:
        refused(guest.store("1", "FLAGS", flags), b"NOPERM")
    assert "$Other" not in shared.flags("Work", 4)


def test_where_nothing_may_be_read_no_uid_is_told(shared, alice):
    guest, work = alice.log_in(), shared.path("Work")
    for rights, is_told in [("li", False), ("lri", True)]:
        shared.give("Work", rights)
        good(guest.append(work, None, None, MESSAGE))
        assert (guest.response("APPENDUID")[1][0] is not None) == is_told
        good(guest.append("INBOX", None, None, MESSAGE))
        good(select(guest, "INBOX"))
        good(guest.copy("1", work))
        assert (guest.response("COPYUID")[1][0] is not None) == is_told
        good(guest.uid("MOVE", "1:*", work))
        assert (guest.response("COPYUID")[1][0] is not None) == is_told
