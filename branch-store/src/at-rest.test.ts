import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeSealingKey } from "../test/sealing.ts";
import { MAC, NAS, sampleIdentity, sampleSettings, signIn, type TestStore } from "../test/store.ts";
import {
  addGuestDetails,
  applyKnownGuests,
  applySettings,
  askForGuest,
  createCode,
  eraseGuest,
  findCredential,
  findGuestByPhone,
  findKnownGuestByPhone,
  findSettings,
  findSettingsVersion,
  issueCredential,
  keepSealingKey,
  listOwnFields,
  noteCodeMessage,
  openBranchReader,
  openBranchStore,
  requestCodeMessage,
  STORE_FILE,
} from "./index.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");
const LAN = "+84900000001";
const CALLED = "+84900000222";
const ASKED = "+84900000333";
const KNOWN = "+84900000444";
const GUESTS_KEY = randomBytes(32).toString("base64");
const DIGITS = "493027";
const NAS_SECRET = "nas-secret-of-this-test";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-at-rest-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const open = (folder: string) =>
  openBranchStore({ folder, identity: sampleIdentity(), clock: () => new Date() });

function settingsWithSecret() {
  const settings = sampleSettings();
  return JSON.parse(
    JSON.stringify(settings).replaceAll(
      /"radiusSecret":"[^"]*"/g,
      `"radiusSecret":"${NAS_SECRET}"`,
    ),
  );
}

/** All that a box can hold of somebody, and what it is let in by. Gives what must not be found in a file. */
function seed(store: ReturnType<typeof open>): { secrets: string[]; username: string } {
  expect(settingsWithSecret().nas[0].radiusSecret).toBe(NAS_SECRET);
  store.transaction((tx) => {
    keepSealingKey(tx, makeSealingKey().key);
    applySettings(tx, settingsWithSecret());
  });
  const { device, guest } = signIn(store as TestStore, { phone: LAN });
  const place = { deviceId: device.id, nasId: NAS, language: "vi" } as const;
  return store.transaction((tx) => {
    const details = { name: "Nguyễn Thị Lan", email: "lan@example.test", birthday: "--02-29" };
    const told = { ...details, own: { "own.pet": "Bống-the-cat" } };
    addGuestDetails(tx, { ...place, guestId: guest.id, details: told, termsVersion: 1 });
    const code = (value: string) =>
      createCode(tx, {
        ...{ nasId: NAS, mac: MAC, contact: { kind: "phone", value }, language: "vi" },
        ...{ secret: "TOTPSECRETTOTPSECRET", codeSeconds: 300, terms: null },
      }).id;
    noteCodeMessage(tx, { codeId: code(LAN), channel: "outbox" });
    requestCodeMessage(tx, { codeId: code(CALLED), code: DIGITS, host: null, address: null });
    askForGuest(tx, { phone: ASKED });
    const phoneHash = createHmac("sha256", Buffer.from(GUESTS_KEY, "base64"))
      .update(KNOWN)
      .digest("hex");
    const person = { name: "Trần Văn Bình", birthday: "07-14", language: null, visits: 4 };
    const memberCode = {
      id: NAS,
      salt: "S".repeat(22),
      hash: "h".repeat(43),
      issuedAt: "2026-01-01T00:00:00Z",
    };
    const known = { customerId: NAS, phoneHash, guestIds: [], ...person, memberCode };
    const rest = { position: 1, complete: true, removed: [], countedThrough: null };
    applyKnownGuests(tx, { ...rest, key: GUESTS_KEY, guests: [known] });
    const { username, password } = issueCredential(tx, { deviceId: device.id, guestId: guest.id });
    const secrets = [
      ...[LAN, CALLED, ASKED, "Nguyễn Thị Lan", "lan@example.test", "Bống-the-cat", DIGITS],
      ...[
        "TOTPSECRETTOTPSECRET",
        GUESTS_KEY,
        "Trần Văn Bình",
        "S".repeat(22),
        NAS_SECRET,
        password,
      ],
    ];
    return { secrets, username };
  });
}

/** Everything in the folder but its key, as octets. */
const readAll = (folder: string): Buffer =>
  Buffer.concat(
    readdirSync(folder)
      .filter((name) => name !== "store-key")
      .map((name) => readFileSync(join(folder, name))),
  );

const findIn = (octets: Buffer, texts: readonly string[]) =>
  texts.filter((text) => octets.includes(Buffer.from(text)));

describe("a copy of the box's file", () => {
  test("holds no number, name, address, digits, password or secret, nor does the log beside it", () => {
    const folder = makeFolder();
    const store = open(folder);
    const { secrets } = seed(store);
    expect(statSync(join(folder, `${STORE_FILE}-wal`)).size).toBeGreaterThan(10_000);
    expect(findIn(readAll(folder), secrets)).toEqual([]);
    store.close();
    expect(findIn(readAll(folder), secrets)).toEqual([]);
  });

  test("opens nothing without its key, and with another one, and makes none", () => {
    const folder = makeFolder();
    const store = open(folder);
    seed(store);
    store.close();
    const stolen = makeFolder();
    cpSync(join(folder, STORE_FILE), join(stolen, STORE_FILE));
    expect(() => open(stolen)).toThrow(/key of this store is not in .*enrol the box anew/);
    expect(() => openBranchReader({ folder: stolen, clock: () => new Date() })).toThrow(
      /key of this/,
    );
    expect(existsSync(join(stolen, "store-key"))).toBe(false);
    const other = makeFolder();
    open(other).close();
    cpSync(join(other, "store-key"), join(stolen, "store-key"), { recursive: true });
    expect(() => open(stolen)).toThrow(/is not the one of this store/);
    writeFileSync(join(stolen, "store-key", "column-key"), "short");
    expect(() => open(stolen)).toThrow(/is no key of 32 octets/);
  });

  test("with its key is the box's store of that day: guests are known, and forgotten for good", () => {
    const folder = makeFolder();
    const store = open(folder);
    const { username } = seed(store);
    store.close();
    const copy = makeFolder();
    cpSync(folder, copy, { recursive: true });
    const restored = open(copy);
    onTestFinished(restored.close);
    const lan = restored.read((tx) => findGuestByPhone(tx, LAN));
    expect(lan).toMatchObject({
      name: "Nguyễn Thị Lan",
      email: "lan@example.test",
      birthday: "--02-29",
    });
    expect(restored.read((tx) => findKnownGuestByPhone(tx, KNOWN))).toMatchObject({
      ...{ name: "Trần Văn Bình", birthday: "07-14" },
    });
    expect(restored.read((tx) => findCredential(tx, username))?.password).toHaveLength(22);
    const request = { guestId: lan?.id ?? "", deviceId: NAS, nasId: NAS, language: "vi" } as const;
    expect(restored.transaction((tx) => eraseGuest(tx, request))).toBe(true);
    expect(restored.read((tx) => findGuestByPhone(tx, LAN))).toBeNull();
  });
});

test("the key lies in a folder of its own, which its owner alone may read", () => {
  const folder = makeFolder();
  open(folder).close();
  expect(statSync(join(folder, "store-key")).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "store-key", "column-key")).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "store-key"))).toEqual(["column-key"]);
});

describe("a store of the release before", () => {
  const GUESTS = 1200;
  const VISITS = [3, 40, 41, 900];

  /** As it was written: everything in the open, and some of it deleted. */
  function writeOlder(): { folder: string; secrets: string[] } {
    const folder = makeFolder();
    const files = readdirSync(MIGRATIONS).sort();
    const older = files.slice(
      0,
      files.findIndex((file) => file.endsWith("-at-rest.sql")),
    );
    const db = new Database(join(folder, STORE_FILE));
    db.pragma("journal_mode = WAL");
    for (const file of older) db.exec(readFileSync(join(MIGRATIONS, file), "utf8"));
    db.pragma(`user_version = ${older.length}`);
    const { tenantId, branchId, boxId } = sampleIdentity();
    db.prepare(
      "insert into meta (id, tenant_id, branch_id, box_id, epoch) values (1, ?, ?, ?, ?)",
    ).run(...[tenantId, branchId, boxId, NAS]);
    db.prepare("insert into settings values (1, 3, ?, 0)").run(
      JSON.stringify({ ...settingsWithSecret(), version: 3 }),
    );
    db.prepare("update pull set guests_key = ?").run(GUESTS_KEY);
    db.transaction(() => {
      for (let number = 0; number < GUESTS; number += 1) {
        const id = `guest-${number}`;
        db.prepare(
          `insert into guests (id, phone, name, email, verified_email, language, registered_at)
           values (?, ?, ?, ?, ?, 'vi', 0)`,
        ).run(...[id, phoneOf(number), `Name ${number} End`, mailOf(number), mailOf(number)]);
        db.prepare("insert into guest_fields values (?, 'own.pet', ?)").run(
          id,
          `Pet ${number} End`,
        );
        db.prepare(
          `insert into known_guests (customer_id, phone_hash, name, visits, fill) values (?, ?, ?, 1, 1)`,
        ).run(Buffer.from(`c${number}`), hashOf(knownOf(number)), `Known ${number} End`);
      }
    })();
    db.prepare("delete from guest_fields where guest_id = 'guest-7'").run();
    db.prepare("delete from guests where id = 'guest-7'").run();
    // A session's number says what came before it: gaps have to stay.
    db.exec(`insert into devices (id, mac, randomised, first_seen_at, last_seen_at)
      values ('device', '${MAC}', 0, 0, 0)`);
    const visit = db.prepare(
      `insert into visits (rowid, id, device_id, source, started_at, last_activity_at, started_epoch,
         started_seq) values (?, ?, 'device', 'wifi', 0, 0, '', 0)`,
    );
    for (const number of VISITS) visit.run(number, `visit-${number}`);
    db.close();
    const secrets = [11, 999, GUESTS - 1].flatMap((number) => [
      ...[phoneOf(number), `Name ${number} End`, mailOf(number)],
      ...[`Pet ${number} End`, `Known ${number} End`],
    ]);
    return { folder, secrets: [...secrets, NAS_SECRET, GUESTS_KEY] };
  }

  const phoneOf = (number: number) => `+849${String(number).padStart(8, "0")}`;
  const knownOf = (number: number) => `+848${String(number).padStart(8, "0")}`;
  const mailOf = (number: number) => `guest-${number}@example.test`;
  const hashOf = (phone: string) =>
    createHmac("sha256", Buffer.from(GUESTS_KEY, "base64")).update(phone).digest().subarray(0, 16);

  function expectWhole(folder: string): void {
    const store = open(folder);
    onTestFinished(store.close);
    store.read((tx) => {
      expect(findSettingsVersion(tx)).toBe(3);
      const numbers = tx.sql("select rowid as number from visits order by rowid").all();
      expect(numbers).toEqual(VISITS.map((number) => ({ number })));
      expect(JSON.stringify(findSettings(tx))).toContain(NAS_SECRET);
      for (let number = 0; number < GUESTS; number += 1) {
        if (number === 7) continue;
        const guest = findGuestByPhone(tx, phoneOf(number));
        expect(guest).toMatchObject({ name: `Name ${number} End`, verifiedEmail: mailOf(number) });
        expect(listOwnFields(tx, `guest-${number}`)).toEqual({ "own.pet": `Pet ${number} End` });
        expect(findKnownGuestByPhone(tx, knownOf(number))?.name).toBe(`Known ${number} End`);
      }
    });
  }

  test("is locked when it is opened: nothing is lost, and nothing is left of it in the file or its log", () => {
    const { folder, secrets } = writeOlder();
    expect(findIn(readAll(folder), secrets)).toEqual(secrets);
    open(folder).close();
    expect(findIn(readAll(folder), secrets)).toEqual([]);
    expectWhole(folder);
  });

  test("is locked to the end by whoever opens it next, however often the box is cut off meanwhile", async () => {
    const { folder, secrets } = writeOlder();
    let cuts = 0;
    for (let milliseconds = 5; cuts < 10; milliseconds += 35) {
      const child = spawn(process.execPath, [
        join(import.meta.dirname, "../test/opener.ts"),
        folder,
      ]);
      if (!(await killAfter(child, milliseconds))) break;
      cuts += 1;
    }
    expect(cuts).toBeGreaterThan(0);
    expectWhole(folder);
    const store = open(folder);
    store.close();
    expect(findIn(readAll(folder), secrets)).toEqual([]);
  }, 120_000);

  /** False where it had done before. It says so when it begins to open the store. */
  async function killAfter(child: ChildProcess, milliseconds: number): Promise<boolean> {
    const ended = once(child, "exit") as Promise<[number | null]>;
    await once(child.stdout as NodeJS.ReadableStream, "data");
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    child.kill("SIGKILL");
    const [code] = await ended;
    return code === null;
  }
});
