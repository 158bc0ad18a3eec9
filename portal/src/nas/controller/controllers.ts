import { setTimeout as wait } from "node:timers/promises";
import type { OmadaNas, RuckusControllerNas, RuckusOneNas, UnifiNas } from "@foyer/contract";
import { type OmadaClient, openOmadaClient } from "../omada/client.ts";
import { openRuckusClient, type RuckusClient } from "../ruckus-controller/client.ts";
import { openUnifiClient, type UnifiClient } from "../unifi/client.ts";
import { type ControllerLine, type ControllerPlace, openControllerLine } from "./line.ts";

/** The ways to the controllers that the box calls, kept open and logged in between guests. */
export type Controllers = {
  unifi(nas: UnifiNas): UnifiClient;
  omada(nas: OmadaNas): OmadaClient;
  ruckus(nas: RuckusControllerNas | RuckusOneNas): RuckusClient;
  close(): Promise<void>;
};

type Opened = { settings: string; line: ControllerLine; client: unknown };

export function openControllers({
  clock,
  answerSecondsMax,
}: {
  clock: () => Date;
  /** For tests: how long an answer may take. */
  answerSecondsMax?: number;
}): Controllers {
  const opened = new Map<string, Opened>();
  const pause = (milliseconds: number) => wait(milliseconds, undefined, { ref: false });
  /** The one for this NAS as it is set up now; settings that changed begin anew. */
  const openFor = <Client>(
    nas: ControllerPlace & { id: string },
    open: (line: ControllerLine) => Client,
  ): Client => {
    const settings = JSON.stringify(nas);
    const known = opened.get(nas.id);
    if (known?.settings === settings) return known.client as Client;
    void known?.line.close();
    const line = openControllerLine(nas, answerSecondsMax ? { answerSecondsMax } : {});
    const client = open(line);
    opened.set(nas.id, { settings, line, client });
    return client;
  };
  return {
    unifi: (nas) => openFor(nas, (line) => openUnifiClient(nas, { line, clock, pause })),
    omada: (nas) => openFor(nas, (line) => openOmadaClient(nas, { line, clock })),
    ruckus: (nas) => openFor(nas, (line) => openRuckusClient({ line, nas, pause })),
    async close() {
      const all = [...opened.values()];
      opened.clear();
      await Promise.all(all.map(({ line }) => line.close()));
    },
  };
}
