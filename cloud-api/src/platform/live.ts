export type Live = { close: () => Promise<void> };
