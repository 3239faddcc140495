// A mail program's day with imapflow, on both engines.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import {
  CreateOrganizationCommand,
  CreateUserCommand,
  RegisterToWorkMailCommand,
  WorkMailClient,
} from "@aws-sdk/client-workmail";
import { ImapFlow } from "imapflow";

import { ENGINES, startPostroom, waitForState } from "./postroom.mjs";

const PASSWORD = "Long-enough-1";
const NOTICE_MS_MAX = 20_000;
const ATTACHMENT = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
const MESSAGE = Buffer.from(
  [
    "From: Bob <bob@example.com>",
    "To: alice@example.net",
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
    "Message-ID: <1@example.com>",
    "Date: Mon, 2 Nov 2026 10:00:00 +0100",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    "Schöne Grüße",
    "--b",
    "Content-Type: application/octet-stream; name=data.bin",
    "Content-Disposition: attachment; filename=data.bin",
    "Content-Transfer-Encoding: base64",
    "",
    ...ATTACHMENT.toString("base64").match(/.{1,76}/g),
    "--b--",
    "",
  ].join("\r\n"),
);

/** The next event of this name that is wanted. */
function next(emitter, name, isWanted = () => true) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${name} in ${NOTICE_MS_MAX} ms`)), NOTICE_MS_MAX);
    const hear = (event) => {
      if (!isWanted(event)) return;
      clearTimeout(timer);
      emitter.off(name, hear);
      resolve(event);
    };
    emitter.on(name, hear);
  });
}

async function bytesOf(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

for (const engine of ENGINES) {
  describe(`imapflow, ${engine}`, () => {
    let server;
    let admin;
    let organization;
    let users = 0;
    const open = [];

    before(async () => {
      server = await startPostroom(engine);
      admin = new WorkMailClient(server.options);
      const created = await admin.send(new CreateOrganizationCommand({ Alias: "mail" }));
      organization = await waitForState(admin, created.OrganizationId, "Active");
    });

    afterEach(async () => {
      for (const client of open.splice(0)) await client.logout();
    });

    after(async () => {
      admin?.destroy();
      assert.equal(await server?.stop(), 0);
    });

    /** A user with a mailbox of its own: what makes connections of it. */
    async function mailbox() {
      const { OrganizationId, DefaultMailDomain } = organization;
      const Name = `user${(users += 1)}`;
      const user = { OrganizationId, Name, DisplayName: Name, Password: PASSWORD };
      const { UserId } = await admin.send(new CreateUserCommand(user));
      const address = `${Name}@${DefaultMailDomain}`;
      await admin.send(new RegisterToWorkMailCommand({ OrganizationId, EntityId: UserId, Email: address }));
      return (options) => connect(address, options);
    }

    async function connect(user, options = {}) {
      const [host, port] = server.endpoints.imaps.split(":");
      const client = new ImapFlow({
        host,
        port: Number(port),
        secure: true,
        tls: { ca: readFileSync(join(server.data, "tls", "ca.pem")) },
        auth: { user, pass: PASSWORD },
        logger: false,
        ...options,
      });
      await client.connect();
      open.push(client);
      return client;
    }

    test("folders are listed with their use, made, renamed and deleted", async () => {
      const client = await (await mailbox())();
      const uses = Object.fromEntries((await client.list()).map((folder) => [folder.path, folder.specialUse]));
      assert.deepEqual(uses, {
        INBOX: "\\Inbox",
        Archive: "\\Archive",
        "Deleted Items": "\\Trash",
        Drafts: "\\Drafts",
        "Junk E-mail": "\\Junk",
        "Sent Items": "\\Sent",
      });
      assert.equal((await client.mailboxCreate(["Bücher", "日本語 & mehr"])).created, true);
      await client.mailboxRename("Bücher", "Regal");
      const paths = (await client.list()).map((folder) => folder.path);
      assert.ok(paths.includes("Regal/日本語 & mehr") && !paths.includes("Bücher"), paths);
      assert.equal((await client.status("Regal", { messages: true, uidNext: true })).uidNext, 1);
      await client.mailboxDelete("Regal/日本語 & mehr");
      const quota = await client.getQuota("INBOX");
      assert.ok(quota.storage.limit > 0);
    });

    test("a message comes back whole, in parts and as a stream", async () => {
      const client = await (await mailbox())();
      const appended = await client.append("INBOX", MESSAGE, ["\\Seen", "$Work"], new Date("2026-11-02T10:00:00Z"));
      assert.equal(appended.uid, 1);
      await client.mailboxOpen("INBOX");
      const what = { uid: true, flags: true, envelope: true, bodyStructure: true, internalDate: true, size: true };
      const message = await client.fetchOne("*", { ...what, source: true, bodyParts: ["1"], headers: ["subject"] });
      assert.deepEqual(message.source, MESSAGE);
      assert.equal(message.size, MESSAGE.length);
      assert.deepEqual([...message.flags].sort(), ["$Work", "\\Seen"]);
      assert.equal(message.envelope.subject, "Grüße");
      assert.equal(message.envelope.from[0].address, "bob@example.com");
      assert.equal(message.internalDate.toISOString(), "2026-11-02T10:00:00.000Z");
      assert.deepEqual(message.bodyStructure.childNodes.map((part) => part.type), [
        "text/plain",
        "application/octet-stream",
      ]);
      assert.equal(message.bodyParts.get("1").toString(), "Schöne Grüße");
      assert.match(message.headers.toString(), /^Subject: =\?utf-8/);
      const { meta, content } = await client.download("1", "2", { uid: true, chunkSize: 10_000 });
      assert.equal(meta.filename, "data.bin");
      assert.deepEqual(await bytesOf(content), ATTACHMENT);
      const whole = await client.download("1", undefined, { uid: true, chunkSize: 50_000 });
      assert.deepEqual(await bytesOf(whole.content), MESSAGE);
    });

    test("searches, flags, moves, copies and deletions", async () => {
      const client = await (await mailbox())();
      for (const subject of ["one", "two", "three"]) {
        await client.append("INBOX", `Subject: ${subject}\r\nFrom: x@example.com\r\n\r\nHällo ${subject}\r\n`);
      }
      await client.mailboxOpen("INBOX");
      assert.deepEqual(await client.search({ subject: "TWO" }, { uid: true }), [2]);
      assert.deepEqual(await client.search({ body: "hällo three" }, { uid: true }), [3]);
      assert.deepEqual(await client.search({ or: [{ subject: "one" }, { body: "three" }], seen: false }), [1, 3]);
      await client.messageFlagsAdd("1:2", ["\\Flagged", "Later"]);
      await client.messageFlagsRemove("2", ["\\Flagged"]);
      const flags = [];
      for await (const message of client.fetch("1:*", { flags: true })) flags.push([...message.flags].sort());
      assert.deepEqual(flags, [["Later", "\\Flagged"], ["Later"], []]);
      const copied = await client.messageCopy("1", "Archive");
      assert.deepEqual([...copied.uidMap], [[1, 1]]);
      const moved = await client.messageMove({ subject: "three" }, "Archive");
      assert.deepEqual([...moved.uidMap], [[3, 2]]);
      await client.messageDelete("2", { uid: true });
      assert.deepEqual(await client.search({ all: true }, { uid: true }), [1]);
      assert.equal((await client.status("Archive", { messages: true })).messages, 2);
    });

    test("who comes back is told what has changed and what is gone", async () => {
      const connection = await mailbox();
      const [client, other] = [await connection({ qresync: true }), await connection()];
      for (let count = 0; count < 3; count += 1) await client.append("INBOX", MESSAGE);
      const before = await client.mailboxOpen("INBOX");
      assert.ok(client.enabled.has("QRESYNC"), [...client.enabled]);
      await client.mailboxClose();
      await other.mailboxOpen("INBOX");
      await other.messageFlagsAdd("3", ["\\Flagged"], { uid: true });
      await other.messageDelete("1", { uid: true });
      const gone = next(client, "expunge");
      await client.mailboxOpen("INBOX", {
        changedSince: before.highestModseq, uidValidity: before.uidValidity,
      });
      const { vanished, uid } = await gone;
      assert.deepEqual([vanished, uid], [true, 1]);
      const changed = [];
      for await (const message of client.fetch("1:*", { uid: true, flags: true }, { changedSince: before.highestModseq })) {
        changed.push([message.uid, [...message.flags], message.modseq > before.highestModseq]);
      }
      assert.deepEqual(changed, [[3, ["\\Flagged"], true]]);
    });

    test("who idles is told at once", async () => {
      const connection = await mailbox();
      const [client, other] = [await connection(), await connection()];
      await client.mailboxOpen("INBOX");
      const idling = client.idle();
      const came = next(client, "exists");
      await other.append("INBOX", MESSAGE);
      const { path, count, prevCount } = await came;
      assert.deepEqual([path, count, prevCount], ["INBOX", 1, 0]);
      const flagged = next(client, "flags", (event) => event.flags.has("\\Answered"));
      await other.mailboxOpen("INBOX");
      await other.messageFlagsAdd("1", ["\\Answered"]);
      assert.equal((await flagged).uid, 1);
      const gone = next(client, "expunge");
      await other.messageDelete("1");
      assert.equal((await gone).seq, 1);
      await client.noop();
      await idling;
    });
  });
}
