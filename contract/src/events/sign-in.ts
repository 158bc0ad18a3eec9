import { type Static, Type } from "typebox";

/** An event tells of at most this many stretches: what a box counted while its guests took their time. */
export const SIGN_IN_STRETCHES_MAX = 96;

const Count = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 });

/**
 * How far guests came with signing in, counted by the box: nobody is named, and no page view is told
 * by itself. A try is one device's way from the first the portal saw of it until it was online, or
 * silent for half an hour; it counts once at each step it has reached, in the stretch it began in.
 * Counts are what came since the last of these events, to be added up.
 */
export const signInCounted = Type.Object({
  stretches: Type.Array(
    Type.Object({
      /**
       * From the beginning of the stretch, a quarter of an hour, to the event. Seconds and no moment,
       * since the box's clock may be put right afterwards, and the event's own time with it.
       */
      begunSecondsAgo: Type.Integer({ minimum: 0, maximum: 604_800 }),
      /** The portal saw the device: a probe of its system, or a browser that was led here. */
      seen: Count,
      /** A browser was shown the page to sign in. */
      page: Count,
      /** A code was asked for. */
      asked: Count,
      /** The right code was typed. */
      right: Count,
      /** Online after the right code. */
      onlineByCode: Count,
      /** Online without one: known again, with an access code, by room, by one tap. */
      onlineWithoutCode: Count,
      /** Of these: those who had asked for a code. */
      changedWay: Count,
    }),
    { minItems: 1, maxItems: SIGN_IN_STRETCHES_MAX },
  ),
});
export type SignInCounted = Static<typeof signInCounted>;
