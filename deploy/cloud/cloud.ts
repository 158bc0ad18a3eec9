import { join } from "node:path";
import { CLOUD_RELEASE } from "../box/build-release.ts";
import { readLanguage } from "../box/config.ts";
import { readText, run, succeeds } from "../box/host.ts";
import type { Installation } from "../box/installation.ts";
import { askHealth, lookUntilJudged, showUnit } from "../box/look.ts";
import type { Look, ServiceLook } from "../box/verdict-rules.ts";
import { readInstalledConfig } from "./config.ts";
import {
  CLOUD_PLACES,
  CLOUD_USER,
  SOCKET_UNIT,
  TARGET_UNIT,
  WEB_UNIT,
  WORKER_UNIT,
} from "./places.ts";
import { say } from "./words.ts";

/** Of those that serve, as they are on this machine. */
const isWorkerEnabled = () => succeeds("systemctl", "is-enabled", "--quiet", WORKER_UNIT);
export const listServices = () => [WEB_UNIT, ...(isWorkerEnabled() ? [WORKER_UNIT] : [])];

/** The cloud, as it is installed on one Debian server. */
export const CLOUD: Installation = {
  places: CLOUD_PLACES,
  kind: CLOUD_RELEASE,
  user: CLOUD_USER,
  groups: [],
  folder: "deploy/cloud",
  command: "foyer-cloud",
  isUnit: (name) => /^foyer-cloud[a-z-]*\.(service|socket|target)$/.test(name),
  target: TARGET_UNIT,
  wantedBy: ["multi-user.target.wants", "sockets.target.wants", `${TARGET_UNIT}.wants`],
  // Web and worker apart is for whoever has put the database on a server.
  stopsForSwitch: false,
  isOptional: (name) => name === WORKER_UNIT,
  configure: (origin) =>
    (readText(join(import.meta.dirname, "cloud.env")) ?? "").replace(
      "@CLOUD_ORIGIN@",
      origin ?? "http://127.0.0.1:8200",
    ),
  startAndJudge: async () => {
    const services = listServices();
    run("systemctl", "reset-failed", ...services);
    run("systemctl", "start", TARGET_UNIT, SOCKET_UNIT, "--no-block");
    // The socket holds who asks meanwhile.
    run("systemctl", "restart", "--no-block", ...services);
    return await lookUntilJudged(lookAtCloud);
  },
  stop: stopCloud,
  gateway: null,
  say: (word) => say(readLanguage(), word),
  listNext: () => {
    const { origin } = readInstalledConfig();
    return [{ kind: "cloud-next", origin: origin ?? "http://127.0.0.1:8200" }];
  },
};

/** Until all of it has ended. The socket too: it would start what serves for the next who asks. */
export function stopCloud(): void {
  run("systemctl", "stop", TARGET_UNIT, SOCKET_UNIT, WEB_UNIT, WORKER_UNIT);
}

async function lookAtCloud(): Promise<Look> {
  const services: ServiceLook[] = [];
  for (const service of listServices()) services.push(await lookAtUnit(service));
  return { at: performance.now(), isEnrolled: true, services };
}

/** Where a service tells how it is; null: nowhere. */
export function findReadyUrl(service: string): string | null {
  const { port, workerHost, workerPort } = readInstalledConfig();
  if (service !== WORKER_UNIT) return `http://127.0.0.1:${port}/ready`;
  return workerPort === null ? null : `http://${workerHost}:${workerPort}/ready`;
}

async function lookAtUnit(service: string): Promise<ServiceLook> {
  const shown = showUnit(service, "ActiveState", "MainPID", "NRestarts");
  const url = findReadyUrl(service);
  const answer = url === null ? null : await askHealth(url);
  return {
    ...{ service, activeState: shown.ActiveState ?? "unknown" },
    answers: url === null ? null : answer?.status === 200,
    processId: Number(shown.MainPID ?? "0"),
    restarts: Number(shown.NRestarts ?? "0"),
  };
}
