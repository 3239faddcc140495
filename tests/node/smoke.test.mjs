// A day of an administrator's scripts with the SDK for JavaScript, on both engines.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  AssociateMemberToGroupCommand,
  CreateGroupCommand,
  CreateOrganizationCommand,
  CreateUserCommand,
  DeleteOrganizationCommand,
  DeleteUserCommand,
  DescribeUserCommand,
  EntityStateException,
  GetAccessControlEffectCommand,
  InvalidParameterException,
  ListTagsForResourceCommand,
  NameAvailabilityException,
  OrganizationNotFoundException,
  PutAccessControlRuleCommand,
  PutMobileDeviceAccessOverrideCommand,
  GetMobileDeviceAccessOverrideCommand,
  RegisterToWorkMailCommand,
  TagResourceCommand,
  WorkMailClient,
  paginateListGroupMembers,
  paginateListUsers,
} from "@aws-sdk/client-workmail";

import { ENGINES, startPostroom, waitForState } from "./postroom.mjs";

const NO_ORGANIZATION = "m-00000000000000000000000000000000";

async function all(pages, member) {
  const found = [];
  for await (const page of pages) found.push(...(page[member] ?? []));
  return found;
}

for (const engine of ENGINES) {
  describe(engine, () => {
    let server;
    let client;
    let organization;
    let domain;
    const send = (Command, input) => client.send(new Command({ OrganizationId: organization, ...input }));

    before(async () => {
      server = await startPostroom(engine);
      client = new WorkMailClient(server.options);
      const created = await client.send(new CreateOrganizationCommand({ Alias: "script" }));
      organization = created.OrganizationId;
      domain = (await waitForState(client, organization, "Active")).DefaultMailDomain;
    });

    after(async () => {
      client?.destroy();
      assert.equal(await server?.stop(), 0);
    });

    test("a user is created, enabled, described, and its times are dates", async () => {
      const { UserId } = await send(CreateUserCommand, { Name: "anna", DisplayName: "Anna Ä", Password: "Long-enough-1" });
      const empty = await send(RegisterToWorkMailCommand, { EntityId: UserId, Email: `anna@${domain}` });
      assert.deepEqual(Object.keys(empty), ["$metadata"]);
      const user = await send(DescribeUserCommand, { UserId: "anna" });
      assert.equal(user.UserId, UserId);
      assert.equal(user.State, "ENABLED");
      assert.equal(user.DisplayName, "Anna Ä");
      assert.ok(user.EnabledDate instanceof Date && Math.abs(user.EnabledDate - Date.now()) < 3_600_000);
      assert.equal(user.DisabledDate, undefined);
    });

    test("lists come in pages", async () => {
      for (const name of ["p1", "p2", "p3", "p4", "p5"]) {
        await send(CreateUserCommand, { Name: name, DisplayName: name });
      }
      const input = { OrganizationId: organization, Filters: { UsernamePrefix: "p" } };
      const users = await all(paginateListUsers({ client, pageSize: 2 }, input), "Users");
      assert.deepEqual(users.map((user) => user.Name), ["p1", "p2", "p3", "p4", "p5"]);
    });

    test("a group has its members", async () => {
      const { UserId } = await send(CreateUserCommand, { Name: "member", DisplayName: "M" });
      const { GroupId } = await send(CreateGroupCommand, { Name: "team" });
      await send(RegisterToWorkMailCommand, { EntityId: UserId, Email: `member@${domain}` });
      await send(RegisterToWorkMailCommand, { EntityId: GroupId, Email: `team@${domain}` });
      await send(AssociateMemberToGroupCommand, { GroupId, MemberId: UserId });
      const input = { OrganizationId: organization, GroupId };
      const members = await all(paginateListGroupMembers({ client }, input), "Members");
      assert.deepEqual(members.map((member) => [member.Id, member.Type]), [[UserId, "USER"]]);
    });

    test("a rule decides, an override is answered as it was put", async () => {
      const { UserId } = await send(CreateUserCommand, { Name: "phone", DisplayName: "P" });
      await send(RegisterToWorkMailCommand, { EntityId: UserId, Email: `phone@${domain}` });
      await send(PutAccessControlRuleCommand, {
        Name: "office", Effect: "DENY", Description: "not from there", NotIpRanges: ["10.0.0.0/8"], Actions: ["IMAP"],
      });
      const ask = { IpAddress: "192.0.2.1", Action: "IMAP", UserId };
      const effect = await send(GetAccessControlEffectCommand, ask);
      assert.deepEqual([effect.Effect, effect.MatchedRules], ["DENY", ["office"]]);
      const device = { UserId, DeviceId: "ApplDNPSMX6HG5MJ" };
      await send(PutMobileDeviceAccessOverrideCommand, { ...device, Effect: "DENY", Description: "lost" });
      const override = await send(GetMobileDeviceAccessOverrideCommand, device);
      assert.deepEqual([override.DeviceId, override.Effect, override.Description], [device.DeviceId, "DENY", "lost"]);
      assert.ok(override.DateCreated instanceof Date);
    });

    test("exceptions of the model arrive as their classes", async () => {
      await assert.rejects(
        client.send(new DescribeUserCommand({ OrganizationId: NO_ORGANIZATION, UserId: "someone" })),
        OrganizationNotFoundException,
      );
      await send(CreateUserCommand, { Name: "twice", DisplayName: "T" });
      await assert.rejects(send(CreateUserCommand, { Name: "Twice", DisplayName: "T" }), NameAvailabilityException);
      await send(RegisterToWorkMailCommand, { EntityId: "twice", Email: `twice@${domain}` });
      await assert.rejects(send(DeleteUserCommand, { UserId: "twice" }), EntityStateException);
      const both = { Name: "both", Effect: "DENY", Description: "d", Actions: ["IMAP"], NotActions: ["EWS"] };
      await assert.rejects(send(PutAccessControlRuleCommand, both), InvalidParameterException);
      await assert.rejects(send(CreateUserCommand, { Name: "", DisplayName: "" }), (error) => {
        assert.equal(error.name, "ValidationException");
        assert.match(error.message, /^2 validation errors detected/);
        return true;
      });
      const stranger = new WorkMailClient({
        ...server.options, credentials: { ...server.options.credentials, secretAccessKey: "wrong" },
      });
      const refused = stranger.send(new DescribeUserCommand({ OrganizationId: organization, UserId: "anna" }));
      await assert.rejects(refused, { name: "InvalidSignatureException" });
    });

    test("tags, and an organization that goes", async () => {
      const created = await client.send(new CreateOrganizationCommand({ Alias: "short-lived" }));
      const { ARN } = await waitForState(client, created.OrganizationId, "Active");
      const Tags = [{ Key: "cost", Value: "42" }];
      await client.send(new TagResourceCommand({ ResourceARN: ARN, Tags }));
      const listed = await client.send(new ListTagsForResourceCommand({ ResourceARN: ARN }));
      assert.deepEqual(listed.Tags, Tags);
      await client.send(
        new DeleteOrganizationCommand({ OrganizationId: created.OrganizationId, DeleteDirectory: true }),
      );
      await waitForState(client, created.OrganizationId, "Deleted");
    });
  });
}
