/**
 * Who may wait for somebody else's server now. Whoever finds no lane comes back later: nobody's slow
 * server holds the worker's places, which all other jobs need as well.
 */
export type Lanes = {
  /** Null: none is free for this endpoint, or for any other of its tenant. */
  take: (place: { tenantId: string; endpointId: string }) => (() => void) | null;
};

export function openLanes({ all, perTenant }: { all: number; perTenant: number }): Lanes {
  const taken = new Map<string, Set<string>>();
  const count = () => [...taken.values()].reduce((sum, { size }) => sum + size, 0);
  return {
    take: ({ tenantId, endpointId }) => {
      const own = taken.get(tenantId) ?? new Set();
      if (own.has(endpointId) || own.size >= perTenant || count() >= all) return null;
      own.add(endpointId);
      taken.set(tenantId, own);
      return () => {
        own.delete(endpointId);
        if (own.size === 0) taken.delete(tenantId);
      };
    },
  };
}
