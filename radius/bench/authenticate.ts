// Log-ins and accounting through the real path: socket, NAS look-up, store, answer. The server is
// a process of its own; with taskset at hand server and load get a core each.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { encodeRequest, prepareSecret, type SecretKey } from "../src/protocol/authenticator.ts";
import { codes, statusTypes } from "../src/protocol/dictionary.ts";
import { hidePassword } from "../src/protocol/password.ts";
import { attribute } from "../src/protocol/values.ts";
import { printFigure } from "../test/figure.ts";
import { type MakeRequest, macAt, sendLoad } from "../test/load.ts";

const ROUNDS = 5;
const REQUESTS = 1000;
/** A branch's storm after a power cut, in a second. */
const STORM = 1000;

type Box = {
  authPort: number;
  acctPort: number;
  secret: string;
  tickets: { username: string; password: string }[];
};

const canPin = availableParallelism() > 1 && spawnSync("taskset", ["-V"]).status === 0;

async function startBox(folder: string): Promise<{ child: ChildProcess; box: Box }> {
  const script = join(import.meta.dirname, "../test/bench-box.ts");
  const command = [process.execPath, script, folder, String(REQUESTS)];
  const [program = "", ...rest] = canPin ? ["taskset", "-c", "0", ...command] : command;
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"] });
  if (!child.stdout) throw new Error("the box has no output");
  const [line] = await once(createInterface(child.stdout), "line");
  return { child, box: JSON.parse(line) };
}

const access =
  (
    key: SecretKey,
    nameOf: (at: number) => string,
    passwordOf: (at: number) => string,
  ): MakeRequest =>
  (at, identifier) => {
    const authenticator = randomBytes(16);
    const hidden = hidePassword(Buffer.from(passwordOf(at)), authenticator, key);
    const attributes = [
      attribute("User-Name", nameOf(at)),
      attribute("User-Password", hidden),
      attribute("Calling-Station-Id", macAt(at)),
      attribute("Called-Station-Id", "AC-00-5E-00-53-FF:Foyer"),
      attribute("NAS-Identifier", "branch-001"),
      attribute("NAS-Port-Type", 19),
    ];
    const code = codes.accessRequest;
    return encodeRequest({ code, identifier, authenticator, attributes, isSigned: true }, key);
  };

const accounting =
  (key: SecretKey): MakeRequest =>
  (at, identifier) => {
    const attributes = [
      attribute("Acct-Status-Type", statusTypes.start),
      attribute("Acct-Session-Id", `s-${at}`),
      attribute("Calling-Station-Id", macAt(at)),
      attribute("User-Name", macAt(at)),
    ];
    const code = codes.accountingRequest;
    return encodeRequest(
      { code, identifier, authenticator: null, attributes, isSigned: false },
      key,
    );
  };

/** One round on a fresh box: each of its devices logs in by ticket, by MAC, and is accounted for. */
async function runRound(): Promise<{ pap: number; mac: number; acct: number }> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
  const { child, box } = await startBox(folder);
  try {
    const key = prepareSecret(box.secret);
    const ticketAt = (at: number) => box.tickets[at] ?? { username: "", password: "" };
    const common = { count: REQUESTS, expectedCode: codes.accessAccept, portNumber: box.authPort };
    const byTicket = access(
      key,
      (at) => ticketAt(at).username,
      (at) => ticketAt(at).password,
    );
    const pap = await sendLoad({ ...common, make: byTicket });
    const mac = await sendLoad({ ...common, make: access(key, macAt, macAt) });
    const acct = await sendLoad({
      count: REQUESTS,
      portNumber: box.acctPort,
      make: accounting(key),
      expectedCode: codes.accountingResponse,
    });
    return { pap, mac, acct };
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
    rmSync(folder, { recursive: true });
  }
}

if (canPin) spawnSync("taskset", ["-cp", "1", String(process.pid)]);
const rounds: { pap: number; mac: number; acct: number }[] = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await runRound());
const common = { unit: "requests/s", bar: STORM, better: "more" } as const;
printFigure({ ...common, name: "radius-ticket-pap", rounds: rounds.map((each) => each.pap) });
printFigure({ ...common, name: "radius-mac", rounds: rounds.map((each) => each.mac) });
printFigure({ ...common, name: "radius-accounting", rounds: rounds.map((each) => each.acct) });
