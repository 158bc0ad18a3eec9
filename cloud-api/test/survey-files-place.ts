import { createHash, randomBytes } from "node:crypto";
import type { BranchSettings, EventPayload, FileQuestion } from "@foyer/contract";
import sharp from "sharp";
import type { AnswersReply } from "../src/features/surveys/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { askUntil, type EnrolledBox, type TestSite, type TestStaff } from "./open-test-site.ts";
import { NAS_ID } from "./test-box.ts";

export const PHOTO: FileQuestion = {
  ...{ id: "photo", label: { vi: "Chụp cho chúng tôi xem", en: "Show us" } },
  ...{ takesPdf: false, filesMax: 2, megabytesMax: 1 },
};
export const BILL: FileQuestion = {
  ...{ id: "bill", label: { vi: "Hóa đơn", en: "The bill" }, takesPdf: true },
  ...{ filesMax: 1, megabytesMax: 1 },
};

const SURVEY = {
  ...{ id: "spring", title: { vi: "Mùa xuân", en: "Spring" } },
  questions: [{ kind: "rating", id: "stars", label: { vi: "Mấy sao?" }, required: true }],
  files: [PHOTO, BILL],
};

/** A branch whose survey asks for pictures and a bill, and its box. */
export type FilesPlace = { staff: TestStaff; branchId: string; box: EnrolledBox };

export async function openFilesPlace(
  site: TestSite,
  staff: TestStaff | null = null,
): Promise<FilesPlace> {
  const owner = staff ?? (await site.addOwner());
  const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
  const box = await owner.addBox(branchId);
  const path = `/api/v1/branches/${branchId}/settings`;
  const document = await owner.get<BranchSettings>(path);
  const saved = await owner.request("PUT", path, { ...document, surveys: [SURVEY] });
  if (saved.status !== 200) throw new Error(JSON.stringify(saved));
  return { staff: owner, branchId, box };
}

/** One who answered, and the page on which they add files. */
export type Customer = {
  answerId: string;
  /** Of one who is known by their phone; empty otherwise. */
  guestId: string;
  deviceId: string;
  page: string;
  show: (query?: string) => Promise<Shown>;
  send: (bytes: Uint8Array, options?: SendOptions) => Promise<Shown>;
  remove: (fileId: string) => Promise<Shown>;
};
/** `said`: what the page has to say of what was sent; empty: nothing. */
export type Shown = { status: number; html: string; said: string; headers: Headers };
type SendOptions = { question?: string; name?: string; type?: string };

type Given = Partial<EventPayload<"survey.answered">>;

/** Somebody answers at the box; the cloud has heard of it when this is done. */
export async function answer(
  site: TestSite,
  { staff, box }: FilesPlace,
  given: Given & { phone?: string } = {},
): Promise<Customer> {
  const { phone, ...more } = given;
  const key = randomBytes(24).toString("base64url");
  const guest = phone ? box.signIn({ phone, name: "Lan" }) : null;
  const answerId = newId();
  const event = box.write("survey.answered", {
    ...{ answerId, surveyId: "spring", guestId: guest?.guestId ?? null, deviceId: null },
    ...{ nasId: NAS_ID, by: "link", place: null, language: "en" },
    ...{ choices: {}, ratings: { stars: 2 }, texts: {} },
    filesKeyHash: createHash("sha256").update(key).digest("base64url"),
    ...more,
  });
  await box.push([...(guest?.events ?? []), event]);
  const page = `${site.origin}/survey-files/${staff.tenantId}/${key}`;
  const customer = browse(site, page);
  // Not by the page, which counts how often an address asks for it.
  const { answers } = await askUntil(
    () => staff.get<AnswersReply>("/api/v1/survey-answers?limit=200"),
    (found) => found.answers.some(({ id }) => id === answerId),
  );
  if (!answers.some(({ id }) => id === answerId))
    throw new Error("The answer never came to the cloud.");
  return {
    answerId,
    ...{ guestId: guest?.guestId ?? "", deviceId: guest?.deviceId ?? "" },
    page,
    ...customer,
  };
}

/** A browser on such a page: it sends forms as browsers do. */
export function browse(site: TestSite, page: string) {
  const read = async (response: Response): Promise<Shown> => {
    const html = await response.text();
    const said = /<p class="notice[^>]*>([^<]*)</.exec(html)?.[1] ?? "";
    return { status: response.status, html, said, headers: response.headers };
  };
  const post = async (address: string, body: FormData | URLSearchParams) =>
    read(await fetch(address, { method: "POST", body, headers: { origin: site.origin } }));
  return {
    show: async (query = "") => read(await fetch(`${page}${query}`)),
    send: (bytes: Uint8Array, options: SendOptions = {}) => {
      const { question = "photo", name = "photo.jpg", type = "image/jpeg" } = options;
      const form = new FormData();
      form.append("file", new File([new Uint8Array(bytes)], name, { type }));
      return post(`${page}?question=${question}&language=en`, form);
    },
    remove: (fileId: string) => post(`${page}/${fileId}/remove?language=en`, new URLSearchParams()),
  };
}

/** A photograph as a phone takes it: with where and when in it, and no two of them alike. */
export function photograph({ width = 640, height = 480 } = {}): Promise<Buffer> {
  const noise = randomBytes(64 * 48 * 3);
  const place = { IFD0: { Copyright: "Somebody at home" }, IFD3: { GPSLatitudeRef: "N" } };
  return sharp(noise, { raw: { width: 64, height: 48, channels: 3 } })
    .resize(width, height, { fit: "fill" })
    .jpeg()
    .withExif(place)
    .toBuffer();
}
