import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { findSettings } from "@foyer/branch-store";
import {
  type BranchSettings,
  hashParts,
  listParts,
  type PullReply,
  readPartHashes,
  takePicturesOut,
} from "@foyer/contract";
import { afterEach, describe, expect, test } from "vitest";
import { BOX_KEY, buildSettings, makeBox, waitUntil } from "../test/box.ts";
import { startCloudDouble } from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const nothing: PullReply = { settings: null, knownGuests: null, commands: [] };
const PICTURE = `data:image/png;base64,${"QUJD".repeat(8000)}`;

/** What the cloud answers a box that says which parts it holds. */
function tellParts(settings: BranchSettings, query: URLSearchParams): PullReply | null {
  if (Number(query.get("settings")) >= settings.version) return null;
  const held = readPartHashes(query.get("settingsParts") ?? "");
  const hashes = hashParts(settings);
  const news = listParts(settings).filter(([name]) => held.get(name) !== hashes[name]);
  const parts = Object.fromEntries(news.map(([name, part]) => [name, takePicturesOut(part).value]));
  return { ...nothing, settingsParts: { version: settings.version, hashes, parts } };
}

type Serve = (bytes: Buffer, request: IncomingMessage, response: ServerResponse) => void;

const serveWhole: Serve = (bytes, { headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200).end(bytes.subarray(from));
};

/** A box, a cloud whose settings can be changed, and what went over the line. */
async function connect(serve: Serve = serveWhole) {
  const box = makeBox();
  cleanUps.push(box.remove);
  const brand = { ...buildSettings(box.identity, 1).brand, background: PICTURE };
  const said: PullReply[] = [];
  const asked: (string | undefined)[] = [];
  const state = { settings: { ...buildSettings(box.identity, 1), brand } };
  const cloud = await startCloudDouble({
    boxKey: BOX_KEY,
    onPull: (query) => {
      const reply = tellParts(state.settings, query);
      if (reply) said.push(reply);
      return reply;
    },
    onPicture: (hash, request, response) => {
      asked.push(request.headers.range);
      const picture = takePicturesOut(state.settings).pictures.get(hash);
      if (picture) serve(Buffer.from(picture), request, response);
      else response.writeHead(404).end("{}");
    },
  });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  const agent = await startSyncAgent({
    ...{ store: box.store, identity, boxKey: BOX_KEY, logLevel: "silent", random: () => 0.01 },
  });
  cleanUps.push(agent.close);
  const change = (edit: (settings: BranchSettings) => BranchSettings) => {
    state.settings = edit({ ...state.settings, version: state.settings.version + 1 }) as never;
    cloud.announce();
  };
  const inForce = (version: number) =>
    waitUntil(`version ${version} is in force`, () =>
      cloud.reports.some((report) => report.version === version && report.outcome === "applied"),
    );
  return { box, cloud, agent, said, asked, change, inForce, state };
}

test("a change sends its part alone, and a picture goes over the line once", async () => {
  const { box, said, asked, change, inForce, state } = await connect();
  await inForce(1);
  expect(box.store.read(findSettings)).toEqual(state.settings);
  change((settings) => ({ ...settings, brand: { ...settings.brand, name: "Riverside" } }));
  await inForce(2);
  change((settings) => ({ ...settings, branch: { ...settings.branch, name: "River" } }));
  await inForce(3);
  expect(box.store.read(findSettings)).toEqual(state.settings);
  const parts = said.map((each) => Object.keys(each.settingsParts?.parts ?? {}));
  expect(parts.slice(1)).toEqual([["brand"], ["branch"]]);
  expect(asked).toEqual([undefined]);
  expect(JSON.stringify(said)).not.toContain("QUJDQUJD");
  expect(existsSync(join(box.folder, "pictures"))).toBe(false);
});

test("a part that is gone from the settings is gone on the box", async () => {
  const { box, change, inForce } = await connect();
  await inForce(1);
  change((settings) => ({ ...settings, accessCodes: [] }));
  await inForce(2);
  expect(box.store.read(findSettings)?.accessCodes).toEqual([]);
  change(({ accessCodes: _accessCodes, ...settings }) => settings);
  await inForce(3);
  expect(box.store.read(findSettings)).not.toHaveProperty("accessCodes");
});

describe("a picture that is on its way", () => {
  test("goes on from where the uplink was cut, and the settings come whole or not at all", async () => {
    let cuts = 0;
    const { box, asked, inForce, state } = await connect((bytes, request, response) => {
      if (cuts >= 2) return serveWhole(bytes, request, response);
      cuts += 1;
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length - from });
      response.write(bytes.subarray(from, from + 10_000), () =>
        setTimeout(() => response.destroy(), 50),
      );
    });
    await waitUntil("the line was cut", () => cuts === 1);
    expect(box.store.read(findSettings)).toBeNull();
    await inForce(1);
    expect(asked.length).toBe(3);
    const begins = asked.map((range) => Number(/\d+/.exec(range ?? "0")?.[0]));
    expect(begins[0]).toBe(0);
    expect(begins[1]).toBeGreaterThan(0);
    expect(begins[2]).toBeGreaterThan(begins[1] ?? 0);
    expect(box.store.read(findSettings)).toEqual(state.settings);
  });

  test("and is another than its hash names is thrown away and asked for again", async () => {
    let answers = 0;
    const { box, asked, inForce, state } = await connect((bytes, request, response) => {
      answers += 1;
      serveWhole(answers === 1 ? Buffer.from("something else") : bytes, request, response);
    });
    await inForce(1);
    expect(asked).toEqual([undefined, undefined]);
    expect(box.store.read(findSettings)).toEqual(state.settings);
  });
});

test("parts that are not what their hashes say are asked for anew, all of them, and refused when that does not help", async () => {
  const { cloud, change, inForce, state, said } = await connect();
  await inForce(1);
  const honest = state.settings;
  change((settings) => ({ ...settings, branch: { ...settings.branch, name: "River" } }));
  await inForce(2);
  const before = said.length;
  // Hashes of other settings than those it sends, twice: then it is a fault of the cloud.
  const liar = {
    ...honest,
    version: 3,
    get branch() {
      return { ...honest.branch, name: `Liar ${Math.random()}` };
    },
  };
  state.settings = liar as never;
  cloud.announce();
  await waitUntil("it is refused", () =>
    cloud.reports.some(({ outcome }) => outcome === "refused"),
  );
  expect(cloud.reports.at(-1)).toMatchObject({
    ...{ version: 3, outcome: "refused", reason: "/branch is not what its hash says" },
  });
  const asked = said
    .slice(before)
    .map((each) => Object.keys(each.settingsParts?.parts ?? {}).length);
  expect(asked).toEqual([1, Object.keys(hashParts(honest)).length]);
});
