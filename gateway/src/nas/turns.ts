export type InTurn = <T>(mac: string, work: () => Promise<T>) => Promise<T>;

/** Of one device nothing is done before what was begun is done. */
export function createTurnsByMac(): InTurn {
  const turns = new Map<string, Promise<unknown>>();
  return (mac, work) => {
    const result = (turns.get(mac) ?? Promise.resolve()).then(work);
    const turn = result.catch(() => null);
    turns.set(mac, turn);
    void turn.then(() => turns.get(mac) === turn && turns.delete(mac));
    return result;
  };
}
