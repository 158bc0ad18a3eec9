import type { SignInSettings } from "@foyer/contract";
import type { BranchDocument } from "../demo/branch.ts";
import { mainOf, openPageSite, type PageSite, usable } from "./page-site.ts";
import type { TestCloud } from "./test-cloud.ts";

export const LANGUAGES = ["vi", "en", "fa"] as const;
export const ON = { enabled: true };

/** A branch that speaks three languages, with one page for everybody. */
export type WaysInShop = {
  site: PageSite;
  pageId: string;
  /** Gives the branch other ways in, and waits until its box has them. */
  offer: (signIn: Partial<SignInSettings>) => Promise<void>;
  /** What the cloud is asked about its page by: at this branch, as so somebody. */
  askedFor: (look: Record<string, string>) => URLSearchParams;
  /** The cloud's preview of a page, its own if none is named: what stands in <main>. */
  preview: (look: Record<string, string>, pageId?: string) => Promise<string>;
};

export async function openWaysInShop(cloud: TestCloud): Promise<WaysInShop> {
  const site = await openPageSite(cloud, (document) => ({
    ...document,
    branch: { ...document.branch, languages: [...LANGUAGES] },
  }));
  const pageId = await site.publish({
    name: "Everybody",
    when: { guests: "any", visitNumbers: [] },
    blocks: [{ kind: "welcome", fields: {} }],
  });
  const askedFor: WaysInShop["askedFor"] = (look) =>
    new URLSearchParams({ branchId: site.branchId, pictures: "files", ...look });
  return {
    ...{ site, pageId, askedFor },
    offer: async (signIn) => {
      const path = `/api/v1/branches/${site.branchId}/settings`;
      const document = await cloud.get<BranchDocument>("GET", path);
      await cloud.get("PUT", path, { ...document, signIn: { ...document.signIn, ...signIn } });
      await site.isInForce();
    },
    preview: async (look, ofPage = pageId) =>
      usable(mainOf(await cloud.readText(`/api/v1/pages/${ofPage}/preview?${askedFor(look)}`))),
  };
}
