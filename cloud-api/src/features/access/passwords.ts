import { hash, verify } from "@node-rs/argon2";

// OWASP's floor for argon2id, which is the package's algorithm by default: 19 MiB, two passes.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** argon2id, in PHC format. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFC"), COST);
}

// Made at start with the same cost, so that an unknown e-mail takes as long as a wrong password.
const nobody = hashPassword("nobody has this password");

/** Whether the password is right. For somebody unknown (null) it takes as long and is not. */
export async function isPasswordRight(
  password: string,
  passwordHash: string | null,
): Promise<boolean> {
  const isRight = await verify(passwordHash ?? (await nobody), password.normalize("NFC"));
  return isRight && passwordHash !== null;
}
