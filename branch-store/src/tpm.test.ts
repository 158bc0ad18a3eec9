import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sampleBox } from "../test/sample-box.ts";
import { hasNoTpmTools, type SimulatedTpm, startTpm } from "../test/simulated-tpm.ts";
import { findColumnKey, isKeySealed, makeColumnKey, sealColumnKey } from "./column-key.ts";
import { openBranchReader, openBranchStore } from "./index.ts";
import { findTpm, sealByTpm, unsealByTpm } from "./tpm.ts";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-tpm-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const open = (folder: string) =>
  openBranchStore({ folder, identity: sampleBox(), clock: () => new Date() });
const writeSecret = (folder: string) => {
  const store = open(folder);
  store.transaction((tx) =>
    tx
      .sql("insert into guests (id, name, language, registered_at) values ('lan', ?, 'vi', 0)")
      .run(tx.columns.lock("guests.name", "Lan")),
  );
  store.close();
};
const readSecret = (folder: string): string => {
  const store = open(folder);
  onTestFinished(store.close);
  return store.read((tx) => {
    const { name } = tx.sql("select name from guests").get() as { name: string };
    return tx.columns.unlock("guests.name", name);
  });
};
const keysOf = (folder: string) => readdirSync(join(folder, "store-key"));

describe.skipIf(hasNoTpmTools)("with a TPM (swtpm)", { timeout: 120_000 }, () => {
  let simulated: SimulatedTpm;
  let other: SimulatedTpm;
  beforeAll(async () => {
    [simulated, other] = await Promise.all([startTpm(), startTpm()]);
  }, 120_000);
  afterAll(() => Promise.all([simulated?.close(), other?.close()]));
  const ready = () => ({ kind: "ready", tpm: simulated.tpm }) as const;

  test("a secret is opened by the TPM that sealed it, and by no other", () => {
    const secret = Buffer.from("a secret of thirty-two octets ..");
    const sealed = sealByTpm(simulated.tpm, secret);
    expect(JSON.stringify(sealed)).not.toContain(secret.toString("base64").slice(0, 20));
    expect(unsealByTpm(sealed)).toEqual({ kind: "secret", secret });
    // Again and again: nothing is left behind in it.
    for (let times = 0; times < 4; times += 1) expect(unsealByTpm(sealed).kind).toBe("secret");
    expect(unsealByTpm({ ...sealed, tcti: other.tpm.tcti })).toMatchObject({
      ...{ kind: "refused", reason: expect.stringMatching(/tpm2_load failed/) },
    });
  });

  test("a new box's key never lies open, and its store is read by whoever has this TPM alone", () => {
    const folder = makeFolder();
    expect(sealColumnKey(folder, ready())).toBe("sealed");
    expect(keysOf(folder)).toEqual(["column-key.tpm"]);
    writeSecret(folder);
    expect(keysOf(folder)).toEqual(["column-key.tpm"]);
    expect(readSecret(folder)).toBe("Lan");
    openBranchReader({ folder, clock: () => new Date() }).close();
    expect(isKeySealed(folder)).toBe(true);
    const key = findColumnKey(join(folder, "store-key")) as Buffer;
    const octets = readFileSync(join(folder, "store-key", "column-key.tpm"));
    for (const form of ["hex", "base64", "base64url"] as const)
      expect(octets.includes(key.toString(form).slice(0, 16))).toBe(false);
  });

  test("a key that lay open is sealed and removed, and what was locked by it opens as before", () => {
    const folder = makeFolder();
    writeSecret(folder);
    expect(keysOf(folder)).toEqual(["column-key"]);
    expect(sealColumnKey(folder, ready())).toBe("sealed");
    expect(keysOf(folder)).toEqual(["column-key.tpm"]);
    expect(readSecret(folder)).toBe("Lan");
    expect(sealColumnKey(folder, ready())).toBe("sealed");
  });

  test("where the power went between sealing and removing, the next start removes the open key", () => {
    const folder = makeFolder();
    writeSecret(folder);
    const before = makeFolder();
    cpSync(join(folder, "store-key"), before, { recursive: true });
    sealColumnKey(folder, ready());
    cpSync(join(before, "column-key"), join(folder, "store-key", "column-key"));
    expect(sealColumnKey(folder, ready())).toBe("sealed");
    expect(keysOf(folder)).toEqual(["column-key.tpm"]);
    expect(readSecret(folder)).toBe("Lan");
  });

  test("of processes that make a key at once each gets the one that stays", () => {
    const folder = join(makeFolder(), "store-key");
    const [one, two] = [makeColumnKey(folder, simulated.tpm), makeColumnKey(folder, simulated.tpm)];
    expect(one.equals(two)).toBe(true);
    expect(readdirSync(folder)).toEqual(["column-key.tpm"]);
  });

  test("a disk in another machine opens nothing, and says what to do", () => {
    const folder = makeFolder();
    sealColumnKey(folder, ready());
    writeSecret(folder);
    const path = join(folder, "store-key", "column-key.tpm");
    const sealed = JSON.parse(readFileSync(path, "utf8"));
    const stolen = makeFolder();
    cpSync(folder, stolen, { recursive: true });
    const moved = { ...sealed, tcti: other.tpm.tcti };
    writeFileSync(join(stolen, "store-key", "column-key.tpm"), JSON.stringify(moved));
    expect(() => open(stolen)).toThrow(/this disk is from another box.*Enrol again/s);
    expect(() => openBranchReader({ folder: stolen, clock: () => new Date() })).toThrow(/Enrol/);
    writeFileSync(join(stolen, "store-key", "column-key.tpm"), "{");
    expect(() => open(stolen)).toThrow(/cannot be read: put it back/);
    expect(readSecret(folder)).toBe("Lan");
  });

  test("after the TPM was cleared the store opens no more; enrolled anew it begins again", async () => {
    const cleared = await startTpm();
    onTestFinished(cleared.close);
    const state = { kind: "ready", tpm: cleared.tpm } as const;
    const folder = makeFolder();
    sealColumnKey(folder, state);
    writeSecret(folder);
    expect(readSecret(folder)).toBe("Lan");
    cleared.clear();
    expect(() => open(folder)).toThrow(/integrity check failed.*TPM was cleared.*Enrol again/s);
    const anew = makeFolder();
    expect(sealColumnKey(anew, state)).toBe("sealed");
    writeSecret(anew);
    expect(readSecret(anew)).toBe("Lan");
  });

  test("where the tools are gone, that is said and what brings them", () => {
    const folder = makeFolder();
    sealColumnKey(folder, ready());
    writeSecret(folder);
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      expect(() => open(folder)).toThrow(/tpm2_createprimary is missing: install tpm2-tools/);
    } finally {
      process.env.PATH = path;
    }
    expect(readSecret(folder)).toBe("Lan");
  });
});

test("without a TPM the key stays as it is, and none is made before a store needs one", () => {
  const folder = makeFolder();
  expect(sealColumnKey(folder, { kind: "none" })).toBe("no-tpm");
  expect(existsSync(join(folder, "store-key"))).toBe(false);
  writeSecret(folder);
  expect(sealColumnKey(folder, { kind: "none" })).toBe("no-tpm");
  const unusable = { kind: "unusable", reason: "no tools" } as const;
  expect(sealColumnKey(folder, unusable)).toEqual(unusable);
  expect(isKeySealed(folder)).toBe(false);
  expect(readSecret(folder)).toBe("Lan");
  expect(findTpm(join(folder, "no-device"))).toEqual({ kind: "none" });
});
