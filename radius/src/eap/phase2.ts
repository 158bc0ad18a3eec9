/** Why somebody who opened a tunnel is refused. */
export type InnerRefusal =
  | "wrong-password"
  | "credential-unknown"
  | "inner-method"
  | "inner-garbage";

/** What goes on inside the tunnel after the peer said something. */
export type InnerStep =
  | { kind: "send"; plain: Buffer }
  /** Nothing to say: the peer goes on. */
  | { kind: "wait" }
  | { kind: "proved"; userName: string; masterKey: Buffer }
  | { kind: "refused"; reason: InnerRefusal };

/** What is said inside a tunnel: one for each method that makes tunnels. */
export type InnerTalk = {
  /** Takes what the peer said; nothing at all when the tunnel has just opened or it acknowledges. */
  receive: (plain: Buffer) => Promise<InnerStep>;
};

/** The password that a live credential of this name has; null when there is none. */
export type FindPassword = (userName: string) => Promise<string | null>;

export const refuse = (reason: InnerRefusal) => ({ kind: "refused", reason }) as const;
