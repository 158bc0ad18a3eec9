import type { Places } from "../box/host.ts";

/** Where everything of a cloud lies, apart from a box that may be on the same machine. */
export const CLOUD_PLACES: Places = {
  root: "/opt/foyer-cloud",
  releases: "/opt/foyer-cloud/releases",
  current: "/opt/foyer-cloud/current",
  former: "/opt/foyer-cloud/former",
  trial: "/opt/foyer-cloud/trial.json",
  state: "/var/lib/foyer-cloud",
  configuration: "/etc/foyer-cloud",
  environment: "/etc/foyer-cloud/cloud.env",
  releaseKey: "/etc/foyer-cloud/release-key.pem",
  units: "/etc/systemd/system",
  journal: "/etc/systemd/journald.conf.d/foyer-cloud.conf",
  command: "/usr/local/bin/foyer-cloud",
};

export const CLOUD_USER = "foyer-cloud";
/** It holds the port while what serves is started anew. */
export const SOCKET_UNIT = "foyer-cloud.socket";
export const WEB_UNIT = "foyer-cloud.service";
/** Where web and worker are two processes; else it is not enabled. */
export const WORKER_UNIT = "foyer-cloud-worker.service";
export const TARGET_UNIT = "foyer-cloud.target";
