import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { findEpoch, listUnsent, openBranchStore, seeDevice } from "@foyer/branch-store";
import { expect, onTestFinished, test } from "vitest";
import { backUp, restore } from "./back-up.ts";
import { writeBackup } from "./backup-file.ts";

const IDENTITY = {
  tenantId: "01990000-0000-7000-8000-000000000101",
  branchId: "01990000-0000-7000-8000-000000000102",
  boxId: "01990000-0000-7000-8000-000000000103",
};
const NAS_ID = "01990000-0000-7000-8000-000000000140";
const AT = new Date("2026-03-04T05:06:07.000Z");
const PASSPHRASE = "mười bảy con vịt 17";

function makePlace(): { place: string; state: string; configuration: string } {
  const place = mkdtempSync(join(tmpdir(), "foyer-back-up-"));
  onTestFinished(() => rmSync(place, { recursive: true }));
  return { place, state: join(place, "state"), configuration: join(place, "etc") };
}

const clock = () => AT;
const open = (folder: string) => openBranchStore({ folder, identity: IDENTITY, clock });

/** A box with a guest's device in its store, running. */
function makeBox() {
  const made = makePlace();
  mkdirSync(made.state, { mode: 0o700 });
  mkdirSync(made.configuration);
  writeFileSync(join(made.configuration, "foyer.env"), "FOYER_PORTAL_ORIGIN=http://10.1.0.2\n");
  writeFileSync(join(made.state, "box-key"), "a key\n", { mode: 0o600 });
  const identity = { ...IDENTITY, cloudUrl: "https://cloud.example" };
  writeFileSync(join(made.state, "box.json"), JSON.stringify(identity));
  writeFileSync(join(made.state, "recent-radius.log"), "a line\n");
  writeFileSync(join(made.state, "gateway-sessions.json"), "{}\n");
  const store = open(made.state);
  onTestFinished(() => store.close());
  store.transaction((tx) =>
    seeDevice(tx, { mac: "00-00-5E-00-53-01", nasId: NAS_ID, by: "portal" }),
  );
  return { ...made, store };
}

type Box = ReturnType<typeof makeBox>;

/** A box that may be stopped, and one whose guests are served on: there is nothing to restore. */
const STOPPED = { at: AT, stop: () => {} };
const SERVING = {
  at: AT,
  stop: () => {
    throw new Error("guests were cut off for nothing");
  },
};

const asSelf = <T>(work: () => Promise<T>) => work();

async function keep(
  { place, state, configuration }: Box,
  passphrase: string | null,
  asOwner = asSelf,
) {
  const file = join(place, "box.backup");
  const where = { state, configuration, staging: place };
  await backUp({ ...where, file, passphrase, version: "0.1.0", at: AT, asOwner });
  return file;
}

const idsOf = (store: ReturnType<typeof open>) =>
  store.read((tx) => listUnsent(tx, { afterSeq: 0, limit: 100 })).map(({ id }) => id);

test.each([null, PASSPHRASE])(
  "a box is itself again on another machine (passphrase: %s)",
  async (passphrase) => {
    const box = makeBox();
    const file = await keep(box, passphrase);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    // Written after the back-up: the cloud may have it, and the restored box gives its seq anew.
    box.store.transaction((tx) =>
      seeDevice(tx, { mac: "00-00-5E-00-53-02", nasId: NAS_ID, by: "portal" }),
    );
    const other = makePlace();
    const options = { ...other, ...STOPPED, file, passphrase };
    expect(await restore(options)).toMatchObject({ kind: "restored", boxId: IDENTITY.boxId });
    const store = open(other.state);
    onTestFinished(() => store.close());
    expect(idsOf(store)).toEqual(idsOf(box.store).slice(0, idsOf(store).length));
    expect(idsOf(store).length).toBeGreaterThan(0);
    expect(store.read(findEpoch)).not.toBe(box.store.read(findEpoch));
    expect(readFileSync(join(other.state, "box-key"), "utf8")).toBe("a key\n");
    expect(readFileSync(join(other.configuration, "foyer.env"), "utf8")).toContain("10.1.0.2");
    // Nor is anybody online again because they were when it was made.
    for (const name of ["recent-radius.log", "gateway-sessions.json"])
      expect([name, existsSync(join(other.state, name))]).toEqual([name, false]);
    expect(readdirSync(other.state).filter((name) => name.startsWith("."))).toEqual([]);
    expect(readdirSync(box.place).sort()).toEqual(["box.backup", "etc", "state"]);
  },
);

test("what of the configuration root alone reads goes along past the state's owner", async () => {
  const box = makeBox();
  const secret = join("radsec", "authority-key.pem");
  mkdirSync(join(box.configuration, "radsec"));
  writeFileSync(join(box.configuration, secret), "a secret\n", { mode: 0o600 });
  const laid = new Set<string>();
  const look = () => {
    for (const name of readdirSync(box.place, { recursive: true, encoding: "utf8" }))
      if (name.startsWith(".backup-")) laid.add(basename(name));
  };
  // What root alone reads is out of the owner's reach: as it works here, the whole is not there.
  const asOwner = async <T>(work: () => Promise<T>) => {
    look();
    renameSync(box.configuration, `${box.configuration}-away`);
    const answer = await work();
    renameSync(`${box.configuration}-away`, box.configuration);
    look();
    return answer;
  };
  const file = await keep(box, null, asOwner);
  expect([...laid]).toContain("foyer.sqlite");
  expect([...laid]).not.toContain("authority-key.pem");
  const other = makePlace();
  await restore({ ...other, ...STOPPED, file, passphrase: null });
  const restored = join(other.configuration, secret);
  expect(readFileSync(restored, "utf8")).toBe("a secret\n");
  expect(statSync(restored).mode & 0o777).toBe(0o600);
});

test("what was on the machine is moved aside and not removed", async () => {
  const box = makeBox();
  const file = await keep(box, null);
  const other = makePlace();
  mkdirSync(other.state);
  writeFileSync(join(other.state, "box-key"), "another key\n");
  const answer = await restore({ ...other, ...STOPPED, file, passphrase: null });
  if (answer.kind !== "restored") throw new Error(answer.reason);
  expect(readFileSync(join(answer.before, "box-key"), "utf8")).toBe("another key\n");
  expect(readFileSync(join(other.state, "box-key"), "utf8")).toBe("a key\n");
});

test("an encrypted back-up tells no word of the box's keys or settings", async () => {
  const file = await keep(makeBox(), PASSPHRASE);
  const octets = readFileSync(file);
  for (const word of ["box-key", "a key", "foyer.env", "10.1.0.2"])
    expect(octets.includes(word)).toBe(false);
});

const damage = (file: string, at: number) => {
  const octets = readFileSync(file);
  octets[at] = (octets[at] ?? 0) ^ 1;
  writeFileSync(file, octets);
};

test.each([
  ["without its passphrase", PASSPHRASE, null, () => {}, "needs-passphrase"],
  ["with another passphrase", PASSPHRASE, "mười tám con vịt 18", () => {}, "wrong-passphrase"],
  [
    "with a changed octet, encrypted",
    PASSPHRASE,
    PASSPHRASE,
    (file: string) => damage(file, 5000),
    "wrong-passphrase",
  ],
  [
    "with a changed header",
    PASSPHRASE,
    PASSPHRASE,
    (file: string) => damage(file, 40),
    "wrong-passphrase",
  ],
  ["with a changed octet", null, null, (file: string) => damage(file, 5000), "damaged"],
  ["with something behind it", null, null, (file: string) => appendFileSync(file, "x"), "damaged"],
  ["that is something else", null, null, (file: string) => writeFileSync(file, "PK"), "no-backup"],
] as const)(
  "a back-up %s is refused, and nothing here is touched",
  async (_, sealedBy, openedBy, change, reason) => {
    const file = await keep(makeBox(), sealedBy);
    change(file);
    const other = makePlace();
    mkdirSync(other.state);
    writeFileSync(join(other.state, "box-key"), "another key\n");
    const answer = await restore({ ...other, ...SERVING, file, passphrase: openedBy });
    expect(answer).toEqual({ kind: "refused", reason });
    expect(readdirSync(other.state)).toEqual(["box-key"]);
  },
);

test("a back-up with a link in it is refused: it could lead anywhere", async () => {
  const { place, state, configuration } = makePlace();
  const folder = join(place, "contents", "state");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "foyer.sqlite"), "");
  symlinkSync("/etc/passwd", join(folder, "box-key"));
  const archive = join(place, "archive");
  execFileSync("tar", ["-czf", archive, "-C", join(place, "contents"), "."]);
  const file = join(place, "forged.backup");
  const header = { boxId: IDENTITY.boxId, branchId: IDENTITY.branchId, version: "1", at: "" };
  await writeBackup(archive, { file, passphrase: null, header });
  expect(await restore({ state, configuration, ...SERVING, file, passphrase: null })).toEqual({
    ...{ kind: "refused", reason: "not-usable" },
  });
  expect(readdirSync(state)).toEqual([]);
});

/** A disk of one's own is root's to mount. */
test.skipIf(process.getuid?.() !== 0)(
  "a disk that fills up keeps no half of a back-up",
  async () => {
    const { place, state, configuration } = makeBox();
    const stick = join(place, "stick");
    mkdirSync(stick);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8k", "foyer-test", stick]);
    onTestFinished(() => void execFileSync("umount", [stick]));
    const where = { state, configuration, staging: place, file: join(stick, "box.backup") };
    const kept = backUp({ ...where, passphrase: null, version: "0.1.0", at: AT, asOwner: asSelf });
    await expect(kept).rejects.toThrow("ENOSPC");
    expect(readdirSync(stick)).toEqual([]);
    expect(readdirSync(place).sort()).toEqual(["etc", "state", "stick"]);
  },
);

test("a back-up takes the place of no file", async () => {
  const box = makeBox();
  const file = await keep(box, null);
  const before = readFileSync(file);
  await expect(keep(box, null)).rejects.toThrow("EEXIST");
  expect(readFileSync(file).equals(before)).toBe(true);
});

test.each([null, PASSPHRASE])("half a back-up is none (passphrase: %s)", async (passphrase) => {
  const { place } = makePlace();
  const file = join(place, "box.backup");
  const header = { boxId: IDENTITY.boxId, version: "0.1.0", at: AT.toISOString() };
  const options = { file, passphrase, header };
  await expect(writeBackup(join(place, "gone"), options)).rejects.toThrow("ENOENT");
  expect(existsSync(file)).toBe(false);
});
