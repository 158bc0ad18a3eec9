import { Client } from "undici";
import type { LetIn } from "./adapter.ts";
import type { Outcome } from "./controller/outcome.ts";

/** The box's own gateway, by the socket that it keeps in the state folder (gateway/src/nas/door.ts). */
export type GatewayDoor = {
  signIn: (
    asked: { mac: string; username: string; password: string },
    signal: AbortSignal,
  ) => Promise<LetIn>;
  logOut: (mac: string) => Promise<Outcome>;
  close: () => Promise<void>;
};

export const GATEWAY_DOOR_FILE = "gateway.sock";
/** It asks radius, which may be busy; longer than its own tries. */
const ANSWER_MS_MAX = 8000;

/** Connects when it is first asked: most boxes have no gateway. */
export function openGatewayDoor(socketPath: string): GatewayDoor {
  const client = new Client("http://gateway", { socketPath });
  const ask = async (path: string, told: object, signal: AbortSignal): Promise<unknown> => {
    const { statusCode, body } = await client.request({
      ...{ method: "POST", path, body: JSON.stringify(told) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    });
    const answer: unknown = await body.json();
    if (statusCode !== 200) throw new Error(`the gateway answers ${statusCode}`);
    return answer;
  };
  return {
    signIn: async (asked, signal) => {
      try {
        return readLetIn(await ask("/sign-in", asked, signal));
      } catch (error) {
        if (signal.aborted) throw error;
        return unreachable(error);
      }
    },
    logOut: async (mac) => {
      try {
        await ask("/log-out", { mac }, AbortSignal.timeout(ANSWER_MS_MAX));
        return { kind: "done" };
      } catch (error) {
        return unreachable(error);
      }
    },
    close: () => client.destroy(),
  };
}

function readLetIn(told: unknown): LetIn {
  const { kind, reason } = (told ?? {}) as Record<string, unknown>;
  if (kind === "in" || kind === "not-yet") return { kind };
  if ((kind === "refused" || kind === "unreachable") && typeof reason === "string")
    return { kind, reason };
  throw new Error("the gateway says what nobody asked for");
}

/** Says what went wrong, never with what was asked. */
function unreachable(error: unknown): { kind: "unreachable"; reason: string } {
  const { name = "", code } = error as Error & { code?: string };
  return { kind: "unreachable", reason: `the box's own gateway does not answer (${code ?? name})` };
}
