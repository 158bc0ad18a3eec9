import { newId } from "../src/platform/clock.ts";
import type { NewEvent } from "../src/platform/events.ts";

/** An event of the cloud itself, of a type no feature handles. */
export function cloudEvent(given: Partial<NewEvent> = {}): NewEvent {
  return {
    id: newId(),
    type: "test.happened",
    version: 1,
    occurredAt: new Date(),
    branchId: null,
    origin: null,
    payload: {},
    personal: {},
    ...given,
  };
}

/** A box's start, the simplest event a feature can handle. */
export function boxStarted(given: Partial<NewEvent> & { release?: string } = {}): NewEvent {
  const { release = "0.1.0", ...rest } = given;
  return cloudEvent({
    type: "box.started",
    branchId: newId(),
    origin: { boxId: newId(), epoch: newId(), seq: 1 },
    payload: { release, settingsVersion: 0 },
    ...rest,
  });
}
