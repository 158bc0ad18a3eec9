// Processor time of a member's log-in by TTLS/PAP on TLS 1.3 against FreeRADIUS's default site as
// Debian ships it, in the same rounds: each server on one core, the peer and its TLS on the other,
// the same certificate (ECDSA P-256), the same curves. Foyer's is the real path: it asks the store
// each time whether the credential still lives, and keeps a device's log-in once in 30 seconds.
// FreeRADIUS looks the name up in its file of users.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeAvp } from "../src/eap/avp.ts";
import { type Made, makeAuthority, makeServerCertificate } from "../src/eap/make-certificate.ts";
import { readFirstLine } from "../test/bench-box-process.ts";
import { type EapNas, openEapNas } from "../test/eap-nas.ts";
import { printFigure } from "../test/figure.ts";
import { hasFreeradiusSite, startFreeradiusSite } from "../test/freeradius-site.ts";
import { macAt } from "../test/load.ts";
import { canPin, pinLoad, readCpuMicroseconds, spawnServer, stopServer } from "../test/pinned.ts";
import { createSupplicant } from "../test/supplicant.ts";

const ROUNDS = 5;
/**
 * Unmeasured ones first: a process that was just started is slower than one that runs for weeks.
 * Node takes some 6,000 to compile what it runs for good; FreeRADIUS needs none.
 */
const WARM_UP = 6000;
/** Linux counts in hundredths of a second: enough of them for a second or so. */
const LOG_INS = 1500;
const AT_ONCE = 32;
const SECRET = "radius-secret-of-a-bench";
const BAR = 1.3;

type Login = { portNumber: number; secret: string; username: string; password: string };

/** Logs in `count` times, as many devices at once as an access point has after a power cut. */
async function logIn(login: Login, count: number): Promise<void> {
  let begun = 0;
  const logInNext = async (at: number) => {
    const nas = await openEapNas({ ...login, userName: "member" });
    try {
      while (begun < count) {
        begun += 1;
        await logInOnce(nas, login, macAt(at));
      }
    } finally {
      nas.close();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => logInNext(at)));
}

/** One log-in with a handshake of its own. Throws when it is not let in. */
async function logInOnce(nas: EapNas, login: Login, mac: string): Promise<void> {
  const said = (["username", "password"] as const).map((which, at) => {
    const code = at + 1;
    return encodeAvp({ vendor: 0, code, isMandatory: true, value: Buffer.from(login[which]) });
  });
  const peer = createSupplicant(nas, { mac });
  await peer.begin();
  await peer.shakeHands();
  const { kind } = await peer.say(Buffer.concat(said));
  peer.tls().destroy();
  if (kind !== "proved") throw new Error(`a log-in ended as ${kind}`);
}

/** Microseconds of processor that a log-in costs the server. */
async function measure(processId: number | undefined, login: Login): Promise<number> {
  await logIn(login, WARM_UP);
  const before = readCpuMicroseconds(processId);
  await logIn(login, LOG_INS);
  const after = readCpuMicroseconds(processId);
  if (before === null || after === null)
    throw new Error("this system does not tell a process's time");
  return (after - before) / LOG_INS;
}

type Files = { folder: string; certificate: string; key: string };

async function measureFoyer({ folder, certificate, key }: Files): Promise<number> {
  const script = join(import.meta.dirname, "../test/bench-member-box.ts");
  const state = mkdtempSync(join(folder, "box-"));
  const child = spawnServer([process.execPath, script, state, certificate, key]);
  try {
    const { authPort, ...member } = await readFirstLine(child);
    return await measure(child.pid, { ...member, portNumber: authPort } as Login);
  } finally {
    await stopServer(child);
  }
}

async function measurePeer({ folder, certificate, key }: Files): Promise<number> {
  const credential = { username: "an-opaque-name-0", password: "a-password-of-22-signs" };
  const { child, authPort } = await startFreeradiusSite({
    folder: mkdtempSync(join(folder, "peer-")),
    secret: SECRET,
    credentials: [credential],
    editEap: (text) =>
      text
        .replace(/^\tdefault_eap_type = .*$/m, "default_eap_type = ttls")
        .replace(/^\s*private_key_file = .*$/m, `private_key_file = ${key}`)
        .replace(/^\s*certificate_file = .*$/m, `certificate_file = ${certificate}`)
        .replace(/^\s*tls_max_version = .*$/m, 'tls_max_version = "1.3"'),
  });
  try {
    return await measure(child.pid, { ...credential, portNumber: authPort, secret: SECRET });
  } finally {
    await stopServer(child);
  }
}

async function makeFiles(folder: string): Promise<Files> {
  const authority = await makeAuthority();
  const made: Made = await makeServerCertificate({
    ...{ authority, names: ["radius.bench"], now: new Date() },
  });
  const files = { folder, certificate: join(folder, "own.pem"), key: join(folder, "key.pem") };
  writeFileSync(files.certificate, made.certificate);
  writeFileSync(files.key, made.key, { mode: 0o600 });
  return files;
}

const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
try {
  const files = await makeFiles(folder);
  const hasPeer = hasFreeradiusSite();
  if (!hasPeer) console.log("missing freeradius (apt-get install freeradius): not compared");
  if (!canPin)
    console.log("missing taskset or a second core: servers and load share what there is");
  pinLoad();
  const rounds: { foyer: number; peer: number | null }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const foyer = await measureFoyer(files);
    rounds.push({ foyer, peer: hasPeer ? await measurePeer(files) : null });
  }
  const ratios = rounds.flatMap(({ foyer, peer }) => (peer === null ? [] : [foyer / peer]));
  const name = "radius-ttls-pap-tls13-cpu-over-freeradius";
  if (ratios.length > 0)
    printFigure({ name, rounds: ratios, unit: "times", bar: BAR, better: "less" });
  for (const { foyer, peer } of rounds)
    console.log(
      `beside a log-in takes foyer ${foyer.toFixed(0)} µs of processor${peer === null ? "" : `, freeradius ${peer.toFixed(0)} µs`}`,
    );
} finally {
  rmSync(folder, { recursive: true });
}
