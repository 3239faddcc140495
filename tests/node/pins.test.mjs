// The pinned SDK knows the operations that Postroom answers.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as sdk from "@aws-sdk/client-workmail";

test("the pinned SDK has a command for each of the 92 operations", () => {
  const commands = Object.keys(sdk).filter((name) => name.endsWith("Command") && name !== "$Command");
  assert.equal(commands.length, 92);
});
