import {
  type Credential,
  findKnownGuestOfDevice,
  findMemberLink,
  type MemberLink,
  type Reader,
  redeemMemberLink,
} from "@foyer/branch-store";
import type { BranchSettings, MemberWifi } from "@foyer/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { translatorOf } from "../language.ts";
import type { Portal } from "../portal.ts";
import { readVisit, showPage, type Visit } from "../step.ts";
import { APPLE_PROFILE_TYPE, buildAppleProfile, type ProfileContent } from "./apple-profile.ts";
import { buildPasspointFile, PASSPOINT_TYPE } from "./passpoint.ts";
import { chooseFriendlyName, type Platform, readToken } from "./rules.ts";

type LinkRequest = { Params: { token: string } };
type SettledVisit = Visit & { settings: BranchSettings };

const FILE_NAMES = { apple: "wifi.mobileconfig", android: "wifi.config" } as const;

export const fileHref = (token: string, platform: Platform): string =>
  `/m/${token}/${FILE_NAMES[platform]}`;

/**
 * What a link leads to, in whichever browser it is opened on its device: a page, and a file for each
 * platform. The link alone says whose it is: no context comes along.
 */
export function addFileRoutes(
  app: FastifyInstance,
  portal: Portal,
  showFiles: (visit: SettledVisit, link: MemberLink, around: null) => FastifyReply,
): void {
  app.get<LinkRequest>("/m/:token", (request, reply) =>
    openLink(portal, request, reply, (visit, token) => {
      const { remoteAddress } = visit;
      const link = portal.store.read((tx) => findOwnLink(tx, { token, remoteAddress }));
      return link && showFiles(visit, link, null);
    }),
  );
  for (const platform of ["apple", "android"] as const)
    app.get<LinkRequest>(`/m/:token/${FILE_NAMES[platform]}`, (request, reply) =>
      openLink(portal, request, reply, (visit, token, memberWifi) =>
        handOut(visit, token, { memberWifi, platform }),
      ),
    );
}

function openLink(
  portal: Portal,
  request: FastifyRequest<LinkRequest>,
  reply: FastifyReply,
  open: (visit: SettledVisit, token: string, memberWifi: MemberWifi) => FastifyReply | null,
): FastifyReply {
  const visit = readVisit(portal, request as FastifyRequest, reply);
  const { settings, t } = visit;
  if (!settings?.memberWifi?.enabled) return reply.callNotFound() as unknown as FastifyReply;
  const token = readToken(request.params.token);
  const opened = token && open({ ...visit, settings }, token, settings.memberWifi);
  if (opened) return opened;
  portal.log.info("member link refused");
  const view = { heading: t("member.over.title"), text: t("member.over.text") };
  return showPage(visit, { template: "notice", view, title: view.heading, status: 404 });
}

/** The link, unless its device has passed to another guest meanwhile. */
function findOwnLink(
  tx: Reader,
  asked: { token: string; remoteAddress: string },
): MemberLink | null {
  const link = findMemberLink(tx, asked);
  const owner = link && findKnownGuestOfDevice(tx, link.deviceId);
  return owner && owner.id !== link?.guestId ? null : link;
}

function handOut(
  visit: SettledVisit,
  token: string,
  { memberWifi, platform }: { memberWifi: MemberWifi; platform: Platform },
): FastifyReply | null {
  const { portal, remoteAddress, reply, now } = visit;
  // Before anything is issued: a file that cannot be read leaves the old credential standing.
  const trust = portal.memberFiles.readTrust(memberWifi.domain);
  const credential = portal.store.transaction((tx) => {
    const asked = { token, remoteAddress };
    return findOwnLink(tx, asked) && redeemMemberLink(tx, asked);
  });
  if (!credential) return null;
  const { deviceId } = credential;
  portal.log.info({ deviceId, platform }, "member profile handed out");
  const content = describe(visit, { memberWifi, credential, trust });
  // Buffers: what a device installs is sent as it is, never compressed.
  if (platform === "android")
    return reply
      .type(PASSPOINT_TYPE)
      .header("content-transfer-encoding", "base64")
      .send(Buffer.from(buildPasspointFile(content)));
  const plain = Buffer.from(buildAppleProfile(content));
  const { signer } = portal.memberFiles;
  return reply.type(APPLE_PROFILE_TYPE).send(signer ? signer.sign(plain, now) : plain);
}

function describe(
  { settings, language, t }: SettledVisit,
  given: Pick<ProfileContent, "memberWifi" | "trust"> & { credential: Credential },
): ProfileContent {
  const { memberWifi } = given;
  const { ssid, friendlyName } = memberWifi;
  const { languages } = settings.branch;
  const brandName = settings.brand.name;
  const consentIn = (each: (typeof languages)[number]) =>
    translatorOf(each)("member.consent", { ssid });
  return {
    ...given,
    brandName,
    friendlyName: chooseFriendlyName(friendlyName, {
      languages: [language, ...languages],
      brandName,
    }),
    consent: {
      default: consentIn(languages[0] ?? language),
      ...Object.fromEntries(languages.map((each) => [each, consentIn(each)])),
    },
    description: t("member.description", { ssid }),
  };
}
