import { X509Certificate } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { connect, createServer } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  closeAuthority,
  isNasName,
  issueTo,
  listRadsec,
  openRadsec,
  type Rights,
  radsecSettings,
  repairRights,
  trySettings,
} from "./radsec.ts";
import type { Verdict } from "./verdict-rules.ts";

const HOSTS = ["radsec.foyer.internal", "10.1.0.2"];
const NOW = new Date("2026-11-28T08:00:00Z");
const inDays = (days: number) => new Date(NOW.getTime() + days * 86_400_000);

function openFolder(now = NOW) {
  const folder = mkdtempSync(join(tmpdir(), "foyer-radsec-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  /** Whom each was given to last; who runs a test may give nothing to another. */
  const groups = new Map<string, "services" | "root">();
  const give = (path: string, { mode, isOfServices }: Rights) => {
    chmodSync(path, mode);
    groups.set(relative(folder, path), isOfServices ? "services" : "root");
  };
  const write = (path: string, text: string, rights: Rights) => {
    writeFileSync(path, text);
    give(path, rights);
  };
  const readRights = () =>
    ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })].toSorted().map((name) => {
      const mode = (statSync(join(folder, name)).mode & 0o777).toString(8);
      return `${name || "."} ${mode} ${groups.get(name)}`;
    });
  return { folder, write, give, now, readRights };
}

const readAll = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ name }) => [name, readFileSync(join(folder, name), "utf8")]);

test("one command makes all that RADIUS is told of RadSec, and a second changes nothing", async () => {
  const where = openFolder();
  expect(await openRadsec(where, HOSTS)).toBe(true);
  const { FOYER_RADIUS_RADSEC_PORT: port, ...files } = radsecSettings(where.folder);
  expect(port).toBe("2083");
  for (const file of Object.values(files)) expect(readFileSync(file, "utf8")).toContain("BEGIN");
  const before = readAll(where.folder);
  expect(await openRadsec(where, HOSTS)).toBe(false);
  expect(readAll(where.folder)).toEqual(before);
});

const RIGHTS = [
  ". 750 services",
  "authority-key.pem 600 root",
  "authority.pem 640 services",
  "issued 750 services",
  "issued/ap-1.pem 600 root",
  "server-key.pem 640 services",
  "server.pem 640 services",
];

test("RADIUS reads what it is told of whatever the umask is, and the authority's key root alone", async () => {
  const where = openFolder();
  rmSync(where.folder, { recursive: true });
  const before = process.umask(0o077);
  try {
    await openRadsec(where, HOSTS);
    await issueTo(where, "ap-1");
  } finally {
    process.umask(before);
  }
  expect(where.readRights()).toEqual(RIGHTS);
});

test("what was left readable, or unreadable, is given its rights again", async () => {
  const where = openFolder();
  repairRights({ ...where, folder: join(where.folder, "gone") });
  await openRadsec(where, HOSTS);
  await issueTo(where, "ap-1");
  for (const [name] of readAll(where.folder)) chmodSync(join(where.folder, name ?? ""), 0o640);
  for (const name of ["", "issued"]) chmodSync(join(where.folder, name), 0o700);
  chmodSync(join(where.folder, "issued/ap-1.pem"), 0o640);
  repairRights(where);
  expect(where.readRights()).toEqual(RIGHTS);
});

test("of a copy among what is the services' the authority's key alone is root's", async () => {
  const where = openFolder();
  closeAuthority(where);
  await openRadsec(where, HOSTS);
  const given: string[] = [];
  closeAuthority({
    ...where,
    give: (path, { mode }) => given.push(`${basename(path)} ${mode.toString(8)}`),
  });
  expect(given).toEqual(["authority-key.pem 600"]);
});

describe("RadSec's settings", () => {
  const BROKEN: Verdict = { kind: "broken", services: ["radius"] };
  function openTrial(after: string, ...verdicts: Verdict[]) {
    const done: string[] = [];
    const trial = {
      ...{ before: "plain", after, findWhy: () => "the port is taken" },
      write: (text: string) => void done.push(text),
      start: async (isAnew: boolean) => {
        done.push(isAnew ? "start anew" : "look");
        return verdicts.shift() ?? { kind: "well" as const };
      },
    };
    return { trial, done };
  }

  test("stay where RADIUS comes up with them", async () => {
    const { trial, done } = openTrial("radsec");
    expect(await trySettings(trial, true)).toEqual({ kind: "on" });
    expect(done).toEqual(["radsec", "start anew"]);
  });

  test.each([
    [true, { kind: "well" } as const],
    [false, BROKEN],
  ])(
    "are taken back where it does not, and it starts without them (up: %s)",
    async (isUp, again) => {
      const { trial, done } = openTrial("radsec", BROKEN, again);
      const answer = { kind: "taken-back", why: "the port is taken", isUp };
      expect(await trySettings(trial, true)).toEqual(answer);
      expect(done).toEqual(["radsec", "start anew", "plain", "start anew"]);
    },
  );

  test("are judged though they were there before, and stay where something else is broken", async () => {
    const same = openTrial("plain", BROKEN);
    expect(await trySettings(same.trial, false)).toEqual({ kind: "not-started" });
    expect(same.done).toEqual(["look"]);
    const other = openTrial("radsec", { kind: "broken", services: ["portal"] });
    expect(await trySettings(other.trial, false)).toEqual({ kind: "not-started" });
    expect(other.done).toEqual(["radsec", "start anew"]);
  });
});

test("its certificate is made anew before it ends and where the box is called otherwise, by the same authority", async () => {
  const where = openFolder();
  await openRadsec(where, HOSTS);
  const certificate = () =>
    new X509Certificate(readFileSync(join(where.folder, "server.pem"), "utf8"));
  const [first, authority] = [certificate(), readFileSync(join(where.folder, "authority.pem"))];
  expect(await openRadsec({ ...where, now: inDays(590) }, HOSTS)).toBe(false);
  expect(await openRadsec({ ...where, now: inDays(610) }, HOSTS)).toBe(true);
  expect(certificate().fingerprint256).not.toBe(first.fingerprint256);
  expect(await openRadsec({ ...where, now: inDays(610) }, ["10.1.0.3"])).toBe(true);
  expect(certificate().checkIP("10.1.0.3")).toBe("10.1.0.3");
  expect(readFileSync(join(where.folder, "authority.pem"))).toEqual(authority);
});

test("half a pair, as a power cut leaves it, is made anew", async () => {
  const where = openFolder();
  mkdirSync(join(where.folder, "issued"));
  writeFileSync(join(where.folder, "authority-key.pem"), "half of");
  expect(await openRadsec(where, HOSTS)).toBe(true);
  writeFileSync(join(where.folder, "server-key.pem"), "half of");
  expect(await openRadsec(where, HOSTS)).toBe(true);
});

test("an access point's certificate opens the box's door under its name, and one of another authority does not", async () => {
  const where = openFolder(new Date());
  await openRadsec(where, HOSTS);
  const own = await issueTo(where, "ap-1.hanoi");
  const elsewhere = openFolder(new Date());
  await openRadsec(elsewhere, HOSTS);
  const strange = await issueTo(elsewhere, "ap-1.hanoi");
  const read = (name: string) => readFileSync(join(where.folder, name));
  const seen: string[] = [];
  const tls = { cert: read("server.pem"), key: read("server-key.pem"), ca: read("authority.pem") };
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (socket) => {
    seen.push(socket.getPeerCertificate().subjectaltname ?? "");
    socket.end("in");
  }).listen(0, "127.0.0.1");
  server.on("tlsClientError", () => null);
  onTestFinished(() => {
    server.close();
  });
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  const knock = (made: typeof own) =>
    new Promise<string>((resolve) => {
      const { certificate: cert, key, authority: ca } = made ?? {};
      const socket = connect({ port, cert, key, ca: [ca ?? "", tls.ca], servername: HOSTS[0] });
      socket.on("data", (data) => resolve(String(data)));
      socket.on("error", () => null);
      socket.on("close", () => resolve("refused"));
    });
  expect([await knock(own), await knock(strange)]).toEqual(["in", "refused"]);
  expect(seen).toEqual(["DNS:ap-1.hanoi"]);
});

test("until when each is good is told, the one first that ends first, and no key of theirs is kept", async () => {
  const where = openFolder();
  expect(await issueTo(where, "ap-1")).toBeNull();
  expect(listRadsec(where.folder)).toEqual({ own: null, issued: [] });
  await openRadsec(where, HOSTS);
  await issueTo({ ...where, now: inDays(10) }, "ap-1");
  await issueTo(where, "ap-2");
  const { own, issued } = listRadsec(where.folder);
  expect(issued.map(({ name }) => name)).toEqual(["ap-2", "ap-1"]);
  expect(own?.until.getTime()).toBeGreaterThan(inDays(700).getTime());
  expect(readdirSync(join(where.folder, "issued")).toSorted()).toEqual(["ap-1.pem", "ap-2.pem"]);
});

test.each([
  ["ap-1", true],
  ["ap-1.hanoi.example", true],
  ["AP-1", false],
  ["10.1.0.2", false],
  ["../etc", false],
  ["-ap", false],
  ["", false],
])("%j as a certificate's name: %s", (name, isRight) => {
  expect(isNasName(name)).toBe(isRight);
});
