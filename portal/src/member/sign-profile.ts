import { createHash, createPrivateKey, type KeyObject, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  ContentInfo,
  DigestAlgorithmIdentifiers,
  EncapsulatedContent,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  id_data,
  id_signedData,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from "@peculiar/asn1-cms";
import { AsnConvert, AsnObjectIdentifierConverter, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Certificate, Time } from "@peculiar/asn1-x509";

/** Files of PEM: the signer's certificate, with those that lead to its authority, and its key. */
export type SigningFiles = { certificateFile: string; keyFile: string };

/** Puts content into a signature (CMS, RFC 5652), so that a device says who it is from. */
export type ProfileSigner = {
  sign(content: Buffer, now: Date): Buffer;
  /** From when on devices call the signature expired. */
  expiresAt: Date;
};

/** RFC 5652 §11. */
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
/** RFC 5754 §2.2 and §3: the digest, and the signatures over it by kind of key. */
const SHA_256 = "2.16.840.1.101.3.4.2.1";
const SIGNATURES: Record<string, AlgorithmIdentifier> = {
  rsa: new AlgorithmIdentifier({ algorithm: "1.2.840.113549.1.1.1", parameters: null }),
  ec: new AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" }),
};

/** Reads the files once. Throws what to do when they do not fit. */
export function openProfileSigner({ certificateFile, keyFile }: SigningFiles): ProfileSigner {
  const wrong = (what: string, cause?: unknown) =>
    new Error(`${certificateFile} and ${keyFile} cannot sign profiles: ${what}`, { cause });
  let chain: X509Certificate[];
  let key: KeyObject;
  try {
    const blocks = readFileSync(certificateFile, "utf8").match(PEM_CERTIFICATE) ?? [];
    chain = blocks.map((block) => new X509Certificate(block));
    key = createPrivateKey(readFileSync(keyFile));
  } catch (cause) {
    throw wrong("give a certificate and its key as PEM, the key without a password", cause);
  }
  const [own] = chain;
  if (!own?.checkPrivateKey(key)) throw wrong("the first certificate is not of that key");
  const algorithm = SIGNATURES[key.asymmetricKeyType ?? ""];
  if (!algorithm) throw wrong("Apple's devices read signatures of RSA and EC keys alone");
  const certificates = chain.map(readCertificate);
  if (certificates.some((each) => each === null))
    throw wrong("a certificate is not written as RFC 5280 says, and would be signed otherwise");
  const read = certificates.filter((each) => each !== null);
  const signer = { certificates: read, own: read[0] as Certificate, key, algorithm };
  return {
    sign: (content, now) => signContent(signer, content, now),
    expiresAt: new Date(own.validTo),
  };
}

/** Null where writing it again would change it, and void its own signature. */
function readCertificate({ raw }: X509Certificate): Certificate | null {
  const certificate = AsnConvert.parse(raw, Certificate);
  return Buffer.from(AsnConvert.serialize(certificate)).equals(raw) ? certificate : null;
}

type Signer = {
  certificates: Certificate[];
  own: Certificate;
  key: KeyObject;
  algorithm: AlgorithmIdentifier;
};

function signContent({ certificates, own, key, algorithm }: Signer, content: Buffer, now: Date) {
  const digestAlgorithm = new AlgorithmIdentifier({ algorithm: SHA_256 });
  const attributes = listAttributes(content, now);
  const { issuer, serialNumber } = own.tbsCertificate;
  const signerInfo = new SignerInfo({
    version: 1,
    sid: new SignerIdentifier({
      issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber }),
    }),
    digestAlgorithm,
    signedAttrs: attributes.map(({ attribute }) => attribute),
    signatureAlgorithm: algorithm,
    signature: new OctetString(sign("sha256", writeSet(attributes.map(({ der }) => der)), key)),
  });
  const signedData = new SignedData({
    version: 1,
    digestAlgorithms: new DigestAlgorithmIdentifiers([digestAlgorithm]),
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: id_data,
      eContent: new EncapsulatedContent({ single: new OctetString(content) }),
    }),
    certificates: new CertificateSet(
      certificates.map((certificate) => new CertificateChoices({ certificate })),
    ),
    signerInfos: new SignerInfos([signerInfo]),
  });
  const envelope = new ContentInfo({
    contentType: id_signedData,
    content: AsnConvert.serialize(signedData),
  });
  return Buffer.from(AsnConvert.serialize(envelope));
}

/** RFC 5652 §5.3: what is signed in the content's place, in the order that DER gives a SET OF. */
function listAttributes(content: Buffer, now: Date) {
  const digest = createHash("sha256").update(content).digest();
  // A clock knows milliseconds, UTCTime does not.
  const second = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const values: [string, ArrayBuffer][] = [
    [CONTENT_TYPE, AsnObjectIdentifierConverter.toASN(id_data).toBER()],
    [SIGNING_TIME, AsnConvert.serialize(new Time(second))],
    [MESSAGE_DIGEST, AsnConvert.serialize(new OctetString(digest))],
  ];
  return values
    .map(([attrType, value]) => {
      const attribute = new Attribute({ attrType, attrValues: [value] });
      return { attribute, der: Buffer.from(AsnConvert.serialize(attribute)) };
    })
    .sort((one, other) => Buffer.compare(one.der, other.der));
}

/** X.690 §8.1.3: a SET is signed under its own tag, not under the [0] it travels with. */
function writeSet(elements: Buffer[]): Buffer {
  const inner = Buffer.concat(elements);
  const length =
    inner.length < 0x80
      ? [inner.length]
      : inner.length < 0x100
        ? [0x81, inner.length]
        : [0x82, inner.length >> 8, inner.length & 0xff];
  return Buffer.concat([Buffer.from([0x31, ...length]), inner]);
}
