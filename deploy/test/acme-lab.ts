import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { takeFreePort } from "./free-ports.ts";
import { askUntil } from "./test-cloud.ts";

const PEERS = { pebble: "/usr/bin/pebble", knot: "/usr/sbin/knotd" };
const missing = Object.entries(PEERS).flatMap(([name, path]) => (existsSync(path) ? [] : [name]));
/** Null: the authority and the name server are here. */
export const whyNoAcmeLab =
  missing.length === 0 ? null : `the Debian packages ${missing.join(" and ")} are not installed`;

export const ZONE = "wifi.example.com";
const KEY = Buffer.from("a-key-of-thirty-two-octets-in-it");
const HOST = "127.0.0.1";
const WEEK_SECONDS = 7 * 24 * 60 * 60;

/** A certificate authority that speaks ACME, and the server that answers for its zone. */
export type AcmeLab = {
  directoryUrl: string;
  /** PEM: who answers for the directory itself. */
  authority: string;
  /** PEM: who signs what it issues. */
  findRoot: () => Promise<string>;
  nameServer: { host: string; port: number };
  /** What whoever runs the name server does by hand: these values and no others. */
  setRecords: (name: string, type: string, values: readonly string[]) => void;
  key: { name: string; algorithm: "hmac-sha256"; secret: Buffer };
  close: () => Promise<void>;
};

/** One nonce in seven is refused: whoever speaks to it must take that as RFC 8555 §6.5 has it. */
export async function openAcmeLab(): Promise<AcmeLab> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-acme-"));
  const [dnsPort, acmePort, manyPort] = [
    await takeFreePort(),
    await takeFreePort(),
    await takeFreePort(),
  ];
  const knot = startKnot(folder, dnsPort);
  const authority = makeServerCertificate(folder);
  const pebble = startPebble(folder, { acmePort, manyPort, dnsPort });
  const dispatcher = new Agent({ connect: { ca: authority } });
  const directoryUrl = `https://${HOST}:${acmePort}/dir`;
  const answers = await askUntil(
    () =>
      request(directoryUrl, { dispatcher }).then(
        () => true,
        () => false,
      ),
    (isThere) => isThere,
  );
  if (!answers) throw new Error("pebble does not answer");
  return {
    directoryUrl,
    authority,
    findRoot: async () => {
      const answer = await request(`https://${HOST}:${manyPort}/roots/0`, { dispatcher });
      return await answer.body.text();
    },
    nameServer: { host: HOST, port: dnsPort },
    setRecords: (name, type, values) => {
      const tell = (...words: string[]) =>
        execFileSync("/usr/sbin/knotc", ["-s", join(folder, "knot.sock"), ...words]);
      const owner = `${name}.`;
      tell("zone-begin", ZONE);
      try {
        tell("zone-unset", ZONE, owner, type);
      } catch {
        // There was none.
      }
      const write = (value: string) => (type === "TXT" ? `"${value}"` : value);
      for (const value of values) tell("zone-set", ZONE, owner, "60", type, write(value));
      tell("zone-commit", ZONE);
    },
    key: { name: "foyer", algorithm: "hmac-sha256", secret: KEY },
    close: async () => {
      await dispatcher.destroy();
      await Promise.all([end(pebble), end(knot)]);
      rmSync(folder, { recursive: true });
    },
  };
}

function startKnot(folder: string, port: number): ChildProcess {
  const zoneFile = join(folder, "zone");
  writeFileSync(
    zoneFile,
    `$ORIGIN ${ZONE}.\n@ 60 SOA ns admin 1 60 60 3600 1\n@ 60 NS ns\nns 60 A ${HOST}\n`,
  );
  const settings = [
    `server:\n  listen: ${HOST}@${port}\n  rundir: ${folder}\n  pidfile: ${folder}/knot.pid`,
    `database:\n  storage: ${folder}/knot`,
    `control:\n  listen: ${folder}/knot.sock`,
    "log:\n  - target: stderr\n    any: warning",
    `key:\n  - id: foyer\n    algorithm: hmac-sha256\n    secret: ${KEY.toString("base64")}`,
    "acl:\n  - id: change\n    key: foyer\n    action: update",
    `zone:\n  - domain: ${ZONE}\n    file: ${zoneFile}\n    acl: change`,
  ];
  mkdirSync(join(folder, "knot"));
  const file = join(folder, "knot.conf");
  writeFileSync(file, `${settings.join("\n")}\n`);
  return spawn(PEERS.knot, ["-c", file], { stdio: "ignore" });
}

function makeServerCertificate(folder: string): string {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const name = ["-subj", "/CN=pebble", "-addext", `subjectAltName=IP:${HOST}`];
  execFileSync("openssl", ["req", "-x509", ...curve, ...name, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  return readFileSync(cert, "utf8");
}

function startPebble(
  folder: string,
  ports: { acmePort: number; manyPort: number; dnsPort: number },
): ChildProcess {
  const file = join(folder, "pebble.json");
  const pebble = {
    listenAddress: `${HOST}:${ports.acmePort}`,
    managementListenAddress: `${HOST}:${ports.manyPort}`,
    ...{ certificate: join(folder, "cert.pem"), privateKey: join(folder, "key.pem") },
    ...{ httpPort: 5002, tlsPort: 5001, ocspResponderURL: "" },
    certificateValidityPeriod: WEEK_SECONDS,
  };
  writeFileSync(file, JSON.stringify({ pebble }));
  const words = ["-config", file, "-dnsserver", `${HOST}:${ports.dnsPort}`, "-strict"];
  const env = { PEBBLE_WFE_NONCEREJECT: "15", PEBBLE_VA_NOSLEEP: "1", PATH: process.env.PATH };
  return spawn(PEERS.pebble, words, { env, stdio: "ignore" });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await ended;
}
