import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { BOX_API, signAnnouncement } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import { openStaffApp, takePictures } from "./open-staff-app.ts";
import type { EnrolledBox } from "./open-test-site.ts";
import { describeWithChromium, setUpTwoStepsOn, signInAs } from "./staff-browser.ts";

const VERSION = "0.9.0";
/** Of two parts. */
const TARBALL = randomBytes(1024 * 1024 + 10);
const SHA256 = createHash("sha256").update(TARBALL).digest("hex");
const { privateKey, publicKey } = generateKeyPairSync("ed25519");

describeWithChromium("the releases of the box, in the operator's console", () => {
  const releaseKey = publicKey.export({ type: "spki", format: "pem" }).toString();
  const app = openStaffApp({ site: { releaseKey } });
  let box: EnrolledBox;
  let second: EnrolledBox;
  let page: Page;

  beforeAll(async () => {
    const owner = await app.site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    second = await owner.addBox((await owner.addBranch({ name: "Bến Thành" })).id);
    for (const { boxId } of [box, second])
      await owner.request("PUT", `/api/v1/boxes/${boxId}/upgrade`, { ring: "early" });
    const operator = await app.site.addOwner();
    await app.site.asAdministrator("select directory.set_operator($1, true)", [operator.email]);
    await operator.request("PATCH", "/api/v1/me", { language: "en" });
    page = await app.visit();
    await page.goto("/operator");
    await signInAs(page, operator);
    await setUpTwoStepsOn(page, app.site.now());
    await page.getByRole("heading", { level: 1, name: "Companies" }).waitFor();
  }, 120_000);

  const say = (words: string) => page.getByText(words).first().waitFor();
  const dialog = () => page.getByRole("dialog");
  const ask = (asking: EnrolledBox, outcome: object | null) =>
    asking.call(BOX_API.upgrade, { release: "0.8.0", architecture: "x64", outcome });

  async function upload(signature?: string) {
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const said = { version: VERSION, architecture: "x64", bytes: TARBALL.length } as const;
    const signedAt = "2026-11-27T08:00:00.000Z";
    const signed = signAnnouncement({ ...said, sha256: SHA256, signedAt }, key);
    const announcement = JSON.stringify({ ...signed, ...(signature && { signature }) });
    const file = (name: string, mimeType: string, buffer: Buffer) => ({ name, mimeType, buffer });
    const inputs = page.locator("input[type=file]");
    const json = Buffer.from(announcement);
    await inputs.nth(0).setInputFiles(file("a.announcement.json", "application/json", json));
    await inputs.nth(1).setInputFiles(file("a.tar.gz", "application/gzip", TARBALL));
    await dialog().getByRole("button", { name: "Upload", exact: true }).click();
  }

  async function roll(button: string, confirmation: string) {
    await page.getByRole("button", { name: button }).click();
    await dialog().getByRole("button", { name: confirmation, exact: true }).click();
    await dialog().waitFor({ state: "detached" });
  }

  test("a release is uploaded where the key of this cloud has signed it, and its page teaches how before", async () => {
    await page.getByRole("link", { name: "Releases" }).click();
    await say("No release yet");
    await say("deploy/box/release --sign KEY");
    await takePictures(page, "releases-none");
    expect(await listFaults(page, "no releases")).toEqual([]);
    await page.getByRole("button", { name: "Upload a release" }).click();
    await upload(`${"A".repeat(86)}==`);
    await say("It is not taken: the announcement is not signed by the key of this cloud");
    expect(app.takeComplaints()).toEqual([expect.stringContaining("400")]);
    await upload();
    await dialog().waitFor({ state: "detached" });
    await say("All of it is here. It is offered to nobody yet.");
  }, 120_000);

  test("it is started, given a rule, taken to the next ring, and says what it waits for", async () => {
    await roll(`Start ${VERSION}`, "Start");
    await say("Offered to the first boxes");
    await say("It goes on to the next ring by hand alone.");
    await page.getByRole("button", { name: `Rule for ${VERSION}` }).click();
    await dialog().getByRole("switch", { name: "Goes on to the next ring by itself" }).check();
    await dialog().getByLabel("After so many hours").fill("6");
    await takePictures(page, "releases-rule");
    expect(await listFaults(page, "the rule of a release")).toEqual([]);
    await dialog().getByRole("button", { name: "Save", exact: true }).click();
    await dialog().waitFor({ state: "detached" });
    await say("It goes on by itself after 6 hours in which all is well.");
    const done = page.getByRole("list", { name: "What was done" }).getByRole("listitem");
    expect(await done.first().textContent()).toMatch(
      /^Rule changed · Owner · .+ · to the next ring: by itself after 6 hours, was by hand alone$/,
    );
    await say("It goes on by itself once a box of this ring is well with it.");
    expect((await ask(box, null)).body).toMatchObject({
      offer: { announcement: { sha256: SHA256 } },
    });
    await page.reload();
    await say("1 box has not switched yet");
    await box.call(BOX_API.upgrade, { release: VERSION, architecture: "x64", outcome: null });
    await page.reload();
    await say("Goes on to the next ring by itself, within five minutes after");
    await say("1 box is well with it");
    await takePictures(page, "releases-goes-on");
    await roll(`Offer ${VERSION} to the next ring`, "Next ring");
    await say("Offered to the first boxes and to most");
  }, 120_000);

  test("it is halted by two boxes that go back, says which and why, and is resumed by hand", async () => {
    const reason = "did not come up: portal";
    const back = { version: VERSION, sha256: SHA256, kind: "rolled-back", reason };
    await ask(box, back);
    await page.reload();
    await say("Long Linh Coffee");
    expect(await page.getByText("Halted: it is offered to nobody").count()).toBe(0);
    await ask(second, { ...back, reason: "the power was cut" });
    await page.reload();
    await say("Halted: it is offered to nobody");
    await say("2 of 2 boxes of a ring went back from it.");
    const alert = page.getByRole("alert");
    for (const { boxId } of [box, second])
      await alert.getByText(`Box ${boxId}`).waitFor({ state: "visible" });
    await alert.getByText("It did not come up there: portal.").waitFor();
    await alert.getByText("The power was cut meanwhile.").waitFor();
    await say("0.8.0");
    await say("2 boxes");
    // By the halt alone: neither once more below it nor beside the step.
    expect(await page.getByText(`Box ${second.boxId}`).count()).toBe(1);
    await takePictures(page, "releases-halted");
    expect(await listFaults(page, "a halted release")).toEqual([]);
    await roll(`Resume ${VERSION}`, "Resume");
    await say("Resumed for the first boxes and most");
    await page.getByRole("button", { name: `Halt ${VERSION}` }).click();
    await dialog().getByLabel("Why").fill("enough");
    expect(await listFaults(page, "the dialog of a halt")).toEqual([]);
    await dialog().getByRole("button", { name: "Halt", exact: true }).click();
    await say("enough");
    expect((await ask(box, null)).body).toEqual({ offer: null });
  }, 120_000);
});
