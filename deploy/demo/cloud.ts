import { once } from "node:events";
import { startCloud } from "@foyer/cloud-api";
import { placeAccessPoint } from "./branch.ts";
import type { ReadyMessage, StartMessage } from "./cloud-messages.ts";
import type { Enrolment } from "./state.ts";

// The cloud as a process of its own, with what an installer would do at its first start: a company,
// a branch and a box. It is told what by the process that started it, and ends with it.

const [message] = (await once(process, "message")) as [StartMessage];
const cloud = await startCloud({
  ...message.cloud,
  origin: null,
  role: "all",
  selfSignUp: false,
  logLevel: "info",
});

let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  await cloud.close();
  process.exit(0);
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("disconnect", stop);

const { provisioning } = cloud;
const { tenantName, branch, boxName, document } = message;
const { enrolmentCode, ...enrolment } = await findPlace();
const { tenantId, branchId } = enrolment;
await provisioning.saveSettings({
  tenantId,
  branchId,
  edit: (standing) =>
    message.enrolment
      ? placeAccessPoint(standing, document)
      : { ...standing, ...document, branch: { ...document.branch, id: branchId } },
});
const settingsVersion = await provisioning.addFirstPages({
  ...{ tenantId, branchId, language: "vi" },
  templates: ["first-visit", "welcome-back"],
});
const firstSignInUrl = await provisioning.inviteFirstOwner(tenantId);
const ready: ReadyMessage = {
  ...{ origin: cloud.origin, firstSignInUrl },
  ...{ enrolment, enrolmentCode, settingsVersion },
};
process.send?.(ready);

async function findPlace(): Promise<Enrolment & { enrolmentCode: string | null }> {
  if (!message.enrolment) return await provisioning.addPlace({ tenantName, branch, boxName });
  const { enrolment: known, needsCode } = message;
  return { ...known, enrolmentCode: needsCode ? await provisioning.offerBox(known) : null };
}
