// An administrator's script with the SDK for JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { DescribeUserCommand, OrganizationNotFoundException, WorkMailClient } from "@aws-sdk/client-workmail";

import { startPostroom } from "./postroom.mjs";

const NO_ORGANIZATION = "m-00000000000000000000000000000000";
let server;

before(async () => {
  server = await startPostroom();
});

after(async () => {
  assert.equal(await server.stop(), 0);
});

test("an exception of the model arrives as its class", async () => {
  const client = new WorkMailClient(server.options);
  const asked = client.send(new DescribeUserCommand({ OrganizationId: NO_ORGANIZATION, UserId: "someone" }));
  await assert.rejects(asked, OrganizationNotFoundException);
});
