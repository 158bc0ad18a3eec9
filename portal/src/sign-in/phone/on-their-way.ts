import { findCodeRequest, type PendingCode, type Reader } from "@foyer/branch-store";
import type { Logger } from "../../log.ts";
import { isOpenRequest } from "./cloud-request.ts";
import { type DeliveryOptions, deliver, followCloud, sendByBox } from "./deliver.ts";
import type { CodeRequest, Requested } from "./request-code.ts";

/**
 * So long a tap waits for the box's channels. One that takes longer has its guest told what happens, on
 * a page that goes on by itself: each channel may take half a minute, and there may be several.
 */
const PATIENCE_MILLISECONDS = 2000;

/** A message that just goes out, of which the store knows nothing yet; `source` as CodeRequest has it. */
export type OnItsWay = { code: PendingCode; source: string | null };

/** The messages that one portal is just sending, or waits for the cloud to send. */
export type OnTheirWay = {
  list(): OnItsWay[];
  has(codeId: string): boolean;
  /** Whether it is still open what becomes of the code's last message. */
  isMoving(tx: Reader, code: PendingCode): boolean;
  /**
   * Sends the code's message; the one that is on its way already, where there is one. "moving": it
   * takes its time, and `isMoving` says how long.
   */
  send(request: CodeRequest, code: PendingCode): Promise<Requested>;
  /** Waits for the cloud's word about the code, and does what is left to the box. */
  follow(request: CodeRequest, code: PendingCode): void;
  /** Ends what waits for the cloud, since the store holds how far it came; what the box sends is waited for. */
  close(): Promise<void>;
};

export function openOnTheirWay(options: DeliveryOptions): OnTheirWay {
  const sending = new Map<string, OnItsWay & { result: Promise<Requested> }>();
  const followed = new Map<string, Promise<void>>();
  const closing = new AbortController();

  const track = (
    { source }: CodeRequest,
    code: PendingCode,
    begun: Promise<Requested>,
  ): Promise<Requested> => {
    const result = begun.finally(() => sending.delete(code.id));
    sending.set(code.id, { code, source, result });
    return result;
  };

  const followToEnd = async (request: CodeRequest, code: PendingCode): Promise<void> => {
    const channels = await followCloud(options, { request, code, signal: closing.signal });
    if (channels.length > 0)
      await track(request, code, sendByBox(options, { request, waiting: code, channels }));
  };

  const follow = (request: CodeRequest, code: PendingCode): void => {
    if (followed.has(code.id) || closing.signal.aborted) return;
    const work = followToEnd(request, code).finally(() => followed.delete(code.id));
    followed.set(code.id, work);
  };

  const begin = (request: CodeRequest, code: PendingCode): Promise<Requested> => {
    const delivered = deliver(options, request, code).then((requested) => {
      if (requested.kind === "moving") follow(request, requested.code);
      return requested;
    });
    return track(request, code, delivered);
  };

  return {
    list: () => [...sending.values()],
    has: (codeId) => sending.has(codeId),
    // Also between the cloud's word and the box's own message, which the store knows nothing of.
    isMoving: (tx, code) => sending.has(code.id) || followed.has(code.id) || isWithCloud(tx, code),
    send(request, code) {
      const result = sending.get(code.id)?.result ?? begin(request, code);
      return withPatience(result, code, options.log);
    },
    follow,
    async close() {
      closing.abort();
      await Promise.all(followed.values());
      await Promise.allSettled([...sending.values()].map(({ result }) => result));
    },
  };
}

/** What came of a message, or "moving" where that takes long. A fault that comes later is for the log. */
function withPatience(
  result: Promise<Requested>,
  code: PendingCode,
  log: Logger,
): Promise<Requested> {
  const late = Promise.withResolvers<Requested>();
  const timer = setTimeout(() => {
    late.resolve({ kind: "moving", code });
    result.catch((err) => log.error({ err, codeId: code.id }, "code's message was not noted"));
  }, PATIENCE_MILLISECONDS);
  return Promise.race([result, late.promise]).finally(() => clearTimeout(timer));
}

/** Whether the cloud has still to say what became of the code's last message. */
export function isWithCloud(tx: Reader, code: PendingCode): boolean {
  const request = findCodeRequest(tx, code.id);
  return request !== null && isOpenRequest(request);
}
