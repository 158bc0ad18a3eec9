import { applySettings } from "@foyer/branch-store";
import { labBranch, labNas } from "./box.ts";
import { type Lab, ONLINE, openLab, PROBE } from "./lab.ts";
import { run, waitFor } from "./processes.ts";

/** One guest's way from the right code to being online, in milliseconds. */
export type RightCode = {
  /** From the code that was sent to the answer that leads to the NAS. */
  codeMs: number;
  /** What the NAS takes to let the guest in and lead them on. */
  nasMs: number;
  /** The page after access. */
  onlinePageMs: number;
  totalMs: number;
};

const BOX = {
  tenantId: "01990000-0000-7000-8000-000000000001",
  branchId: "01990000-0000-7000-8000-000000000002",
  boxId: "01990000-0000-7000-8000-000000000003",
  cloudUrl: "http://127.0.0.1:9",
  boxKey: "of-no-use-without-a-cloud",
};

/**
 * Signs a guest in behind openNDS again and again, each time by a code to another number, and out
 * again. At FAS level 1 the gateway vouches for nobody: the guest comes as a newcomer each time.
 */
export async function measureRightCodes(times: number): Promise<RightCode[]> {
  const lab = await openLab({
    fasLevel: 1,
    enrol: async () => BOX,
    async settle(network, { store }) {
      const document = labBranch(BOX.branchId, labNas(network, 1));
      // Nothing is asked between the code and the grant, where a guest would have to type.
      document.signIn.details = { newcomers: "none", returning: "none", fields: [] };
      document.legalTexts = document.legalTexts.filter(({ purpose }) => purpose === "terms");
      delete document.marketingText;
      Object.assign(document.signIn.phone, {
        messagesPerDeviceHour: 1000,
        messagesPerBranchHour: 1000,
      });
      const settings = { ...document, version: 1, tenantId: BOX.tenantId };
      store.transaction((tx) => applySettings(tx, settings));
      return null;
    },
  });
  try {
    await lab.phone.join();
    await waitFor("a redirect", async () => (await lab.phone.fetch(PROBE))?.status === 307);
    const measured: RightCode[] = [];
    for (let time = 0; time < times; time += 1) measured.push(await signInOnce(lab, time));
    return measured;
  } finally {
    await lab.close();
  }
}

async function signInOnce(lab: Lab, time: number): Promise<RightCode> {
  const { phone, gateway, box, network } = lab;
  const origin = box.portal.origin;
  const led = await ask(lab, PROBE);
  const first = await ask(lab, led.location);
  const terms = valueIn(first.body, "terms");
  const number = `09${String(12_000_000 + time)}`;
  const sent = await ask(lab, `${origin}/phone`, {
    c: valueIn(first.body, "c"),
    phone: number,
    terms,
  });
  const codePage = await ask(lab, new URL(sent.location, origin).href);
  const code = await box.readCode();
  const right = await ask(lab, `${origin}/code`, { c: valueIn(codePage.body, "c"), code });
  const letIn = await ask(lab, right.location);
  const online = await ask(lab, letIn.location);
  if (!online.body.includes('class="mark draw"'))
    throw new Error(`the guest is not online: ${online.body.slice(-400)}`);
  if ((await phone.fetch(PROBE))?.body !== ONLINE) throw new Error("openNDS lets nothing through");
  await phone.fetch(`http://${network.gatewayIp}:2050/opennds_deny/`);
  await waitFor(
    "the guest's end",
    async () => (await gateway.findGuest())?.state !== "Authenticated",
  );
  const [codeMs, nasMs, onlinePageMs] = [right, letIn, online].map((each) => each.milliseconds);
  if (codeMs === undefined || nasMs === undefined || onlinePageMs === undefined)
    throw new Error("a step was not timed");
  return { codeMs, nasMs, onlinePageMs, totalMs: codeMs + nasMs + onlinePageMs };
}

const valueIn = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";

type Answer = { location: string; body: string; milliseconds: number };
const MARK = "\n--timed ";

/** One request from the guest's network, timed by curl itself: its start is no part of it. */
async function ask(
  { network }: Lab,
  url: string,
  form: Record<string, string> = {},
): Promise<Answer> {
  const fields = Object.entries(form).flatMap(([name, value]) => [
    ...["--data-urlencode", `${name}=${value}`],
  ]);
  const timed = `${MARK}%{time_total} %{redirect_url}`;
  const said = await run(
    network.inGuest,
    "curl",
    "-sS",
    "--max-time",
    "10",
    "-w",
    timed,
    ...fields,
    url,
  );
  const at = said.lastIndexOf(MARK);
  const [seconds = "", location = ""] = said.slice(at + MARK.length).split(" ");
  return { location, body: said.slice(0, at), milliseconds: Number(seconds) * 1000 };
}
