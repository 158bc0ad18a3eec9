import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findSettings, openBranchStore, readBoxIdentity } from "@foyer/branch-store";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const SETUP = join(import.meta.dirname, "../../sync-agent/src/setup-main.ts");

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A machine that is switched on for the first time, and what stands on its console. */
function switchOn(folder: string) {
  const machine = spawn(process.execPath, [SETUP], {
    env: { PATH: process.env.PATH, FOYER_STATE_FOLDER: folder, FOYER_SETUP_PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let shown = "";
  machine.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => machine.once("exit", resolve));
  cleanUps.push(async () => {
    machine.kill();
    await ended;
  });
  const readConsole = async () => {
    const text = await askUntil(
      () => shown,
      (each) => /number: \d{6}/.test(each),
    );
    const port = /:(\d+)\/\n/.exec(text)?.[1];
    const number = /number: (\d{6})/.exec(text)?.[1];
    return { origin: `http://127.0.0.1:${port}`, number: number ?? "" };
  };
  return { ended, readConsole };
}

const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-first-boot-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  return join(folder, "box");
};

type Added = { box: { id: string }; offer: { enrolmentCode: string } };
async function addBox(): Promise<Added & { branchId: string }> {
  const place = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
  const { id: branchId } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
  const path = `/api/v1/branches/${branchId}/boxes`;
  return { branchId, ...(await cloud.get<Added>("POST", path, { name: "Box" })) };
}

test("a machine out of its carton becomes a branch's box by the number on its console and a code, and has its settings", async () => {
  const { box, branchId, offer } = await addBox();
  const folder = makeFolder();
  const { ended, readConsole } = switchOn(folder);
  const { origin, number } = await readConsole();
  const send = async (typed: string) => {
    const fields = { number: typed, cloud: cloud.origin, code: offer.enrolmentCode };
    const answer = await fetch(origin, { method: "POST", body: new URLSearchParams(fields) });
    return { status: answer.status, text: await answer.text() };
  };
  const stranger = await send(number === "000000" ? "111111" : "000000");
  expect(stranger.status).toBe(403);
  expect((await send(number)).status).toBe(200);
  const last = await askUntil(
    async () => await (await fetch(origin)).text(),
    (text) => text.includes("The box is set up"),
  );
  expect(last).toContain("The box is set up");
  expect(await ended).toBe(0);
  expect(readBoxIdentity(folder)).toMatchObject({ boxId: box.id, branchId });
  expect(statSync(join(folder, "box-key")).mode & 0o777).toBe(0o600);
  const store = openBranchStore({
    ...{ folder, identity: readBoxIdentity(folder), clock: () => new Date() },
  });
  cleanUps.push(store.close);
  expect(store.read(findSettings)?.branch.name).toBe("Hồ Gươm");
}, 120_000);

test("a code that the cloud does not know is said so on the page, and the next one is taken", async () => {
  const { offer } = await addBox();
  const { readConsole } = switchOn(makeFolder());
  const { origin, number } = await readConsole();
  const send = async (code: string) => {
    const body = new URLSearchParams({ number, cloud: cloud.origin, code });
    const answer = await fetch(origin, { method: "POST", body });
    return { status: answer.status, text: await answer.text() };
  };
  const unknown = await send("0000-0000-0000-0000");
  expect(unknown.status).toBe(403);
  expect(unknown.text).toMatch(/It did not work:/);
  expect((await send(offer.enrolmentCode)).status).toBe(200);
}, 120_000);

test("a machine that is a box already serves no set-up page", async () => {
  const { offer } = await addBox();
  const folder = makeFolder();
  const first = switchOn(folder);
  const { origin, number } = await first.readConsole();
  const body = new URLSearchParams({ number, cloud: cloud.origin, code: offer.enrolmentCode });
  await fetch(origin, { method: "POST", body });
  await askUntil(
    async () => await (await fetch(origin)).text(),
    (text) => text.includes("The box is set up"),
  );
  await first.ended;
  expect(await switchOn(folder).ended).toBe(0);
}, 120_000);
