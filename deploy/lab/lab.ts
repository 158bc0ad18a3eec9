import type { Page } from "playwright-core";
import type { Enrolment } from "../test/enrol.ts";
import { type Box, FAS_KEY, startBox } from "./box.ts";
import { makeCertificate } from "./certificate.ts";
import { serveInternet } from "./internet.ts";
import { type Network, openNetwork } from "./network.ts";
import { type Opennds, startOpennds } from "./opennds-gateway.ts";
import { makePhone, type Phone } from "./phone.ts";

export const GUEST_MAC = "02-AA-BB-CC-00-01";
/** What a phone asks to see whether it is online. */
export const PROBE = "http://captive.apple.com/hotspot-detect.html";
export { ONLINE } from "./internet.ts";

/** A branch with an openNDS gateway: all of it but the cloud. */
export type Lab = {
  network: Network;
  gateway: Opennds;
  box: Box;
  phone: Phone;
  close: () => Promise<void>;
};

export type LabOptions = {
  fasLevel: 1 | 2 | 3;
  /** Makes the branch known for this network, and says which box this is. */
  enrol: (network: Network) => Promise<Enrolment>;
  /** Brings the branch settings onto the box, and begins what should end with the lab. */
  settle: (network: Network, box: Box) => Promise<{ close: () => Promise<void> } | null>;
};

export async function openLab({ fasLevel, enrol, settle }: LabOptions): Promise<Lab> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const each of closers.splice(0).reverse()) await each();
  };
  try {
    const network = await openNetwork(GUEST_MAC);
    closers.push(network.close);
    const certificate = await makeCertificate(network);
    const internet = await serveInternet(network.internetIp, certificate);
    closers.push(async () => internet.close());
    // At level 3 the gateway asks over https.
    const tls = fasLevel === 3 ? certificate : null;
    const box = await startBox(network, await enrol(network), tls);
    closers.push(box.close);
    const settled = await settle(network, box);
    if (settled) closers.push(settled.close);
    const options = { fasLevel, fasKey: FAS_KEY, portalOrigin: box.portal.origin, tls };
    const gateway = await startOpennds(network, options);
    closers.push(gateway.close);
    const phone = makePhone(network);
    closers.push(phone.close);
    return { network, gateway, box, phone, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens a mini-browser, without memory or JavaScript, as a phone does; it is led to the portal. */
export async function openMiniBrowser({ phone }: Pick<Lab, "phone">): Promise<Page> {
  const browser = await phone.openBrowser();
  const viewport = { width: 390, height: 844 };
  // The portal's certificate at FAS level 3 is of no authority that a browser knows.
  const strange = { ignoreHTTPSErrors: true };
  const options = { locale: "en-GB", javaScriptEnabled: false, viewport, ...strange };
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(PROBE);
  return page;
}

/** Signs a first-timer in by phone, from the first page to "You're online". */
export async function signIn({ box }: { box: Pick<Box, "readCode"> }, page: Page): Promise<void> {
  await page.getByLabel("Mobile number").fill("0912 345 678");
  await page.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByLabel("Six-digit code").fill(await box.readCode());
  await page.getByRole("button", { name: "Go online" }).click();
  await page.getByLabel("What should we call you?").fill("Lan");
  await page.getByRole("button", { name: "Go online" }).click();
  await page.getByRole("heading", { name: "You're online, Lan" }).waitFor();
}
