// Starts `postroom`, which POSTROOM_BIN names, for a test, and makes clients for it.
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { DescribeOrganizationCommand } from "@aws-sdk/client-workmail";

const START_MS_MAX = 30_000;
const WAIT_MS_MAX = 30_000;

export const ENGINES = ["embedded", "postgres"];

/** An empty database in the run's cluster: its URL. */
function newDatabase() {
  const cluster = process.env.POSTROOM_TEST_POSTGRES;
  if (!cluster) throw new Error("POSTROOM_TEST_POSTGRES names no cluster; use: cargo xtask test --only node");
  const name = "t" + randomUUID().replaceAll("-", "");
  execFileSync(join(process.env.POSTROOM_TEST_POSTGRES_BIN, "psql"), ["-qXc", `CREATE DATABASE ${name}`, cluster]);
  return cluster.slice(0, cluster.lastIndexOf("/") + 1) + name;
}

/** A server on free loopback ports with a fresh data directory on `engine`. End it with `stop`. */
export async function startPostroom(engine) {
  const program = process.env.POSTROOM_BIN;
  if (!program) throw new Error("POSTROOM_BIN is not set; run the tests with: cargo xtask test --only node");
  const folder = mkdtempSync(join(tmpdir(), "postroom-node-"));
  const data = join(folder, "data");
  const log = openSync(join(folder, "log"), "w");
  const words = ["serve", "--data", data, "--any-port"];
  if (engine === "postgres") words.push("--set", "store.url=" + newDatabase());
  const child = spawn(program, words, { stdio: ["ignore", log, log] });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  process.on("exit", () => child.kill("SIGKILL"));
  const written = join(data, "endpoints.json");
  const deadline = Date.now() + START_MS_MAX;
  while (!existsSync(written)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`postroom did not start:\n${readFileSync(join(folder, "log"), "utf8")}`);
    }
    await delay(10);
  }
  const endpoints = JSON.parse(readFileSync(written, "utf8"));
  const endpoint = "http://" + endpoints.http;
  const stop = async () => {
    child.kill("SIGTERM");
    const code = await ended;
    rmSync(folder, { recursive: true });
    return code;
  };
  return { endpoint, endpoints, data, stop, options: { endpoint, region: "us-east-1", credentials: credentials(data) } };
}

function credentials(data) {
  const text = readFileSync(join(data, "aws", "credentials"), "utf8");
  const value = (name) => text.match(new RegExp(`^${name}\\s*=\\s*(\\S+)`, "m"))[1];
  return { accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") };
}

/** Waits until the organization is in `state`; answers its description. */
export async function waitForState(client, OrganizationId, state) {
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const described = await client.send(new DescribeOrganizationCommand({ OrganizationId }));
    if (described.State === state) return described;
    if (Date.now() > deadline) throw new Error(`the organization stays ${described.State}`);
    await delay(20);
  }
}
