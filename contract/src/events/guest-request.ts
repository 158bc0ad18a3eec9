import { Type } from "typebox";
import { Id, Language } from "../personal.ts";

const request = {
  /** The same from box to cloud: a request is dealt with once. */
  requestId: Id,
  guestId: Id,
  /** Where it was said, by somebody who had proved the guest's number. */
  deviceId: Id,
  nasId: Id,
  /** In which the answer is expected. */
  language: Language,
};

/** A guest wants to see what is kept of them. */
export const guestCopyRequested = Type.Object(request);

/**
 * A guest wants to be forgotten. The box has done so before this is told: what the cloud hears of that
 * guest from here on, late or not, names nobody any more.
 */
export const guestDeletionRequested = Type.Object(request);
