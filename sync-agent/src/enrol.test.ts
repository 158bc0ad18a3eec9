import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EnrolRequest, isProved } from "@foyer/contract";
import { afterEach, describe, expect, test } from "vitest";
import { makeFutureCertificate } from "../test/future-certificate.ts";
import { BOX_KEY_FILE, keepNextKey, NEXT_KEY_FILE, readBoxKey } from "./box-key.ts";
import { describeDiskFault, enrolFolder, findNameFault } from "./enrol.ts";

/** A disk of one's own is root's to mount. */
const MAY_MOUNT = process.getuid?.() === 0;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const publicOf = (text: string) => readBoxKey(text)?.publicKey;

/** A cloud that proves itself by such a certificate. */
async function openTlsCloud(pair: { key: Buffer; cert: Buffer }): Promise<string> {
  const server = createTlsServer(pair).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUps.push(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One that nobody vouches for. */
function makeOwnCertificate(folder: string) {
  mkdirSync(folder);
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")] as const;
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const whose = ["-subj", "/CN=cloud", "-keyout", key, "-out", cert];
  execFileSync("openssl", ["req", "-x509", ...kind, ...whose], { stdio: "pipe" });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

describe("enrolling", () => {
  const CODE = "7K3M-Q0ZT-1A9V-WXYZ";
  const IDENTITY = {
    tenantId: "01990000-0000-7000-8000-000000000001",
    branchId: "01990000-0000-7000-8000-000000000002",
    boxId: "01990000-0000-7000-8000-000000000003",
  };
  const makeFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), "foyer-enrol-"));
    cleanUps.push(() => rmSync(folder, { recursive: true }));
    return join(folder, "box");
  };
  type Answer = { status: number; body: string } | "lost";
  /** A cloud that answers in turn, and keeps what it was asked. */
  const openCloud = async (...answers: Answer[]) => {
    const asked: EnrolRequest[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      asked.push(JSON.parse(Buffer.concat(chunks).toString("utf8")));
      const answer = answers.shift() ?? "lost";
      if (answer === "lost") return response.destroy();
      response.writeHead(answer.status, { "content-type": "application/json" });
      return response.end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanUps.push(() => server.close());
    return { asked, cloudUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };
  const welcome = (cloudUrl: string) => ({
    ...{ status: 200, body: JSON.stringify({ ...IDENTITY, cloudUrl }) },
  });

  test("makes a key that stays on the box, and keeps who the box is", async () => {
    const folder = makeFolder();
    const { asked, cloudUrl } = await openCloud(welcome("https://cloud.example"));
    const typed = CODE.toLowerCase().replaceAll("-", " ");
    expect(await enrolFolder(folder, { cloudUrl: `${cloudUrl}/`, code: typed })).toEqual({
      ...{ kind: "enrolled", identity: { ...IDENTITY, cloudUrl: "https://cloud.example" } },
    });
    const key = readFileSync(join(folder, BOX_KEY_FILE), "utf8");
    expect(asked).toHaveLength(1);
    const [{ code, ...given }] = asked as [EnrolRequest];
    expect(given.publicKey).toBe(publicOf(key));
    expect(isProved({ kind: "enrol", code }, given)).toBe(true);
    expect(statSync(join(folder, BOX_KEY_FILE)).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(readFileSync(join(folder, "box.json"), "utf8"));
    expect(kept).toEqual({ ...IDENTITY, cloudUrl: "https://cloud.example" });
  });

  test("asks again with the same key where the answer was lost", async () => {
    const folder = makeFolder();
    const { asked, cloudUrl } = await openCloud("lost", welcome("https://cloud.example"));
    const lost = await enrolFolder(folder, { cloudUrl, code: CODE });
    expect(lost).toMatchObject({ kind: "refused", reason: expect.stringContaining(cloudUrl) });
    expect(existsSync(join(folder, "box.json"))).toBe(false);
    expect(await enrolFolder(folder, { cloudUrl, code: CODE })).toMatchObject({ kind: "enrolled" });
    expect(asked[1]).toEqual(asked[0]);
  });

  test("says what the cloud says, and that a captive portal is no cloud", async () => {
    const refusal = {
      status: 400,
      body: JSON.stringify({ code: "invalid", message: "The key is odd." }),
    };
    const { cloudUrl } = await openCloud(refusal, { status: 200, body: "<html>Log in</html>" });
    const folder = makeFolder();
    expect(await enrolFolder(folder, { cloudUrl, code: CODE })).toEqual({
      ...{ kind: "refused", reason: "The key is odd." },
    });
    expect(await enrolFolder(folder, { cloudUrl, code: CODE })).toMatchObject({
      reason: expect.stringContaining("is not a Foyer cloud"),
    });
  });

  test("says in the language of who stands before it that a code is not known, and what else is wrong", async () => {
    const unknown = { status: 404, body: JSON.stringify({ code: "not-found", message: "No." }) };
    const busy = { status: 429, body: JSON.stringify({ code: "busy", message: "Too many." }) };
    const captive = { status: 200, body: "<html>" };
    const { cloudUrl } = await openCloud(unknown, captive, busy, unknown);
    const ask = async (change: Partial<Parameters<typeof enrolFolder>[1]>) => {
      const asked = { cloudUrl, code: CODE, language: "vi" as const, ...change };
      const answer = await enrolFolder(makeFolder(), asked);
      return answer.kind === "refused" ? answer.reason : "";
    };
    expect(await ask({})).toContain("Mã này không đúng, đã quá hạn");
    expect(await ask({})).toContain("không phải đám mây Foyer");
    expect(await ask({})).toContain("đợi một phút rồi nhập lại đúng mã này");
    expect(await ask({ code: "12" })).toContain("Mã gồm 16 chữ và số");
    expect(await ask({ cloudUrl: "http://cloud.example" })).toContain("https://");
    expect(await ask({ language: "en" })).toContain("This code is not known");
  });

  test("says in words why nobody answers at an address", async () => {
    const { cloudUrl } = await openCloud();
    const ask = async (url: string, language: "en" | "vi") => {
      const answer = await enrolFolder(makeFolder(), { cloudUrl: url, code: CODE, language });
      return answer.kind === "refused" ? answer.reason : "";
    };
    // RFC 6761 §6.4: nobody has a name below invalid. Where no name server is reached, that is said.
    expect(await ask("https://cloud.invalid", "en")).toMatch(/nobody has this name|looked up here/);
    const shut = cloudUrl.replace(/\d+$/, "1");
    expect(await ask(shut, "en")).toBe(
      `${shut} does not answer: nothing listens there. Are address and port right?`,
    );
    expect(await ask(shut, "vi")).toContain("ở đó không có gì trả lời");
  });

  test("a clock that has not been set yet is said, where by it the cloud's certificate is not valid", async () => {
    const future = await openTlsCloud(makeFutureCertificate());
    const clock = () => new Date("1970-01-01T00:03:20.000Z");
    const ask = async (cloudUrl: string, language: "en" | "vi") => {
      const answer = await enrolFolder(makeFolder(), { cloudUrl, code: CODE, language, clock });
      return answer.kind === "refused" ? answer.reason : "";
    };
    expect(await ask(future, "en")).toContain(
      "By this box's clock it is 1970-01-01 00:03 UTC, and",
    );
    expect(await ask(future, "vi")).toContain("của hộp, bây giờ là 1970-01-01 00:03 UTC");
    const own = await openTlsCloud(makeOwnCertificate(makeFolder()));
    expect(await ask(own, "en")).toContain("does not prove that it is who it says");
  });

  test.each([
    ["http://cloud.example", CODE, "https://"],
    ["ftp://127.0.0.1", CODE, "https://"],
    ["cloud", CODE, "is not the address"],
    ["https://cloud.example", "12345", "16 letters and digits"],
  ])("%s with the code %s is refused before anything is sent", async (cloudUrl, code, reason) => {
    const answer = await enrolFolder(makeFolder(), { cloudUrl, code });
    expect(answer).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
  });

  test("a folder that cannot be written is said in words", async () => {
    const { cloudUrl } = await openCloud(welcome("https://cloud.example"));
    const file = makeFolder();
    writeFileSync(file, "");
    const folder = join(file, "box");
    expect(await enrolFolder(folder, { cloudUrl, code: CODE })).toEqual({
      kind: "refused",
      reason: `${folder} cannot be written (ENOTDIR). Set FOYER_STATE_FOLDER to a folder that can.`,
    });
    const say = (code: string) =>
      describeDiskFault("/box", Object.assign(new Error("write"), { code }));
    expect(say("ENOSPC")).toContain("is full. Make room and enter the same code again");
    expect(say("EROFS")).toContain("is read-only");
    expect(say("EACCES")).toContain("may not be written by this user");
    expect(describeDiskFault("/box", new TypeError("no"))).toBeNull();
  });

  test.skipIf(!MAY_MOUNT)(
    "a disk that is full is told of without a stack, and the same code goes on",
    async () => {
      const disk = makeFolder();
      mkdirSync(disk);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=32k", "tmpfs", disk]);
      cleanUps.push(() => execFileSync("umount", ["-l", disk]));
      const ballast = join(disk, "ballast");
      expect(() => {
        for (;;) writeFileSync(ballast, Buffer.alloc(4096), { flag: "a" });
      }).toThrow("ENOSPC");
      const { cloudUrl } = await openCloud(welcome("https://cloud.example"));
      const folder = join(disk, "box");
      const main = join(import.meta.dirname, "enrol-main.ts");
      const run = spawn(process.execPath, [main, cloudUrl], {
        env: { PATH: process.env.PATH, FOYER_STATE_FOLDER: folder },
      });
      cleanUps.push(() => run.kill("SIGKILL"));
      let said = "";
      run.stderr.on("data", (chunk) => {
        said += chunk;
      });
      const ended = new Promise((resolve) => run.once("exit", resolve));
      run.stdin.end(`${CODE}\n`);
      expect(await ended).toBe(1);
      expect(said).toBe(
        `enrol: The disk that holds ${folder} is full. Make room and enter the same code again: it stays this box's.\n`,
      );
      rmSync(ballast);
      expect(await enrolFolder(folder, { cloudUrl, code: CODE })).toMatchObject({
        kind: "enrolled",
      });
    },
  );

  test("a folder that is a box's already is left as it is", async () => {
    const folder = makeFolder();
    const { asked, cloudUrl } = await openCloud(welcome("https://cloud.example"));
    await enrolFolder(folder, { cloudUrl, code: CODE });
    const key = readFileSync(join(folder, BOX_KEY_FILE), "utf8");
    writeFileSync(join(folder, "foyer.sqlite"), "");
    expect(await enrolFolder(folder, { cloudUrl, code: CODE })).toMatchObject({ kind: "refused" });
    expect(asked).toHaveLength(1);
    expect(readFileSync(join(folder, BOX_KEY_FILE), "utf8")).toBe(key);
  });

  test("a box whose next key waits for the cloud is no enrolment that was cut short", async () => {
    const folder = makeFolder();
    const { asked, cloudUrl } = await openCloud(welcome("https://cloud.example"));
    await enrolFolder(folder, { cloudUrl, code: CODE });
    keepNextKey(folder);
    expect(await enrolFolder(folder, { cloudUrl, code: CODE })).toMatchObject({ kind: "refused" });
    expect(asked).toHaveLength(1);
  });

  test("two at once on one folder bring one key, and leave one box", async () => {
    const folder = makeFolder();
    const answer = welcome("https://cloud.example");
    const { asked, cloudUrl } = await openCloud(answer, answer);
    const both = await Promise.all([1, 2].map(() => enrolFolder(folder, { cloudUrl, code: CODE })));
    expect(both.map(({ kind }) => kind)).toEqual(["enrolled", "enrolled"]);
    expect(asked[1]).toEqual(asked[0]);
    const key = readFileSync(join(folder, BOX_KEY_FILE), "utf8");
    expect(publicOf(key)).toBe(asked[0]?.publicKey);
  });

  test("a cut between identity and key is mended by the same code", async () => {
    const folder = makeFolder();
    const answer = welcome("https://cloud.example");
    const { asked, cloudUrl } = await openCloud(answer, answer);
    await enrolFolder(folder, { cloudUrl, code: CODE });
    renameSync(join(folder, BOX_KEY_FILE), join(folder, NEXT_KEY_FILE));
    expect(await enrolFolder(folder, { cloudUrl, code: CODE })).toMatchObject({ kind: "enrolled" });
    expect(asked[1]).toEqual(asked[0]);
    expect(existsSync(join(folder, BOX_KEY_FILE))).toBe(true);
  });

  test.each(["http://cloud.example", "cloud.example", "javascript:0"])(
    "a cloud that says it is at %s is not believed",
    async (named) => {
      const folder = makeFolder();
      const { cloudUrl } = await openCloud(welcome(named));
      const answer = await enrolFolder(folder, { cloudUrl, code: CODE });
      expect(answer).toMatchObject({ kind: "refused", reason: expect.stringContaining(named) });
      expect(existsSync(join(folder, "box.json"))).toBe(false);
    },
  );

  test.each([
    ["http://localhost:8080", "http://192.0.2.7:8080", "the box itself"],
    ["http://127.0.0.1:8080", "https://cloud.example", "the box itself"],
    ["http://127.0.0.1:8080", "http://localhost:8080", null],
    ["https://cloud.example", "http://10.0.0.2", null],
  ])("a cloud that says it is at %s and was reached at %s: %j", (named, reachedAt, fault) => {
    const found = findNameFault(named, reachedAt);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toContain(fault);
  });
});
