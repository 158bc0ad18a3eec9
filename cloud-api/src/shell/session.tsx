import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { useLocation } from "wouter";
import { ApiError, api } from "./api.ts";
import type { Language } from "./translate.ts";

export type Staff = {
  id: string;
  email: string;
  name: string;
  language: Language;
  totpEnabled: boolean;
};

/** `role`: the strongest of the product's; null for somebody who has the company's own alone. */
export type Tenant = { id: string; name: string; role: string | null; isSuspended: boolean };

/** Who is signed in, and in which company they are at work. */
export type Session = {
  staff: Staff;
  tenants: Tenant[];
  /** Null for somebody who belongs to no company any more. */
  tenantId: string | null;
  /** What they may do in that company, in all of it or in a part. */
  permissions: readonly string[];
  /** Whether some of it counts in the whole company. */
  everywhere: boolean;
  /** Whether they run this Foyer. */
  isOperator: boolean;
  /** Whether the company waits for them to set up two-step sign-in. */
  needsSecondFactor: boolean;
  /** Whether running this Foyer waits for it. */
  operatingNeedsSecondFactor: boolean;
};

const SESSION_KEY = ["session"];

async function findSession(signal: AbortSignal): Promise<Session | null> {
  try {
    return await api.get<Session>("/session", signal);
  } catch (error) {
    if (error instanceof ApiError && error.code === "unauthorized") return null;
    throw error;
  }
}

/** Null: nobody is signed in. */
export function useSessionQuery() {
  return useQuery<Session | null>({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => findSession(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const SessionContext = createContext<Session | null>(null);
export const SessionProvider = SessionContext.Provider;

/** The session, inside screens for staff. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession was called on a screen that is not for staff");
  return session;
}

/** Whether the person holds a permission somewhere: what would be refused is not offered. */
export function useMay(permission: string): boolean {
  return useSession().permissions.includes(permission);
}

/** Whether a piece of the app is shown to the person: one that names no permission is everybody's. */
export function useIsShown(): (piece: { permission?: string; beside?: string }) => boolean {
  const { permissions } = useSession();
  return (piece) =>
    [piece.permission, piece.beside].every(
      (permission) => permission === undefined || permissions.includes(permission),
    );
}

/** As useMay, and not bound to a brand or to some branches: for what makes a new one. */
export function useMayEverywhere(permission: string): boolean {
  const { permissions, everywhere } = useSession();
  return everywhere && permissions.includes(permission);
}

/** Someone signed in, or moved to another company: nothing fetched before may be shown any more. */
export function enterSession(queries: QueryClient, session: Session): void {
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
  queries.setQueryData(SESSION_KEY, session);
}

/** Moves the person to another of their companies. */
export function useEnterTenant(session: Session) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: (tenantId: string) => api.put<Session>("/session/tenant", { tenantId }),
    onSuccess: (entered, tenantId) => {
      enterSession(queries, entered?.staff ? entered : { ...session, tenantId });
      navigate("/");
    },
  });
}

/** Asks again who is signed in: a role or a membership may have ended meanwhile. */
export function refreshSession(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: SESSION_KEY });
}

/** The session has ended, by the person or by the server. The sign-in screen follows by itself. */
export function leaveSession(queries: QueryClient): void {
  queries.setQueryData(SESSION_KEY, null);
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
}

/** Ends the session at the server, then here. */
export function useSignOut(): () => void {
  const queries = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => api.remove("/session"),
    onSuccess: () => leaveSession(queries),
  });
  return () => signOut.mutate();
}

/** A change of the person's own details, which keeps everything else that was fetched. */
export function useChangeStaff(): (change: Partial<Staff>) => void {
  const queries = useQueryClient();
  return (change) =>
    queries.setQueryData<Session | null>(SESSION_KEY, (session) =>
      session ? { ...session, staff: { ...session.staff, ...change } } : session,
    );
}
