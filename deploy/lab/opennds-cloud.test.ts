import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findSettings, listOpenSessions } from "@foyer/branch-store";
import { startSyncAgent } from "@foyer/sync-agent";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listCustomers, readOverview } from "../test/staff.ts";
import { labBranch, labNas } from "./box.ts";
import { type LabCloud, startLabCloud } from "./cloud.ts";
import { type Lab, ONLINE, openLab, openMiniBrowser, PROBE, signIn } from "./lab.ts";
import { findWhyNot, tellWhyNot } from "./peers.ts";
import { waitFor } from "./processes.ts";

const FAS_LEVEL = 2;

const whyNot = tellWhyNot("The openNDS lab", await findWhyNot());

type VisitRow = {
  number: number;
  customerName: string | null;
  startedAt: string;
  endedAt: string | null;
  deviceMac: string;
};

async function openBranch(cloud: LabCloud): Promise<Lab> {
  const { enrolment } = cloud;
  return openLab({
    fasLevel: FAS_LEVEL,
    enrol: async (network) => {
      await cloud.keepSettings(labBranch(enrolment.branchId, labNas(network, FAS_LEVEL)));
      return enrolment;
    },
    settle: async (_network, { store }) => {
      const { boxKey, ...identity } = enrolment;
      const agent = await startSyncAgent({ identity, boxKey, store, logLevel: "fatal" });
      const isGateway = () => store.read(findSettings)?.nas[0]?.kind === "opennds";
      await waitFor("the settings of the cloud", isGateway);
      return agent;
    },
  });
}

describe.skipIf(whyNot)("a branch with an openNDS gateway", () => {
  let folder: string;
  let cloud: LabCloud;
  let lab: Lab;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "foyer-cloud-"));
    cloud = await startLabCloud(folder);
    lab = await openBranch(cloud);
  }, 120_000);
  afterAll(async () => {
    await lab?.close();
    await cloud?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const listVisits = async () =>
    (await cloud.read<{ visits: VisitRow[] }>("/api/v1/visits")).visits;

  it("MC-1.1 makes one customer of an unknown phone that signs in, whose source is this branch", async () => {
    await lab.phone.join();
    expect((await lab.phone.fetch(PROBE))?.status).toBe(307);
    await signIn(lab, await openMiniBrowser(lab));
    expect((await lab.phone.fetch(PROBE))?.body).toBe(ONLINE);

    const here = async () => (await readOverview(cloud.staff)).hereNow.total === 1;
    await waitFor("the guest among those here now", here);
    const customers = await listCustomers(cloud.staff);
    expect(customers).toMatchObject([{ name: "Lan", phone: "+84912345678", visits: 1 }]);
    expect(await cloud.read(`/api/v1/customers/${customers[0]?.id}`)).toMatchObject({
      source: { branchId: cloud.enrolment.branchId },
    });
    expect(await listVisits()).toMatchObject([
      { number: 1, customerName: "Lan", endedAt: null, deviceMac: lab.network.guestMac },
    ]);
  }, 120_000);

  it("knows a guest again who logged out, and lets them online in one tap as the same customer", async () => {
    // openNDS counts every checkinterval, and when it is asked.
    await lab.gateway.findGuest();
    await lab.phone.fetch(`http://${lab.network.gatewayIp}:2050/opennds_deny/`);
    await lab.phone.leave();
    await lab.phone.join();
    expect((await lab.phone.fetch(PROBE))?.status).toBe(307);

    // A mini-browser keeps nothing: it is the gateway's word for the MAC that greets them.
    const page = await openMiniBrowser(lab);
    expect(await page.textContent("body")).toContain("Welcome back, Lan!");
    await page.getByRole("button", { name: "Go online" }).click();
    await page.getByRole("heading", { name: "You're online, Lan" }).waitFor();
    expect((await lab.phone.fetch(PROBE))?.body).toBe(ONLINE);

    const [customer] = await listCustomers(cloud.staff);
    const used = async () => {
      const [visit] = (
        await cloud.read<{ visits: (VisitRow & { downloadBytes: number })[] }>(
          `/api/v1/customers/${customer?.id}/visits`,
        )
      ).visits;
      return visit && visit.downloadBytes > ONLINE.length && visit;
    };
    // Sessions closer than the branch's gap are one visit.
    expect(await waitFor("the bytes of the first session", used)).toMatchObject({ number: 1 });
    expect(await listCustomers(cloud.staff)).toHaveLength(1);
  }, 120_000);

  it("tells that everybody is offline when it goes down", async () => {
    const countOpen = () => lab.box.store.read((tx) => listOpenSessions(tx)).length;
    expect(countOpen()).toBe(1);
    await lab.gateway.control("stop");
    await waitFor("the end of the session", () => countOpen() === 0);
    const noOneHere = async () => (await readOverview(cloud.staff)).hereNow.total === 0;
    await waitFor("nobody among those here now", noOneHere);
  });
});
